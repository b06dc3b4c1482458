// Dark, light, or as the system says.

import { icon } from "./dom.js";

const ORDER = ["auto", "light", "dark"];
const ICONS = { auto: "half", light: "sun", dark: "moon" };
const WORDS = { auto: "as the system", light: "light", dark: "dark" };

export function setUpTheme(button) {
  let theme = localStorage.getItem("theme") ?? "auto";
  if (!ORDER.includes(theme)) theme = "auto";
  const apply = () => {
    document.documentElement.dataset.theme = theme;
    button.replaceChildren(icon(ICONS[theme]));
    button.title = `Colours: ${WORDS[theme]}`;
    button.setAttribute("aria-label", `Colours: ${WORDS[theme]}. Change`);
  };
  button.addEventListener("click", () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    localStorage.setItem("theme", theme);
    apply();
  });
  apply();
}
