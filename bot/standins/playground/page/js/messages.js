// The messages of a channel, kept in place while they change.

import { drawFiles } from "./attachments.js";
import { avatar, displayName, hue } from "./avatars.js";
import { drawComponent } from "./components.js";
import { byId, compareIds, el, icon, iconButton } from "./dom.js";
import { plain, render } from "./markdown.js";
import { announce, openMenu, pickEmoji } from "./menus.js";

const TOGETHER = 7 * 60; // seconds in which messages of one person stand under one name
const CLOSE_TO_END = 120; // pixels

export class Messages {
  // `deeds`: what can be done with a message, see actions.js.
  constructor(state, deeds) {
    this.state = state;
    this.deeds = deeds;
    this.list = byId("messages");
    this.scroll = byId("scroll");
    this.shown = new Map(); // id → { message, node }
    this.isAtEnd = true;
    this.top = 0; // where the list was scrolled to last
    this.announced = new Set();
    this.scroll.addEventListener("scroll", () => this.onScroll());
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    byId("to-newest").addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(this.list);
    new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(this.scroll);
  }

  clear() {
    this.shown.clear();
    this.list.replaceChildren();
    this.isAtEnd = true;
    this.isFresh = true;
  }

  change({ put, gone }) {
    const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
    const focus = focused && { id: focused.closest("article")?.dataset.id, key: focused.dataset.key };
    for (const id of gone) {
      this.shown.get(id)?.node.remove();
      this.shown.delete(id);
    }
    for (const message of put) this.put(message);
    this.arrange();
    if (focus && !this.list.contains(document.activeElement)) this.refocus(focus);
    if (this.isAtEnd) this.toEnd();
    else byId("to-newest").hidden = false;
    this.isFresh = false;
  }

  refocus({ id, key }) {
    const node = this.shown.get(id)?.node;
    (node?.querySelector(key ? `[data-key="${CSS.escape(key)}"]` : ":scope") ?? node)?.focus();
  }

  put(message) {
    const before = this.shown.get(message.id);
    const node = this.draw(message);
    if (before) {
      if (!this.isFresh && before.node.querySelector(".spoiler.is-shown")) keepShown(before.node, node);
      before.node.replaceWith(node);
    } else {
      const later = [...this.list.children].find((other) => other.dataset.id && compareIds(other.dataset.id, message.id) > 0);
      this.list.insertBefore(node, later ?? null);
    }
    this.shown.set(message.id, { message, node });
    this.announce(message);
  }

  // Said once, when a message is whole: while an answer is being written it would never end.
  announce(message) {
    const isWriting = message.is_loading || message.components.some((row) => row.components?.some((one) => one.custom_id?.startsWith("stop:")));
    const key = isWriting ? `${message.id}:writing` : message.id;
    if (this.announced.has(key) || message.author === this.state.world.you) return;
    this.announced.add(key);
    if (this.isFresh) return;
    const name = displayName(this.state.person(message.author));
    announce(isWriting ? `${name} is answering.` : `${name}: ${this.spoken(message)}`);
  }

  spoken(message) {
    const words = plain(message.content, this.state.names);
    const pictures = message.attachments.map((one) => one.alt || one.name).join(", ");
    return [words, pictures && `Attached: ${pictures}`].filter(Boolean).join(" ") || "empty message";
  }

  // Order: who stands under whose name, and where a new day begins.
  arrange() {
    for (const line of this.list.querySelectorAll(".day")) line.remove();
    let before = null;
    for (const node of [...this.list.children]) {
      const { message } = this.shown.get(node.dataset.id);
      const day = new Date(message.at * 1000).toDateString();
      const isNewDay = !before || new Date(before.at * 1000).toDateString() !== day;
      if (isNewDay) this.list.insertBefore(dayLine(message.at), node);
      const continues =
        !isNewDay && before.author === message.author && message.at - before.at < TOGETHER &&
        !message.reply && !message.command && !message.is_ephemeral && !before.is_ephemeral && message.type !== "thread_created";
      node.classList.toggle("continues", continues);
      before = message;
    }
    this.rove();
  }

  // Drawing

