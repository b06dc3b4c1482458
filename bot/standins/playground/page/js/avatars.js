// Pictures for people, drawn from their names; the bot has the project's eye.

import { el } from "./dom.js";

const HUES = { mia: 268, rosa: 344, nils: 206 };

export function avatar(person, { size = 40 } = {}) {
  const style = { "--size": `${size}px`, "--hue": String(hue(person.name)) };
  if (person.is_bot) {
    return el("img", { class: "avatar", src: "/page/icon.svg", alt: "", style });
  }
  return el("span", { class: "avatar drawn", "aria-hidden": "true", style }, person.name.slice(0, 1).toUpperCase());
}

export function hue(name) {
  if (name in HUES) return HUES[name];
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return sum;
}

export function displayName(person) {
  if (!person) return "somebody";
  return person.is_bot ? person.name : person.name.charAt(0).toUpperCase() + person.name.slice(1);
}
