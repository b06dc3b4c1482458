// Buttons and selects under a message.

import { el } from "./dom.js";
import { render } from "./markdown.js";

const BUTTON = 2;
const SELECT = 3;
const TEXT = 10;
const LINK = 5; // a style of button
const STYLES = { 1: "primary", 3: "good", 4: "danger" };

// `deeds`: what pressing and choosing do, see actions.js. Other kinds are not shown.
export function drawComponent(message, component, deeds, names) {
  if (component.type === BUTTON && component.style === LINK) return drawLink(component);
  if (component.type === BUTTON) return drawButton(message, component, deeds);
  if (component.type === SELECT) return drawSelect(message, component, deeds);
  if (component.type === TEXT) return el("div", { class: "content" }, render(component.content, names));
  return null;
}

function drawLink(component) {
  return el("a", { class: "button", href: safe(component.url), target: "_blank", rel: "noopener noreferrer" }, component.label ?? "", " ↗");
}

function drawButton(message, component, deeds) {
  const words = [component.emoji?.name, component.label].filter(Boolean).join(" ");
  return el(
    "button",
    {
      type: "button", class: `button ${STYLES[component.style] ?? ""}`, disabled: component.disabled, data: { key: component.custom_id },
      onclick: (event) => deeds.press(message, component, event.currentTarget),
    },
    words,
  );
}

function drawSelect(message, component, deeds) {
  const first = el("option", { value: "" }, component.placeholder ?? "Choose …");
  const options = component.options.map((one) => el("option", { value: one.value, selected: one.default }, one.label));
  return el(
    "select",
    { data: { key: component.custom_id }, "aria-label": component.placeholder ?? "Choose", onchange: (event) => deeds.choose(message, component, [event.target.value]) },
    first, options,
  );
}

function safe(address) {
  return /^https?:\/\//.test(address ?? "") ? address : "#";
}
