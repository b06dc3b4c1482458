// The pictures that are to be sent: previews with alt text, on their way to the playground.

import { upload } from "./connection.js";
import { bytes, el, icon, iconButton } from "./dom.js";
import { announce, notice } from "./menus.js";

const MOST_FILES = 10;

export class Tray {
  // `changed` is called when somebody has added or removed a file.
  constructor(changed) {
    this.changed = changed;
    this.files = []; // { file, id, url, alt, isSpoiler, state: "sending" or "ready" }
    this.element = el("ul", { class: "tray", "aria-label": "Attached files", hidden: true });
  }

  get isSending() {
    return this.files.some((one) => one.state === "sending");
  }

  // Waits for what is on its way; whether all of it has come.
  async arrived() {
    return (await Promise.all(this.files.map((one) => one.sent))).every(Boolean);
  }

  // As a message names them.
  get ready() {
    return this.files.map((one) => ({ id: one.id, alt: one.alt, is_spoiler: one.isSpoiler }));
  }

  add(files) {
    if (this.files.length + files.length > MOST_FILES) return notice(`Discord takes ${MOST_FILES} files in one message.`);
    const added = files.map((file) => ({ file, url: URL.createObjectURL(file), alt: "", isSpoiler: false, state: "sending" }));
    this.files.push(...added);
    for (const one of added) one.sent = this.send(one);
    this.draw();
    this.changed();
    return Promise.all(added.map((one) => one.sent));
  }

  // Whether it has come.
  async send(one) {
    try {
      const told = await upload(one.file);
      Object.assign(one, { id: told.id, state: "ready" });
      announce(`${one.file.name} is attached.`);
    } catch (error) {
      notice(error.message);
      this.forget(one);
    }
    this.draw();
    return one.state === "ready";
  }

  // The files as they are, for `refill` if they could not be sent after all.
  empty() {
    const kept = this.files;
    this.files = [];
    this.draw();
    return kept;
  }

  // What was uploaded is used up by the attempt: once more.
  refill(kept) {
    const files = kept.map((one) => ({ ...one, state: "sending" }));
    this.files = [...files, ...this.files].slice(0, MOST_FILES);
    for (const one of files) one.sent = this.send(one);
    this.draw();
    return Promise.all(files.map((one) => one.sent));
  }

  forget(one) {
    URL.revokeObjectURL(one.url);
    this.files = this.files.filter((other) => other !== one);
  }

  // Drawing: what is being typed into one card must outlive the changes of another.

  draw() {
    this.element.hidden = this.files.length === 0;
    for (const one of this.files) {
      one.card ??= this.drawCard(one);
      one.card.className = `file-card ${one.state}`;
    }
    const cards = this.files.map((one) => one.card);
    for (const card of [...this.element.children]) if (!cards.includes(card)) card.remove();
    for (const card of cards) if (!card.isConnected) this.element.append(card);
  }

  drawCard(one) {
    const { name } = one.file;
    const isPicture = one.file.type.startsWith("image/");
    const blank = () => thumb.replaceChildren(icon("file"));
    const thumb = el("div", { class: "thumb" }, isPicture ? el("img", { src: one.url, alt: "", onerror: blank }) : icon("file"));
    const alt = el("input", { type: "text", value: one.alt, maxlength: "1024", placeholder: "Alt text: what is to be seen", "aria-label": `Alt text of ${name}`, oninput: (event) => (one.alt = event.target.value) });
    const hide = iconButton("eye", `Mark ${name} as a spoiler`, () => {
      one.isSpoiler = !one.isSpoiler;
      hide.setAttribute("aria-pressed", String(one.isSpoiler));
      thumb.classList.toggle("is-hidden", one.isSpoiler);
    }, { "aria-pressed": String(one.isSpoiler) });
    thumb.classList.toggle("is-hidden", one.isSpoiler);
    const drop = iconButton("close", `Remove ${name}`, () => {
      this.forget(one);
      this.draw();
      this.changed();
    });
    return el(
      "li", {},
      thumb,
      el("div", { class: "file-name" }, el("span", { title: name }, name), el("span", { class: "note" }, bytes(one.file.size))),
      isPicture ? alt : null,
      el("div", { class: "file-tools" }, isPicture ? hide : null, drop),
    );
  }
}
