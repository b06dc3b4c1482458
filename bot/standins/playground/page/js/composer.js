// The box to write in: text, pictures with their alt text, replies, mentions, slash commands.

import { avatar, displayName } from "./avatars.js";
import { CommandForm, flatten } from "./commands.js";
import { byId, el, icon, iconButton } from "./dom.js";
import { listenForDrops } from "./drops.js";
import { announce, clearNotices, notice, openMenu } from "./menus.js";
import { fetchSample, SAMPLES } from "./samples.js";
import { Suggestions } from "./suggestions.js";
import { Tray } from "./tray.js";

const LONGEST = 2000; // characters of a message

export class Composer {
  constructor(state, connection, { editLast, sent }) {
    this.state = state;
    this.connection = connection;
    this.editLast = editLast;
    this.sent = sent;
    this.target = null; // the message that is replied to
    this.ping = true;
    this.isWaiting = false; // for the files of the message that is to be sent
    this.box = byId("composer");
    this.build();
  }

  build() {
    this.words = el("textarea", {
      id: "words", rows: "1", autocomplete: "off", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": "suggestions",
      oninput: () => this.onInput(), onkeydown: (event) => this.onKey(event), onpaste: (event) => this.onPaste(event),
    });
    this.replyBar = el("div", { class: "reply-bar", hidden: true });
    this.tray = new Tray(() => this.words.focus());
    this.picker = el("input", { type: "file", multiple: true, hidden: true, "aria-hidden": "true", tabindex: "-1", onchange: () => this.onPicked() });
    this.attach = iconButton("plus", "Attach files", () => this.picker.click());
    this.samples = iconButton("picture", "Sample pictures", (event) => this.chooseSample(event.currentTarget), { "aria-haspopup": "menu" });
    this.at = iconButton("at", "Mention glimpse", () => this.insert(`@${this.botName()} `));
    this.submit = iconButton("send", "Send", () => this.send(), { class: "icon-button send" });
    this.left = el("span", { class: "left", "aria-live": "polite" });
    this.line = el("div", { class: "line" }, this.attach, this.words, this.left, this.at, this.samples, this.submit, this.picker);
    this.suggestions = new Suggestions("suggestions", (chosen) => this.take(chosen));
    this.form = el("div", { class: "command-form", hidden: true });
    this.typing = el("div", { class: "typing", "aria-live": "polite" });
    this.box.append(this.suggestions.box, this.replyBar, this.tray.element, this.line, this.form, this.typing);
    listenForDrops({ mayDrop: () => this.mayAttach(), take: (files) => this.tray.add(files) });
    addEventListener("resize", () => this.grow());
  }

  botName() {
    return this.state.person(this.state.world?.bot)?.name ?? "glimpse";
  }

  draw() {
    const { channel } = this.state;
    if (!channel) return;
    const where = channel.server ? `#${channel.name}` : `@${channel.name}`;
    const placeholder = channel.may.send ? `Message ${where}` : "You may not write here";
    this.words.placeholder = placeholder;
    this.words.setAttribute("aria-label", placeholder);
    for (const control of [this.words, this.at, this.submit]) control.disabled = !channel.may.send;
    for (const control of [this.attach, this.samples]) control.disabled = !this.mayAttach();
    this.at.hidden = !channel.server;
  }

  focus() {
    if (this.form.hidden) this.words.focus();
    else this.form.querySelector("input, select")?.focus();
  }

  leave() {
    this.cancelReply();
    this.closeCommand();
    this.suggestions.close();
  }

  // Text

  onInput() {
    this.grow();
    const left = LONGEST - this.mentioned(this.words.value).length;
    this.left.textContent = left < 200 ? left.toLocaleString("en") : "";
    this.left.classList.toggle("is-over", left < 0);
    this.suggest();
  }

  grow() {
    this.words.style.height = "auto";
    this.words.style.height = `${Math.min(this.words.scrollHeight, innerHeight * 0.4)}px`;
  }

