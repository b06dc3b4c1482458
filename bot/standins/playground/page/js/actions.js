// What can be done with a message, from its tools, its menu and its keys.

import { displayName } from "./avatars.js";
import { el } from "./dom.js";
import { plain } from "./markdown.js";
import { announce, ask, notice, pickEmoji } from "./menus.js";

export class Actions {
  constructor(state, connection, { go, composer }) {
    this.state = state;
    this.connection = connection;
    this.go = go;
    this.composer = composer;
  }

  async attempt(name, body) {
    try {
      return await this.connection.do(name, body);
    } catch (error) {
      notice(error.message);
      return null;
    }
  }

  menu(message, anchor) {
    const { commands, channel } = this.state;
    const own = commands.filter((one) => one.kind === "message").map((one) => ({ label: one.name, note: "glimpse", icon: "eye", run: () => this.use(one.name, message) }));
    const isOpen = !message.is_ephemeral;
    return [
      isOpen && message.may.react && { label: "Add a reaction", icon: "smile", run: () => pickEmoji(anchor, (emoji) => this.react(message, emoji)) },
      isOpen && channel.may.send && { label: "Reply", icon: "reply", run: () => this.reply(message) },
      isOpen && { label: "Forward …", icon: "forward", run: () => this.forward(message) },
      isOpen && channel.server && channel.may.thread && !message.thread && { label: "Open a thread …", icon: "thread", run: () => this.thread(message) },
      message.may.edit && { label: "Edit", icon: "edit", run: () => this.edit(message) },
      message.content && { label: "Copy text", icon: "copy", run: () => navigator.clipboard?.writeText(message.content) },
      own.length > 0 && null,
      ...own,
      message.may.delete && null,
      message.may.delete && { label: message.is_ephemeral ? "Dismiss" : "Delete …", icon: "trash", danger: true, run: () => (message.is_ephemeral ? this.dismiss(message) : this.remove(message)) },
    ].filter((item) => item !== false && item !== undefined && item !== "");
  }

  write() {
    this.composer().focus();
  }

  reply(message) {
    this.composer().replyTo(message);
  }

  react(message, emoji) {
    return this.attempt("react", { message: message.id, emoji });
  }

  dismiss(message) {
    return this.attempt("delete", { message: message.id });
  }

  async use(name, message) {
    const told = await this.attempt("menu", { name, message: message.id });
    if (told?.modal) await this.fillModal(told.modal);
  }

  async press(message, component, button) {
    button.setAttribute("aria-busy", "true");
    const told = await this.attempt("press", { message: message.id, custom_id: component.custom_id });
    button.removeAttribute("aria-busy");
    if (told?.modal) await this.fillModal(told.modal);
  }

  async choose(message, component, values) {
    const told = await this.attempt("choose", { message: message.id, custom_id: component.custom_id, values: values.filter(Boolean) });
    if (told?.modal) await this.fillModal(told.modal);
  }

  async edit(message) {
    const words = el("textarea", { name: "text", rows: "5", "aria-label": "Text", maxlength: "2000" }, this.composer().readable(message.content));
    const text = await ask({ title: "Edit the message", body: words, confirm: "Save", read: () => words.value });
    if (text !== null && text.trim()) await this.attempt("edit", { message: message.id, text: this.composer().mentioned(text) });
    this.write();
  }

  async remove(message) {
    const said = plain(message.content, this.state.names).slice(0, 200) || "This message";
    const body = el("blockquote", {}, said);
    if (await ask({ title: "Delete this message?", body, confirm: "Delete", danger: true })) {
      if (await this.attempt("delete", { message: message.id })) announce("Deleted.");
    }
    this.write();
  }

  async forward(message) {
    const { world } = this.state;
    const places = [...world.servers.flatMap((server) => server.channels.filter((one) => one.may.send).map((one) => [one, `${server.name} · #${one.name}`])), [world.direct, `Direct messages · ${world.direct.name}`]];
    const where = el("select", { name: "to", "aria-label": "Where to" }, places.map(([one, words]) => el("option", { value: one.id }, words)));
    const to = await ask({ title: "Forward to", body: where, confirm: "Forward", read: () => where.value });
    if (to && (await this.attempt("forward", { message: message.id, to }))) this.go(to);
  }

  async thread(message) {
    const suggestion = plain(message.content, this.state.names).slice(0, 40) || "New thread";
    const name = el("input", { name: "name", value: suggestion, maxlength: "100", required: true, "aria-label": "Name of the thread" });
    const given = await ask({ title: "Open a thread", body: name, confirm: "Open", read: () => name.value });
    const told = given && (await this.attempt("thread", { message: message.id, name: given }));
    if (told) this.go(told.id);
  }

  async fillModal(modal) {
    const fields = [...walk(modal.components)].filter((one) => one.type === 4);
    const inputs = fields.map((one) => {
      const properties = { name: one.custom_id, maxlength: String(one.max_length ?? 4000), required: one.required !== false, placeholder: one.placeholder };
      const input = one.style === 2 ? el("textarea", { rows: "5", ...properties }, one.value ?? "") : el("input", { value: one.value ?? "", ...properties });
      return el("label", { class: "field" }, one.label ?? one.custom_id, input);
    });
    const read = (form) => Object.fromEntries(new FormData(form).entries());
    const values = await ask({ title: modal.title, body: inputs, confirm: "Submit", read });
    if (!values) return;
    const told = await this.attempt("submit", { modal: modal.id, values });
    if (told?.modal) await this.fillModal(told.modal);
  }
}

function* walk(components) {
  for (const one of components ?? []) {
    yield one;
    yield* walk(one.components);
    if (one.component) yield* walk([{ label: one.label, ...one.component }]);
  }
}
