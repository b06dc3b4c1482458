// Slash commands: what there is to choose from, and the form for a command's options.

import { avatar, displayName } from "./avatars.js";
import { upload } from "./connection.js";
import { el, icon, iconButton } from "./dom.js";
import { notice } from "./menus.js";
import { Suggestions } from "./suggestions.js";

const KIND = { SUB_COMMAND: 1, GROUP: 2, STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7, ROLE: 8, MENTIONABLE: 9, NUMBER: 10, ATTACHMENT: 11 };

// Every command that can be used, subcommands by themselves: { path, description, options }.
export function flatten(commands) {
  return commands.filter((one) => one.kind === "chat_input").flatMap((one) => leaves(one, [one.name]));
}

function leaves(command, path) {
  const inner = (command.options ?? []).filter((one) => one.type === KIND.SUB_COMMAND || one.type === KIND.GROUP);
  if (inner.length) return inner.flatMap((one) => leaves(one, [...path, one.name]));
  return [{ path, description: command.description, options: command.options ?? [] }];
}

export class CommandForm {
  constructor(command, state, connection, { done, people }) {
    this.command = command;
    this.state = state;
    this.connection = connection;
    this.done = done;
    this.people = people;
    this.values = {};
    this.element = this.build();
  }

  build() {
    const name = `/${this.command.path.join(" ")}`;
    const fields = this.command.options.map((option) => this.field(option));
    const foot = el("div", { class: "command-foot" }, el("span", { class: "note" }, "Enter sends, Escape cancels"), el("button", { type: "button", class: "button", onclick: () => this.done() }, "Cancel"), el("button", { type: "submit", class: "button primary" }, "Send"));
    const onsubmit = (event) => {
      event.preventDefault();
      this.submit();
    };
    const onkeydown = (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.done();
    };
    return el("form", { "aria-label": name, onsubmit, onkeydown }, el("div", { class: "command-head" }, icon("slash"), el("strong", {}, name), el("span", { class: "note" }, this.command.description)), el("div", { class: "command-fields" }, fields), foot);
  }

  focus() {
    this.element.querySelector("input, select")?.focus();
  }

  field(option) {
    const label = el("span", { class: "field-name" }, option.name, option.required ? null : el("span", { class: "note" }, " optional"));
    const note = el("span", { class: "field-note" }, option.description);
    return el("label", { class: "field", data: { option: option.name } }, label, this.input(option), note);
  }

  input(option) {
    const name = `${option.name}: ${option.description}`;
    if (option.type === KIND.BOOLEAN) return this.select(option, [{ name: "Yes", value: "true" }, { name: "No", value: "false" }]);
    if (option.choices?.length) return this.select(option, option.choices);
    if (option.type === KIND.ROLE || option.type === KIND.CHANNEL) return this.select(option, this.places(option.type));
    if (option.type === KIND.ATTACHMENT) return el("input", { type: "file", "aria-label": name, onchange: (event) => this.attach(option, event.target.files[0]) });
    return this.typed(option, name);
  }

  places(kind) {
    const server = this.state.world.servers.find((one) => one.id === this.state.channel.server);
    const places = (kind === KIND.ROLE ? server?.roles : server?.channels) ?? [];
    return places.map((one) => ({ name: one.name, value: one.id }));
  }

  select(option, choices) {
    const first = el("option", { value: "" }, option.required ? "Choose …" : "–");
    return el("select", { "aria-label": option.name, onchange: (event) => this.keep(option, event.target.value) }, first, choices.map((one) => el("option", { value: String(one.value) }, one.name)));
  }

  async attach(option, file) {
    if (!file) return this.keep(option, "");
    try {
      return this.keep(option, (await upload(file)).id);
    } catch (error) {
      return notice(error.message);
    }
  }

  keep(option, value) {
    if (value === "") delete this.values[option.name];
    else this.values[option.name] = value;
  }

  // Text with a list to choose from: people, or what the bot suggests while one types.
  typed(option, name) {
    const id = `option-${option.name}`;
    const list = new Suggestions(id, (chosen) => {
      input.value = chosen.label;
      this.keep(option, chosen.value);
    });
    const find = this.finder(option);
    let newest = 0;
    const look = async () => {
      const mine = ++newest;
      const items = await find(input.value);
      if (mine === newest && document.activeElement === input) list.show(items, input);
    };
    const input = el("input", {
      type: "text", autocomplete: "off", "aria-label": name, maxlength: option.max_length ? String(option.max_length) : null,
      ...(find ? { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id } : {}),
      oninput: () => {
        this.keep(option, this.meant(option, input.value));
        if (find) look();
      },
      onfocus: () => find && look(),
      onblur: () => list.close(),
      onkeydown: (event) => list.onKey(event),
    });
    return el("span", { class: "with-list" }, input, list.box);
  }

  // What is suggested while one types; null where nothing is.
  finder(option) {
    if (option.type === KIND.USER) return (typed) => this.peopleLike(typed);
    if (option.type === KIND.MENTIONABLE) return (typed) => [...this.peopleLike(typed), ...this.rolesLike(typed)];
    return option.autocomplete ? (typed) => this.asked(option, typed) : null;
  }

  // Text that was typed without choosing from the list: a name stands for its bearer.
  meant(option, typed) {
    if (option.type === KIND.USER) return this.personNamed(typed);
    if (option.type === KIND.MENTIONABLE) return this.personNamed(typed) || this.roleNamed(typed);
    return typed.trim();
  }

  rolesLike(typed) {
    const start = typed.toLowerCase().replace(/^@/, "");
    const roles = this.places(KIND.ROLE).filter((one) => one.name.toLowerCase().replace(/^@/, "").startsWith(start));
    return roles.map((one) => ({ label: one.name, value: one.value, note: "role" }));
  }

  roleNamed(typed) {
    const name = typed.toLowerCase().replace(/^@/, "");
    return this.places(KIND.ROLE).find((one) => one.name.toLowerCase().replace(/^@/, "") === name)?.value ?? "";
  }

  peopleLike(typed) {
    const start = typed.toLowerCase().replace(/^@/, "");
    return this.people().filter((one) => !one.is_bot && one.name.startsWith(start)).map((one) => ({ label: displayName(one), value: one.id, lead: avatar(one, { size: 22 }) }));
  }

  personNamed(typed) {
    return this.people().find((one) => one.name === typed.toLowerCase().replace(/^@/, ""))?.id ?? "";
  }

  async asked(option, typed) {
    try {
      const body = { path: this.command.path, focused: option.name, options: { [option.name]: typed } };
      const { choices } = await this.connection.do("suggest", body);
      return choices.map((one) => ({ label: one.name, value: one.value }));
    } catch {
      return [];
    }
  }

  async submit() {
    const missing = this.command.options.find((one) => one.required && !(one.name in this.values));
    if (missing) {
      const field = this.element.querySelector(`[data-option="${CSS.escape(missing.name)}"]`);
      field.classList.add("is-missing");
      field.querySelector("input, select").focus();
      return;
    }
    this.done();
    try {
      await this.connection.do("slash", { path: this.command.path, options: this.values });
    } catch (error) {
      notice(error.message);
    }
  }
}
