// The left side: servers, channels with their threads, direct messages, and who one is.

import { avatar, displayName, hue } from "./avatars.js";
import { byId, compareIds, el, icon } from "./dom.js";
import { openMenu } from "./menus.js";

export class Places {
  // `go` shows a channel, `become` makes one somebody else.
  constructor(state, { go, become }) {
    this.state = state;
    this.go = go;
    this.become = become;
    this.read = new Map(); // channel → the newest message that was seen there
    this.visited = new Map(); // server → the channel last looked at
  }

  get here() {
    return this.state.channel?.server ?? "direct";
  }

  draw() {
    const { world, channel } = this.state;
    if (!world || !channel) return;
    this.read.set(this.key(channel), channel.last);
    this.visited.set(this.here, channel.id);
    const focused = document.activeElement?.dataset?.place;
    byId("rail").replaceChildren(...this.rail(world));
    byId("channels").replaceChildren(...this.channels(world));
    byId("you").replaceChildren(this.you(world));
    if (focused) document.querySelector(`[data-place="${CSS.escape(focused)}"]`)?.focus();
  }

  key(channel) {
    return `${this.state.world.you}:${channel.id}`;
  }

  isUnread(channel) {
    const seen = this.read.get(this.key(channel));
    if (seen === undefined) this.read.set(this.key(channel), channel.last);
    return seen !== undefined && compareIds(channel.last, seen) > 0 && channel.last_author !== this.state.world.you;
  }

  rail(world) {
    const direct = this.stone("direct", "Direct messages", icon("at"), [world.direct]);
    const servers = world.servers.map((server) => {
      const initials = server.name.slice(0, 2);
      return this.stone(server.id, server.name, el("span", { style: { "--hue": String(hue(server.name)) }, class: "initials" }, initials), server.channels);
    });
    return [direct, el("hr"), ...servers];
  }

  stone(id, label, content, channels) {
    const isHere = this.here === id;
    const isUnread = channels.some((one) => this.isUnread(one));
    const first = channels.find((one) => one.id === this.visited.get(id)) ?? channels[0];
    return el(
      "button",
      {
        type: "button", class: "stone", title: label, "aria-label": isUnread ? `${label}, unread` : label,
        "aria-current": isHere ? "true" : null, data: { place: `server-${id}`, unread: isUnread ? "yes" : "" },
        onclick: () => this.go(first.id, { keepOpen: true }),
      },
      content,
    );
  }

  channels(world) {
    if (this.here === "direct") {
      return [el("h2", {}, "Direct messages"), el("ul", {}, this.row(world.direct, avatar(this.state.person(world.bot), { size: 24 })))];
    }
    const server = world.servers.find((one) => one.id === this.here);
    if (!server) return [];
    const rows = [];
    for (const channel of server.channels.filter((one) => !one.parent)) {
      rows.push(this.row(channel, icon(channel.may.send ? "hash" : "lock")));
      const threads = server.channels.filter((one) => one.parent === channel.id && !one.is_archived);
      rows.push(...threads.map((thread) => this.row(thread, icon("thread"), "is-thread")));
    }
    return [el("h2", {}, server.name), el("ul", {}, rows)];
  }

  row(channel, lead, extra = "") {
    const isHere = channel.id === this.state.channel.id;
    const isUnread = !isHere && this.isUnread(channel);
    const kind = channel.parent ? "thread" : channel.server ? "channel" : "direct messages with";
    return el("li", {}, el(
      "button",
      {
        type: "button", class: `channel ${extra} ${isUnread ? "is-unread" : ""}`, "aria-current": isHere ? "page" : null,
        "aria-label": `${kind} ${channel.name}${isUnread ? ", unread" : ""}`, data: { place: `channel-${channel.id}` },
        onclick: () => this.go(channel.id),
      },
      lead, el("span", {}, channel.name),
    ));
  }

  you(world) {
    const identity = world.identities.find((one) => one.id === world.you);
    const person = this.state.person(world.you);
    const label = `You are ${displayName(person)}, ${identity.title}. Be somebody else`;
    return el(
      "button",
      {
        type: "button", class: "who", "aria-haspopup": "menu", "aria-label": label, title: "Be somebody else", data: { place: "who" },
        onclick: (event) => this.choosePart(event.currentTarget),
      },
      avatar(person, { size: 34 }),
      el("span", { class: "who-words" }, el("strong", {}, displayName(person)), el("span", { class: "who-title" }, identity.title)),
      icon("chevron"),
    );
  }

  choosePart(anchor) {
    const { world } = this.state;
    const items = world.identities.map((identity) => ({
      label: displayName(this.state.person(identity.id)),
      note: identity.title,
      lead: avatar(this.state.person(identity.id), { size: 28 }),
      checked: identity.id === world.you,
      run: () => this.become(identity.id),
    }));
    openMenu(anchor, items, { label: "Who you are" });
  }
}
