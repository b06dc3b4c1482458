// A list above a text box: arrows choose, Enter or Tab takes, Escape closes.

import { el } from "./dom.js";

export class Suggestions {
  constructor(id, taken) {
    this.taken = taken;
    // It scrolls, so it can be reached; but the keys are for the text box, which gets them back.
    this.box = el("ul", {
      id, class: "suggestions", role: "listbox", "aria-label": "Suggestions", tabindex: "0", hidden: true,
      onfocus: () => this.input?.focus(), onmousedown: (event) => event.preventDefault(),
    });
    this.items = [];
    this.at = 0;
  }

  get isOpen() {
    return !this.box.hidden;
  }

  show(items, input) {
    this.items = items;
    this.input = input;
    this.at = 0;
    if (!items.length) return this.close();
    this.box.replaceChildren(...items.map((item, number) => el(
      "li",
      {
        id: `${this.box.id}-${number}`, role: "option",
        onpointerdown: (event) => {
          event.preventDefault();
          this.take(number);
        },
      },
      item.lead ?? null, el("span", { class: "what" }, item.label), item.note ? el("span", { class: "note" }, item.note) : null,
    )));
    this.box.hidden = false;
    if (isCombobox(input)) input.setAttribute("aria-expanded", "true");
    this.mark();
    return null;
  }

  mark() {
    [...this.box.children].forEach((node, number) => node.setAttribute("aria-selected", String(number === this.at)));
    this.input.setAttribute("aria-activedescendant", `${this.box.id}-${this.at}`);
    this.box.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.box.hidden = true;
    if (isCombobox(this.input)) this.input.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
  }

  take(number) {
    const item = this.items[number];
    this.close();
    this.taken(item);
  }

  // True where the key was meant for the list.
  onKey(event) {
    if (!this.isOpen) return false;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      this.at = (this.at + steps[event.key] + this.items.length) % this.items.length;
      this.mark();
    } else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.take(this.at);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}

// A text area of several lines is none, and may not say that it is expanded.
function isCombobox(input) {
  return input?.getAttribute("role") === "combobox";
}