  draw(message) {
    if (message.type === "thread_created" || message.type === "thread_starter") return this.drawNote(message);
    const person = this.state.person(message.author);
    const when = new Date(message.at * 1000);
    const name = el("span", { class: "author", style: { "--hue": String(hue(person.name)) } }, displayName(person));
    const time = el("time", { datetime: when.toISOString(), title: when.toLocaleString() }, clock(when));
    const head = el("div", { class: "head" }, name, person.is_bot ? el("span", { class: "app-tag" }, "App") : null, time);
    const node = el(
      "article",
      {
        class: classes(message), tabindex: "-1", data: { id: message.id, author: person.name },
        "aria-label": `${displayName(person)}, ${clock(when)}: ${this.spoken(message)}`,
        oncontextmenu: (event) => this.onContextMenu(event, message),
      },
      this.drawAbove(message),
      el("div", { class: "beside" }, avatar(person), el("time", { class: "small-time", "aria-hidden": "true" }, clock(when))),
      el("div", { class: "body" }, head, this.drawContent(message), this.drawBelow(message)),
      this.drawTools(message),
    );
    return node;
  }

  drawNote(message) {
    const name = displayName(this.state.person(message.author));
    const words = message.type === "thread_created" ? `${name} opened a thread.` : "The beginning of this thread.";
    return el("article", { class: "message note-line", tabindex: "-1", data: { id: message.id } }, icon("thread"), words);
  }

  drawAbove(message) {
    if (message.command) {
      const by = this.state.person(message.command.by);
      return el("div", { class: "above" }, el("span", { class: "elbow" }), avatar(by, { size: 18 }), el("span", {}, `${displayName(by)} used `), el("span", { class: "mention" }, message.command.name));
    }
    if (!message.reply) return null;
    if (message.reply.is_gone) return el("div", { class: "above" }, el("span", { class: "elbow" }), el("em", {}, "The original message was deleted"));
    const author = this.state.person(message.reply.author);
    const words = plain(message.reply.content, this.state.names) || (message.reply.has_image ? "A picture" : "…");
    return el(
      "button",
      { type: "button", class: "above", data: { key: "above" }, "aria-label": `In reply to ${displayName(author)}: ${words}`, onclick: () => this.show(message.reply.id) },
      el("span", { class: "elbow" }), avatar(author, { size: 18 }), el("strong", {}, displayName(author)), el("span", { class: "quoted" }, words), message.reply.has_image ? icon("picture") : null,
    );
  }

  drawContent(message) {
    if (message.is_loading) return el("p", { class: "thinking" }, dots(), `${displayName(this.state.person(message.author))} is thinking …`);
    const content = el("div", { class: "content" }, render(message.content, this.state.names));
    if (message.is_edited && message.content) (content.querySelector(":scope > p:last-child") ?? content).append(el("span", { class: "edited" }, " (edited)"));
    const parts = [message.content ? content : null, drawFiles(message.attachments), ...message.embeds.map((one) => this.drawEmbed(one))];
    if (message.forward) parts.unshift(this.drawForward(message.forward));
    return parts;
  }

  drawForward(forward) {
    return el("div", { class: "forwarded" }, el("p", { class: "forwarded-head" }, icon("forward"), "Forwarded"),
      el("div", { class: "content" }, render(forward.content, this.state.names)), drawFiles(forward.attachments));
  }

  drawEmbed(embed) {
    const lines = [embed.title ? el("strong", {}, embed.title) : null, embed.description ? render(embed.description, this.state.names) : null];
    const fields = (embed.fields ?? []).map((field) => el("div", {}, el("strong", {}, field.name), render(field.value, this.state.names)));
    return el("div", { class: "embed" }, lines, fields, embed.footer ? el("p", { class: "small-print" }, embed.footer.text) : null);
  }

  drawBelow(message) {
    const rows = message.components.map((row) => el("div", { class: "row" }, (row.components ?? [row]).map((one) => drawComponent(message, one, this.deeds, this.state.names))));
    const reactions = message.reactions.map((one) => el(
      "button",
      {
        type: "button", class: "reaction", "aria-pressed": String(one.is_yours), data: { key: `react-${one.emoji}` },
        "aria-label": `${one.emoji}, ${one.count}`, onclick: () => this.deeds.react(message, one.emoji),
      },
      el("span", {}, one.emoji), el("span", {}, String(one.count)),
    ));
    const thread = message.thread && el("button", { type: "button", class: "thread-link", data: { key: "thread" }, onclick: () => this.deeds.go(message.thread.id) },
      icon("thread"), el("strong", {}, message.thread.name), el("span", {}, `${message.thread.count} ${message.thread.count === 1 ? "message" : "messages"} ›`));
    const alone = message.is_ephemeral && el("p", { class: "only-you" }, icon("eye"), "Only you can see this · ",
      el("button", { type: "button", class: "link", data: { key: "dismiss" }, onclick: () => this.deeds.dismiss(message) }, "Dismiss message"));
    return [rows, reactions.length ? el("div", { class: "reactions" }, reactions) : null, thread, alone];
  }

