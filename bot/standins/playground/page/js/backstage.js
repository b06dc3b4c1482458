// Behind the scenes: what is usually invisible, and the switches for faults.

import { byId, bytes, el, icon, iconButton } from "./dom.js";
import { render } from "./markdown.js";
import { notice } from "./menus.js";

const DISCORD_FAULTS = [
  ["storm", "Rate limit storm", "Every other message or edit is answered 429."],
  ["failures", "Server errors", "Every other message or edit is answered 502."],
  ["slow", "Slow Discord", "Each request takes a second and a half."],
];
const GATEWAY_FAULTS = [
  ["drop", "Drop the connection"],
  ["reconnect", "Ask to reconnect"],
  ["invalidate", "End the session"],
];
const BEHAVIOURS = [
  ["usual", "As usual"],
  ["slow", "Slow"],
  ["cut", "Cut in mid-stream"],
  ["balance", "Out of balance"],
  ["refuses", "Declines"],
  ["overloaded", "Overloaded"],
];

export class Backstage {
  constructor(state, connection) {
    this.state = state;
    this.connection = connection;
    this.panel = byId("backstage");
    this.opened = new Set(); // requests that are shown in full
    this.quotaFor = "";
    this.ended = 0;
    this.build();
  }

  build() {
    this.quota = el("div", { class: "card-body quota" }, el("p", { class: "note" }, "Waiting for the bot …"));
    this.pace = el("div", { class: "card-body" });
    this.tokens = el("div", { class: "card-body totals" });
    this.requests = el("div", { class: "requests" });
    this.calls = el("ol", { class: "calls", tabindex: "0", "aria-label": "Calls to Discord, the newest first" });
    this.counts = el("p", { class: "note" });
    this.switches = this.buildSwitches();
    const again = iconButton("again", "Ask the bot again", () => this.askQuota());
    this.panel.append(
      el("header", { class: "backstage-head" }, el("h2", {}, "Behind the scenes"), iconButton("close", "Close", () => this.toggle(false))),
      el("div", { class: "backstage-scroll" },
        card("Your quota here", this.quota, again),
        card("Edits against Discord's bucket", this.pace),
        card("Try a fault", this.switches),
        card("Asked of the model", el("div", {}, this.tokens, this.requests)),
        el("details", { class: "card" }, el("summary", {}, "Calls to Discord"), this.counts, this.calls),
      ),
    );
  }

  buildSwitches() {
    this.toggles = new Map();
    const discord = DISCORD_FAULTS.map(([name, label, note]) => {
      const id = `switch-${name}`;
      const toggle = el("input", { type: "checkbox", role: "switch", "aria-label": label, "aria-describedby": id, onchange: (event) => this.ask("switch", { name, is_on: event.target.checked }) });
      this.toggles.set(name, toggle);
      return el("label", { class: "switch" }, el("span", {}, label, el("span", { id, class: "note" }, note)), toggle);
    });
    const gateway = GATEWAY_FAULTS.map(([action, label]) => el("button", { type: "button", class: "button small", onclick: () => this.ask("gateway", { action }) }, label));
    this.behaviours = new Map();
    const endpoint = BEHAVIOURS.map(([behaviour, label]) => {
      const radio = el("input", { type: "radio", name: "behaviour", value: behaviour, onchange: () => this.ask("endpoint", { behaviour }) });
      this.behaviours.set(behaviour, radio);
      return el("label", { class: "choice" }, radio, el("span", {}, label));
    });
    return el("div", { class: "card-body" },
      el("fieldset", {}, el("legend", {}, "Discord"), discord),
      el("fieldset", {}, el("legend", {}, "Gateway"), el("div", { class: "buttons" }, gateway)),
      el("fieldset", {}, el("legend", {}, "The model's endpoint"), el("div", { class: "choices" }, endpoint)),
    );
  }

  toggle(isOpen = this.panel.hidden) {
    this.panel.hidden = !isOpen;
    document.body.classList.toggle("has-backstage", isOpen);
    byId("open-backstage").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.update(this.told);
    else byId("open-backstage").focus();
  }

  async ask(name, body) {
    try {
      await this.connection.do(name, body);
    } catch (error) {
      notice(error.message);
    }
  }

