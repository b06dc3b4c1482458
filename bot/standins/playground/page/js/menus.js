// Menus, dialogs and short notices. All by keyboard as well: arrows, Enter, Escape.

import { byId, el, icon } from "./dom.js";

let open = null;

// Items: { label, icon, danger, checked, run } or null for a line between them.
// `at` a point, else at the anchor: flush with its beginning, or with its `end`.
export function openMenu(anchor, items, { label = "Menu", at = null, end = false, closed = () => {} } = {}) {
  closeMenu();
  const before = document.activeElement;
  const menu = el("div", { class: "menu", role: "menu", "aria-label": label });
  for (const item of items) menu.append(item ? entry(item) : el("hr"));
  document.body.append(menu);
  place(menu, anchor, at, end);
  open = { menu, before, closed };
  menu.addEventListener("keydown", (event) => onKey(event, menu));
  menu.querySelector(":is([aria-checked=true], button)")?.focus();
  setTimeout(() => document.addEventListener("pointerdown", onOutside), 0);
  return menu;
}

function entry(item) {
  const role = item.checked === undefined ? "menuitem" : "menuitemradio";
  const checked = item.checked === undefined ? null : String(item.checked);
  const run = () => {
    closeMenu();
    item.run();
  };
  const lead = item.lead ?? (item.icon ? icon(item.icon) : null);
  const note = item.note ? el("span", { class: "note" }, item.note) : null;
  return el(
    "button",
    { type: "button", role, tabindex: "-1", "aria-checked": checked, class: item.danger ? "danger" : "", onclick: run },
    lead, el("span", { class: "what" }, item.label, note), item.checked ? icon("check") : null,
  );
}

function place(menu, anchor, at, end) {
  const box = at ? { left: at.x, right: at.x, top: at.y, bottom: at.y } : anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = Math.max(8, Math.min(end && !at ? box.right - width : box.left, innerWidth - width - 8));
  const below = box.bottom + 4;
  const top = below + height > innerHeight - 8 ? box.top - height - 4 : below;
  menu.style.left = `${left}px`;
  // An anchor may lie outside of what is seen, as the tools of a long message do.
  menu.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
}

function onKey(event, menu) {
  const entries = [...menu.querySelectorAll("button")];
  const at = entries.indexOf(document.activeElement);
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  if (event.key in steps) entries.at((at + steps[event.key] + entries.length) % entries.length).focus();
  else if (event.key === "Home") entries[0].focus();
  else if (event.key === "End") entries.at(-1).focus();
  else if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function onOutside(event) {
  if (open && !open.menu.contains(event.target)) closeMenu({ refocus: false });
}

export function closeMenu({ refocus = true } = {}) {
  if (!open) return;
  const { menu, before, closed } = open;
  open = null;
  menu.remove();
  document.removeEventListener("pointerdown", onOutside);
  closed();
  if (refocus) stillThere(before)?.focus();
}

// A message may have been drawn anew meanwhile, as it is while an answer is being written.
function stillThere(before) {
  const message = before?.closest?.("article[data-id]");
  if (!message || before.isConnected) return before;
  return document.querySelector(`article[data-id="${CSS.escape(message.dataset.id)}"]`);
}

// A dialog with a form in it; resolves with what `read` makes of the form, or null.
export function ask({ title, body, confirm = "OK", danger = false, read = () => true }) {
  return new Promise((resolve) => {
    const cancel = el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel");
    const submit = el("button", { type: "submit", class: danger ? "button danger" : "button primary" }, confirm);
    const form = el("form", { method: "dialog" }, el("h2", {}, title), body, el("div", { class: "dialog-foot" }, cancel, submit));
    const dialog = el("dialog", { "aria-label": title }, form);
    let result = null;
    form.addEventListener("submit", () => (result = read(form)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function notice(text) {
  const toast = el("div", { class: "toast" }, text);
  byId("toasts").append(toast);
  setTimeout(() => toast.remove(), 7000);
}

// What was wrong no longer matters once something is sent.
export function clearNotices() {
  byId("toasts").replaceChildren();
}

export function announce(text) {
  const heard = byId("heard");
  heard.append(el("p", {}, text));
  while (heard.children.length > 3) heard.firstElementChild.remove();
}

export function showPicture(source, description) {
  const close = () => dialog.close();
  const shown = el("img", { src: source, alt: description || "Picture" });
  const dialog = el("dialog", { class: "picture-view", "aria-label": description || "Picture", onclick: close }, shown,
    el("button", { type: "button", class: "button", onclick: close }, "Close"));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const EMOJI = ["👍", "❤️", "😂", "🎉", "👀", "✅", "🤔", "🙏", "🔥", "🙈"];

export function pickEmoji(anchor, chosen) {
  const items = EMOJI.map((emoji) => ({ label: emoji, run: () => chosen(emoji) }));
  openMenu(anchor, items, { label: "Reactions" }).classList.add("emoji");
}
