// The files of a message: pictures alone or in a grid, everything else to save.

import { bytes, el, icon } from "./dom.js";
import { showPicture } from "./menus.js";

const SHOWABLE = /^image\/(png|jpeg|gif|webp|avif)$/;
const WIDEST = 420; // pixels
const HIGHEST = 320;

export function drawFiles(files) {
  const pictures = files.filter((one) => SHOWABLE.test(one.kind));
  const others = files.filter((one) => !SHOWABLE.test(one.kind));
  const drawn = pictures.map(drawPicture);
  const columns = String(drawn.length === 2 || drawn.length === 4 ? 2 : 3);
  const grid = drawn.length > 1 ? el("div", { class: "gallery", style: { "--columns": columns } }, drawn) : drawn;
  return [grid, others.map(drawLink)];
}

function drawPicture(file) {
  const { width, height } = file;
  const shape = width && height ? { width: String(width), height: String(height) } : {};
  // Its room is kept before it has come: nothing jumps when it does.
  const fits = width && height ? { "--width": `${Math.round(Math.min(width, WIDEST, (HIGHEST * width) / height))}px` } : {};
  const picture = el("img", { src: file.url, alt: file.alt || file.name, loading: "lazy", onerror: () => whole.replaceWith(drawLink(file)), ...shape });
  const open = el(
    "button",
    { type: "button", class: "picture", style: fits, data: { key: `file-${file.id}` }, "aria-label": `${file.alt || file.name}: show large`, onclick: () => showPicture(file.url, file.alt) },
    picture, file.alt ? el("span", { class: "alt-tag", title: file.alt }, "ALT") : null,
  );
  const whole = file.is_spoiler ? covered(file, open) : open;
  return whole;
}

function covered(file, open) {
  open.inert = true;
  const reveal = () => {
    wrap.classList.add("is-shown");
    open.inert = false;
    open.focus();
  };
  const cover = el("button", { type: "button", class: "cover", data: { key: `cover-${file.id}` }, "aria-label": "Spoiler: press to show the picture", onclick: reveal }, "Spoiler");
  const wrap = el("div", { class: "covered" }, open, cover);
  return wrap;
}

function drawLink(file) {
  return el("a", { class: "file", href: file.url, download: file.name }, icon("file"), el("span", {}, file.name), el("span", { class: "note" }, bytes(file.size)));
}