  update(told) {
    if (!told) return;
    this.told = told;
    this.drawBanner(told);
    const ended = told.exchanges.filter((one) => one.seconds !== null).length + told.tokens.output;
    if (ended !== this.ended) setTimeout(() => this.askQuota(), 400);
    this.ended = ended;
    if (this.panel.hidden) return;
    this.drawSwitches(told.switches);
    this.pace.replaceChildren(...drawPace(told.pace));
    this.tokens.replaceChildren(...drawTokens(told));
    this.drawRequests(told.exchanges);
    this.counts.textContent = `${told.counts.limited} rate limited · ${told.counts.faults} faults met · gateway sessions: ${told.counts.identified} begun, ${told.counts.resumed} resumed`;
    this.calls.replaceChildren(...told.calls.map(drawCall));
  }

  drawBanner(told) {
    const on = told.switches.discord.map((name) => DISCORD_FAULTS.find(([one]) => one === name)[1]);
    if (told.switches.is_slow) on.push("Slow Discord");
    if (told.switches.endpoint !== "usual") on.push(`Model: ${BEHAVIOURS.find(([one]) => one === told.switches.endpoint)[1]}`);
    this.state.faults = on;
    this.state.drawBanner();
  }

  drawSwitches(switches) {
    for (const [name, toggle] of this.toggles) toggle.checked = name === "slow" ? switches.is_slow : switches.discord.includes(name);
    for (const [name, radio] of this.behaviours) radio.checked = name === switches.endpoint;
  }

  drawRequests(exchanges) {
    const known = new Map([...this.requests.children].map((node) => [node.dataset.number, node]));
    const nodes = exchanges.map((one) => {
      const before = known.get(String(one.number));
      const text = JSON.stringify(one);
      if (before?.dataset.text === text) return before;
      const focused = before?.contains(document.activeElement);
      const node = this.drawRequest(one);
      node.dataset.text = text;
      if (focused) setTimeout(() => node.querySelector("summary").focus(), 0);
      return node;
    });
    if (nodes.some((node, number) => this.requests.children[number] !== node) || nodes.length !== this.requests.children.length) this.requests.replaceChildren(...nodes);
  }

  drawRequest(one) {
    const state = one.seconds === null ? "under way" : one.ending || `HTTP ${one.status}`;
    const kind = one.seconds === null ? "running" : one.ending === "completed" ? "good" : "bad";
    const thumbs = one.turns.flatMap((turn) => turn.parts).filter((part) => part.picture).slice(0, 3).map((part) => el("img", { src: part.picture, alt: "A picture of the request", class: "thumb" }));
    const head = el("summary", {}, el("span", { class: `state ${kind}`, title: state }, el("i"), `#${one.number}`), el("span", { class: "figures" }, figures(one)), thumbs);
    const turns = one.turns.map((turn) => el("div", { class: `turn ${turn.role}` }, el("span", { class: "role" }, turn.role), turn.parts.map(drawPart)));
    const facts = el("dl", {},
      fact("ended", state), fact("model", one.model), fact("request", bytes(one.size)), fact("most output", one.most_output && `${one.most_output.toLocaleString("en")} tokens`),
      fact("first text", one.first_text_after !== null && `${one.first_text_after.toFixed(2)} s`), fact("all of it", one.seconds !== null && `${one.seconds.toFixed(2)} s`),
      fact("pieces of text", String(one.pieces)), fact("input", tokens(one.input_tokens)), fact("from the cache", one.cached_tokens ? tokens(one.cached_tokens) : null), fact("output", tokens(one.output_tokens)),
      fact("cost", one.cost !== null && one.cost !== undefined && `$${one.cost.toFixed(4)}`));
    const instructions = el("details", { class: "instructions" }, el("summary", {}, "Instructions"), el("p", {}, one.instructions));
    const node = el("details", { class: "request", data: { number: String(one.number) }, open: this.opened.has(one.number) }, head, facts, turns, instructions);
    node.addEventListener("toggle", () => (node.open ? this.opened.add(one.number) : this.opened.delete(one.number)));
    return node;
  }

  // The bot itself is asked, as the person one is, where nobody sees it.
  async askQuota() {
    const { world, channel } = this.state;
    if (!world?.is_bot_online || !channel || this.panel.hidden) return;
    const where = `${world.you}:${channel.server}`;
    try {
      const { text } = await this.connection.do("quota");
      this.quotaFor = where;
      this.quota.replaceChildren(...drawQuota(text, this.state.names));
    } catch (error) {
      this.quota.replaceChildren(el("p", { class: "note" }, error.message));
    }
  }

  // Once the quota has been reset, what was told of it is no longer so.
  renew() {
    const times = [...this.quota.querySelectorAll("time[data-relative]")];
    if (times.some((time) => Number(time.dataset.relative) < Date.now() / 1000)) this.askQuota();
  }