  drawTools(message) {
    const react = message.may.react && !message.is_ephemeral ? iconButton("smile", "Add a reaction", (event) => pickEmoji(event.currentTarget, (emoji) => this.deeds.react(message, emoji)), { data: { key: "tool-react" }, tabindex: "-1" }) : null;
    const reply = !message.is_ephemeral && this.state.channel?.may.send ? iconButton("reply", "Reply", () => this.deeds.reply(message), { data: { key: "tool-reply" }, tabindex: "-1" }) : null;
    const more = iconButton("more", "More", (event) => this.openMenu(message, event.currentTarget), { data: { key: "tool-more" }, tabindex: "-1", "aria-haspopup": "menu" });
    return el("div", { class: "tools" }, react, reply, more);
  }

  onContextMenu(event, message) {
    if (event.target.closest("a, img, code, pre") && !getSelection().isCollapsed) return;
    event.preventDefault();
    this.openMenu(message, event.currentTarget, { x: event.clientX, y: event.clientY });
  }

  openMenu(message, anchor, at = null) {
    const node = this.shown.get(message.id)?.node;
    node?.classList.add("has-menu");
    openMenu(anchor, this.deeds.menu(message, anchor), { label: "Message", at, end: true, closed: () => this.shown.get(message.id)?.node.classList.remove("has-menu") });
  }

  // Moving about

  rove() {
    const nodes = [...this.list.querySelectorAll("article")];
    if (!nodes.some((node) => node.tabIndex === 0)) nodes.at(-1)?.setAttribute("tabindex", "0");
  }

  focusMessage(node) {
    if (!node) return;
    for (const other of this.list.querySelectorAll("article[tabindex='0']")) other.tabIndex = -1;
    node.tabIndex = 0;
    node.focus();
    node.scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    const node = event.target.closest("article");
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const nodes = [...this.list.querySelectorAll("article")];
    const at = nodes.indexOf(node);
    const moves = { ArrowUp: nodes[at - 1], ArrowDown: nodes[at + 1], Home: nodes[0], End: nodes.at(-1) };
    if (event.target === node && event.key in moves) this.focusMessage(moves[event.key]);
    else if (event.key === "Escape") this.deeds.write();
    else if (event.target === node && !this.shortcut(event, node)) return;
    else if (event.target !== node) return;
    event.preventDefault();
  }

  shortcut(event, node) {
    const { message } = this.shown.get(node.dataset.id);
    const key = event.key === "F10" && event.shiftKey ? "ContextMenu" : event.key;
    const run = {
      Enter: () => this.openMenu(message, node.querySelector(".tools")),
      ContextMenu: () => this.openMenu(message, node.querySelector(".tools")),
      r: () => this.deeds.reply(message),
      e: () => message.may.edit && this.deeds.edit(message),
      f: () => this.deeds.forward(message),
      Delete: () => message.may.delete && this.deeds.remove(message),
      "+": () => pickEmoji(node, (emoji) => this.deeds.react(message, emoji)),
    }[key];
    run?.();
    return Boolean(run);
  }

  show(id) {
    const found = this.shown.get(id);
    if (!found) return;
    this.focusMessage(found.node);
    found.node.classList.add("is-shown");
    setTimeout(() => found.node.classList.remove("is-shown"), 1600);
  }

  lastOwn() {
    return [...this.shown.values()].map((one) => one.message).filter((one) => one.may.edit).sort((a, b) => compareIds(a.id, b.id)).at(-1);
  }

  onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    const isClose = scrollHeight - scrollTop - clientHeight < CLOSE_TO_END;
    // Only whoever scrolls upwards leaves the end. That the list has grown meanwhile is nobody's wish.
    if (isClose) this.isAtEnd = true;
    else if (scrollTop < this.top) this.isAtEnd = false;
    this.top = scrollTop;
    if (this.isAtEnd) byId("to-newest").hidden = true;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.top = this.scroll.scrollTop;
    this.isAtEnd = true;
    byId("to-newest").hidden = true;
  }
}

function classes(message) {
  return ["message", message.is_ephemeral && "is-ephemeral", message.calls_you && "calls-you", message.reply || message.command ? "has-above" : ""].filter(Boolean).join(" ");
}

function keepShown(old, fresh) {
  const shown = [...old.querySelectorAll(".spoiler")].map((one) => one.classList.contains("is-shown"));
  [...fresh.querySelectorAll(".spoiler")].forEach((one, number) => shown[number] && one.click());
}

function clock(when) {
  return when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function dayLine(at) {
  const words = new Date(at * 1000).toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  return el("div", { class: "day", role: "separator", "aria-label": words }, el("span", {}, words));
}

export function dots() {
  return el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
}