  insert(text) {
    const { selectionStart: start, selectionEnd: end, value } = this.words;
    this.words.value = value.slice(0, start) + text + value.slice(end);
    this.words.focus();
    this.words.setSelectionRange(start + text.length, start + text.length);
    this.onInput();
  }

  onKey(event) {
    if (event.isComposing) return;
    if (this.suggestions.onKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape") {
      if (this.target) this.cancelReply();
    } else if (event.key === "ArrowUp" && !this.words.value) {
      event.preventDefault();
      this.editLast();
    }
  }

  // Suggestions

  suggest() {
    const before = this.words.value.slice(0, this.words.selectionStart);
    const slash = /^\/([\w -]*)$/.exec(before);
    const word = /(^|\s)([@#])([\w.-]*)$/.exec(before);
    if (slash) this.suggestions.show(this.commandsLike(slash[1]), this.words);
    else if (word) this.suggestions.show(this.namesLike(word[2], word[3]), this.words);
    else this.suggestions.close();
  }

  commandsLike(typed) {
    const all = flatten(this.state.commands);
    const like = all.filter((one) => one.path.join(" ").startsWith(typed.trim()) || one.path.at(-1).startsWith(typed.trim()));
    return like.map((one) => ({ command: one, label: `/${one.path.join(" ")}`, note: one.description, lead: icon("slash") }));
  }

  namesLike(sign, typed) {
    const { world, channel } = this.state;
    const start = typed.toLowerCase();
    if (sign === "#") {
      const server = world.servers.find((one) => one.id === channel.server);
      return (server?.channels ?? []).filter((one) => one.name.startsWith(start)).map((one) => ({ word: `#${one.name}`, typed, label: one.name, lead: icon("hash") }));
    }
    return this.peopleHere().filter((one) => one.name.startsWith(start)).slice(0, 8)
      .map((one) => ({ word: `@${one.name}`, typed, label: displayName(one), lead: avatar(one, { size: 22 }), note: one.is_bot ? "app" : "" }));
  }

  peopleHere() {
    const { world, channel } = this.state;
    const server = world.servers.find((one) => one.id === channel.server);
    const here = server ? server.members : [world.bot, world.you];
    return here.map((id) => this.state.person(id)).filter(Boolean).sort((a, b) => Number(b.is_bot) - Number(a.is_bot));
  }

  take(chosen) {
    if (chosen.command) return this.openCommand(chosen.command);
    const { selectionStart: end, value } = this.words;
    const start = end - chosen.typed.length - 1;
    this.words.value = `${value.slice(0, start)}${chosen.word} ${value.slice(end)}`;
    const at = start + chosen.word.length + 1;
    this.words.setSelectionRange(at, at);
    this.onInput();
    return null;
  }

  // `@mia` becomes a mention where there is a mia; `readable` is the way back, for editing.
  mentioned(text) {
    const people = new Map(this.peopleHere().map((one) => [one.name, one.id]));
    const server = this.state.world.servers.find((one) => one.id === this.state.channel.server);
    const channels = new Map((server?.channels ?? []).map((one) => [one.name, one.id]));
    return text
      .replace(/(^|[\s(])@([\w-]+)/g, (all, before, name) => (people.has(name.toLowerCase()) ? `${before}<@${people.get(name.toLowerCase())}>` : all))
      .replace(/(^|[\s(])#([\w-]+)/g, (all, before, name) => (channels.has(name) ? `${before}<#${channels.get(name)}>` : all));
  }

  readable(text) {
    return text.replace(/<@!?(\d+)>/g, (all, id) => (this.state.person(id) ? `@${this.state.person(id).name}` : all));
  }

  // Sending

  async send() {
    if (this.isWaiting || !this.state.channel?.may.send) return;
    if (this.tray.isSending && !(await this.waitForFiles())) return;
    const files = this.tray.ready;
    const text = this.mentioned(this.words.value.trim());
    if (!text && !files.length) return;
    if (text.length > LONGEST) return notice(`That is ${(text.length - LONGEST).toLocaleString("en")} characters too long for one message.`);
    clearNotices();
    const body = { text, files, reply_to: this.target?.id, ping: this.ping };
    const kept = { text: this.words.value, files: this.tray.empty(), target: this.target };
    this.clear();
    try {
      await this.connection.do("say", body);
      for (const one of kept.files) this.tray.forget(one);
      this.sent();
    } catch (error) {
      notice(error.message);
      this.giveBack(kept);
    }
  }

  // Whether all of them have come, and the message is still for this channel.
  async waitForFiles() {
    const { id } = this.state.channel;
    this.isWaiting = true;
    this.box.setAttribute("aria-busy", "true");
    announce("It is sent as soon as its files are there.");
    let haveAll = true;
    while (this.tray.isSending) haveAll = (await this.tray.arrived()) && haveAll; // more may have been added
    this.isWaiting = false;
    this.box.removeAttribute("aria-busy");
    return haveAll && this.state.channel.id === id;
  }

  clear() {
    this.words.value = "";
    this.onInput();
    this.cancelReply();
    this.words.focus();
  }

  // What could not be sent, unless something else is being written by now.
  giveBack({ text, files, target }) {
    if (!this.words.value) this.words.value = text;
    if (target && !this.target) this.replyTo(target);
    this.tray.refill(files);
    this.onInput();
  }

  replyTo(message) {
    this.closeCommand();
    this.target = message;
    this.ping = true;
    const name = displayName(this.state.person(message.author));
    const ping = el("button", { type: "button", class: "link ping", "aria-pressed": "true", onclick: () => this.togglePing(ping) }, "@ on");
    this.replyBar.replaceChildren(el("span", {}, "Replying to ", el("strong", {}, name)), ping, iconButton("close", "Do not reply", () => this.cancelReply()));
    this.replyBar.hidden = false;
    this.words.focus();
    announce(`Replying to ${name}.`);
  }

  togglePing(button) {
    this.ping = !this.ping;
    button.textContent = this.ping ? "@ on" : "@ off";
    button.setAttribute("aria-pressed", String(this.ping));
    this.words.focus();
  }

  cancelReply() {
    this.target = null;
    this.replyBar.hidden = true;
    this.replyBar.replaceChildren();
  }

  // Pictures

  onPicked() {
    this.tray.add([...this.picker.files]);
    this.picker.value = "";
  }

  onPaste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.tray.add(files);
  }

  mayAttach() {
    return this.state.channel?.may.send && this.state.channel?.may.attach;
  }

  chooseSample(anchor) {
    const items = SAMPLES.map((sample) => ({
      label: sample.title, note: sample.ask,
      lead: el("img", { src: `/page/samples/${sample.name}`, alt: "", class: "sample-thumb" }),
      run: () => this.useSample(sample),
    }));
    openMenu(anchor, items, { label: "Sample pictures" });
  }

  async useSample(sample) {
    await this.tray.add([await fetchSample(sample)]);
    if (!this.words.value) this.words.value = this.state.channel.is_automatic || !this.state.channel.server ? sample.ask : `@${this.botName()} ${sample.ask}`;
    this.onInput();
    this.words.focus();
  }

  // Slash commands

  openCommand(command) {
    this.words.value = "";
    this.suggestions.close();
    this.cancelReply();
    const form = new CommandForm(command, this.state, this.connection, { done: () => this.closeCommand(), people: () => this.peopleHere() });
    if (!command.options.length) return form.submit();
    this.form.replaceChildren(form.element);
    this.form.hidden = false;
    this.line.hidden = true;
    form.focus();
    return null;
  }

  closeCommand() {
    if (this.form.hidden) return;
    this.form.replaceChildren();
    this.form.hidden = true;
    this.line.hidden = false;
    this.onInput();
    this.words.focus();
  }
}