  moved() {
    const { world, channel } = this.state;
    if (world && channel && this.quotaFor !== `${world.you}:${channel.server}`) this.askQuota();
  }
}

function card(title, body, tool = null) {
  return el("section", { class: "card", "aria-label": title }, el("div", { class: "card-head" }, el("h3", {}, title), tool), body);
}

// A bar for each limit and cap; the last answers are left to `/quota me` itself.
function drawQuota(text, names) {
  const lines = text.split("\n");
  const answers = lines.findIndex((line) => /last answers\*\*:$/u.test(line));
  return (answers < 0 ? lines : lines.slice(0, answers)).flatMap((line) => {
    const [, where, share, words] = /^(.*?)`[█░]+` (\d+)\s*% left · (.*)$/u.exec(line) ?? [];
    if (share === undefined) return [el("div", { class: "note" }, render(line, names))];
    const fill = el("div", { class: Number(share) < 20 ? "fill is-low" : "fill", style: { width: `${share}%` } });
    return [
      el("p", { class: "big" }, `${share} %`, el("span", { class: "note" }, " left")),
      el("div", { class: "meter" }, fill),
      el("div", { class: "note" }, render(where + words, names)),
    ];
  });
}

function drawPace(pace) {
  const most = Math.max(5, ...pace.edits.map((edits, at) => edits + pace.posts[at]));
  const bars = pace.edits.map((edits, at) => el("div", { class: "bar" },
    el("span", { class: "edits", style: { height: `${(edits / most) * 100}%` } }), el("span", { class: "posts", style: { height: `${(pace.posts[at] / most) * 100}%` } })));
  const total = pace.edits.reduce((sum, one) => sum + one, 0);
  const label = `${total} edits in the last ten seconds`;
  return [
    el("div", { class: "bars", role: "img", "aria-label": label }, bars),
    el("p", { class: "note" }, `${(total / 10).toFixed(1)} edits a second, over ten seconds`),
    bucket("Edits", pace.edit_bucket), bucket("Messages", pace.post_bucket),
  ];
}

function bucket(label, one) {
  const pips = Array.from({ length: one.limit }, (_, at) => el("i", { class: at < one.remaining ? "is-free" : "" }));
  const words = `${one.remaining} of ${one.limit} free`;
  return el("p", { class: "bucket" }, el("span", {}, label), el("span", { class: "pips", role: "img", "aria-label": words }, pips), el("span", { class: "note" }, one.resets_in ? `resets in ${one.resets_in} s` : words));
}

function drawTokens(told) {
  const { input, output, cost } = told.tokens;
  const price = cost === null ? el("span", { class: "note", title: "No price is known for this model" }, "no price known") : el("strong", {}, `$${cost.toFixed(4)}`);
  return [
    el("p", { class: "note" }, `${told.about.model} · ${told.about.endpoint}`),
    el("p", {}, el("strong", {}, input.toLocaleString("en")), " tokens in · ", el("strong", {}, output.toLocaleString("en")), " out · ", price),
  ];
}

function figures(one) {
  const parts = [];
  if (one.input_tokens !== null) parts.push(`${one.input_tokens.toLocaleString("en")} in · ${one.output_tokens.toLocaleString("en")} out`);
  if (one.seconds !== null) parts.push(`${one.seconds.toFixed(1)} s`);
  if (one.seconds === null) parts.push(one.pieces ? `${one.pieces} pieces so far` : "waiting …");
  else if (one.ending !== "completed") parts.push(one.ending || `HTTP ${one.status}`);
  return parts.join(" · ");
}

function fact(name, value) {
  return value ? [el("dt", {}, name), el("dd", {}, value)] : [];
}

function tokens(count) {
  return count === null || count === undefined ? null : `${count.toLocaleString("en")} tokens`;
}

function drawPart(part) {
  if (part.picture) return el("a", { href: part.picture, target: "_blank", rel: "noopener" }, el("img", { src: part.picture, alt: `A picture of ${bytes(part.size)}`, loading: "lazy" }));
  // A long text scrolls, so it must be reachable by keyboard.
  return el("p", { tabindex: part.text.length > 300 ? "0" : null }, part.text);
}

function drawCall(call) {
  const kind = call.status === 0 || call.status >= 400 ? "bad" : "good";
  const path = call.path.replace(/\d{15,}/g, (id) => `…${id.slice(-4)}`).replace(/\/[\w-]{40,}/g, "/…");
  return el("li", { class: kind }, el("span", { class: "status" }, call.status || "reset"), el("span", { class: "method" }, call.method), el("span", { class: "path", title: call.path }, path));
}
