// Making elements. Text only ever becomes text nodes: nothing here reads HTML from a string.

export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(made, name, value);
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

function set(made, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") made.className = value;
  else if (name === "data") Object.assign(made.dataset, value);
  else if (name === "style") for (const [key, one] of Object.entries(value)) made.style.setProperty(key, one);
  else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
  else if (value === true) made.setAttribute(name, "");
  else made.setAttribute(name, value);
}

export const byId = (id) => document.getElementById(id);

const SHAPES = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h16M3.5 15h16",
  thread: "M5 5h14M5 10h14M5 15h7M12 20l3-5",
  reply: "M10 6 4 12l6 6M4 12h9a7 7 0 0 1 7 7",
  forward: "m14 6 6 6-6 6M20 12h-9a7 7 0 0 0-7 7",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14.5a4.5 4.5 0 0 0 7 0M9 9.5v.01M15 9.5v.01",
  more: "M5 12v.01M12 12v.01M19 12v.01",
  edit: "M4 20l1-4L16 5l3 3L8 19l-4 1Z",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  plus: "M12 5v14M5 12h14",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.01",
  file: "M14 3H6v18h12V7l-4-4ZM14 3v4h4",
  again: "M19 12a7 7 0 1 1-2.200-5.100M19 3v5h-5",
  send: "M4 12 20 4l-5 16-4-7-7-1Z",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  gauge: "M4 18a9 9 0 1 1 16 0M12 14l4-5M12 14v.01",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z",
  half: "M12 3a9 9 0 1 0 0 18ZM12 3a9 9 0 0 1 0 18",
  eye: "M3 12c3-4.700 6-7 9-7s6 2.300 9 7c-3 4.700-6 7-9 7s-6-2.300-9-7ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  at: "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm0 0v1.500a2.500 2.500 0 0 0 5 0V12a9 9 0 1 0-4 7.500",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  chevron: "m8 10 4 4 4-4",
  slash: "M9 20 15 4M4 4h16v16H4z",
  check: "m5 13 4 4L19 7",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, extra = {}) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...extra }, icon(name));
}

// Ids are decimal numbers that outgrow JavaScript's: compare by length, then by digits.
export function compareIds(a, b) {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

export function bytes(size) {
  if (size < 1024) return `${size} B`;
  if (size < 1024 * 1024) return `${Math.round(size / 1024)} kB`;
  return `${(size / 1024 / 1024).toFixed(1)} MB`;
}
