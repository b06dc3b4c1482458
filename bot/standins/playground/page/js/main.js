// The page: what it knows, and who is told when that changes.

import { Actions } from "./actions.js";
import { avatar, displayName } from "./avatars.js";
import { Backstage } from "./backstage.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { byId, el, icon } from "./dom.js";
import { relative } from "./markdown.js";
import { announce, notice } from "./menus.js";
import { dots, Messages } from "./messages.js";
import { Places } from "./places.js";
import { SAMPLES } from "./samples.js";
import { setUpTheme } from "./theme.js";

const state = {
  world: null,
  channel: null,
  commands: [],
  isConnected: false,
  faults: [],
  people: new Map(),
  person: (id) => state.people.get(id) ?? { id, name: "somebody", is_bot: false },
  names: {
    user: (id) => (state.people.has(id) ? displayName(state.people.get(id)) : null),
    channel: (id) => findChannel(id)?.name ?? null,
    role: (id) => state.world?.servers.flatMap((one) => one.roles).find((one) => one.id === id)?.name ?? null,
  },
  drawBanner,
};
let wanted = sessionStorage.getItem("at");

const connection = new Connection({ told, opened, lost });
const actions = new Actions(state, connection, { go, composer: () => composer });
const messages = new Messages(state, Object.assign(actions, { go }));
const composer = new Composer(state, connection, { editLast: () => messages.lastOwn() && actions.edit(messages.lastOwn()), sent: () => messages.toEnd() });
const places = new Places(state, { go, become });
const backstage = new Backstage(state, connection);

function findChannel(id) {
  const { world } = state;
  if (!world) return null;
  return [...world.servers.flatMap((one) => one.channels), world.direct].find((one) => one.id === id) ?? null;
}

// The line

async function opened() {
  state.isConnected = true;
  messages.clear();
  messages.announced.clear();
  try {
    await look({ as: sessionStorage.getItem("as"), at: wanted });
  } catch {
    // Another playground than before, where nobody of those is known: from its beginning.
    if (state.isConnected) await tryToLook({ at: null });
  }
}

function lost() {
  state.isConnected = false;
  drawBanner();
}

function told(message) {
  if (message.kind === "world") onWorld(message);
  else if (message.kind === "messages" && message.channel === wanted) onMessages(message);
  else if (message.kind === "commands") state.commands = message.commands;
  else if (message.kind === "typing") drawTyping(message.is_typing);
  else if (message.kind === "backstage") backstage.update(message);
}

function onWorld(world) {
  state.world = world;
  state.people = new Map(world.people.map((one) => [one.id, one]));
  show();
}

function onMessages(message) {
  messages.change(message);
  drawOpening();
}

// Where one is

async function look(where) {
  const found = await connection.do("look", where);
  if (found.at !== wanted || where.as) messages.clear();
  wanted = found.at;
  sessionStorage.setItem("at", found.at);
  sessionStorage.setItem("as", found.as);
  show();
}

async function tryToLook(where) {
  try {
    await look(where);
  } catch (error) {
    notice(error.message);
  }
}

function show() {
  const channel = findChannel(wanted);
  const hasMoved = channel?.id !== state.channel?.id;
  state.channel = channel ?? state.channel;
  if (!channel || !state.world) return;
  places.draw();
  composer.draw();
  drawHead(channel);
  drawBanner();
  if (hasMoved) drawOpening();
  backstage.moved();
}

async function go(id, { keepOpen = false } = {}) {
  composer.leave();
  // What arrives before the answer is of the old channel or already of the new one.
  wanted = id;
  messages.clear();
  await tryToLook({ at: id });
  drawOpening();
  if (keepOpen) return;
  closePlaces();
  composer.focus();
}

async function become(id) {
  composer.leave();
  await tryToLook({ as: id, at: wanted });
  const identity = state.world.identities.find((one) => one.id === id);
  announce(`You are now ${displayName(state.person(id))}, ${identity.title}.`);
}

// Around the messages

function drawHead(channel) {
  const parent = channel.parent ? findChannel(channel.parent) : null;
  const lead = channel.parent ? "thread" : channel.server ? (channel.may.send ? "hash" : "lock") : "at";
  byId("room-name").replaceChildren(icon(lead), parent ? `${parent.name} › ${channel.name}` : channel.name);
  byId("room-topic").textContent = channel.topic;
  byId("room-topic").title = channel.topic;
  document.title = `${channel.server ? "#" : "@"}${channel.name} · Glimpse playground`;
  byId("messages").setAttribute("aria-label", `Messages in ${channel.name}`);
}

function drawBanner() {
  const banner = byId("banner");
  const words = !state.isConnected
    ? "The playground does not answer. Is it still running? Trying again …"
    : state.world && !state.world.is_bot_online
      ? "glimpse is not connected. It comes by itself in a moment …"
      : state.faults.length
        ? `A fault is switched on: ${state.faults.join(", ")}.`
        : "";
  if (banner.textContent !== words) banner.textContent = words;
  banner.hidden = !words;
}

function drawTyping(isTyping) {
  const name = state.person(state.world?.bot).name;
  composer.typing.replaceChildren(...(isTyping ? [dots(), el("span", {}, el("strong", {}, name), " is typing …")] : []));
}

function drawOpening() {
  const { channel, world } = state;
  if (!channel) return;
  const isEmpty = messages.shown.size === 0;
  const where = channel.server ? `#${channel.name}` : `@${channel.name}`;
  const how = !channel.may.send
    ? "You can read here, but not write."
    : channel.is_automatic
      ? "Post a picture: glimpse looks at every one in this channel, without a mention."
      : channel.server
        ? "Mention @glimpse with a question, with a picture if you like, and reply to its answers to go on."
        : "In private glimpse answers everything, without a mention.";
  const head = channel.server ? el("div", { class: "opening-icon" }, icon(channel.parent ? "thread" : "hash")) : avatar(state.person(world.bot), { size: 72 });
  const samples = isEmpty && channel.may.send && channel.may.attach
    ? el("div", { class: "samples" }, SAMPLES.map((sample) => el("button", { type: "button", class: "sample", onclick: () => composer.useSample(sample) }, el("img", { src: `/page/samples/${sample.name}`, alt: "" }), el("span", {}, sample.title))))
    : null;
  byId("opening").replaceChildren(head, el("h2", {}, `Welcome to ${where}`), el("p", {}, how), ...(samples ? [el("p", { class: "note" }, "Drop or paste a picture, or begin with one of these:"), samples] : []));
}

function closePlaces() {
  document.body.classList.remove("has-places");
  byId("open-places").setAttribute("aria-expanded", "false");
}

// Controls of the page itself

byId("open-places").append(icon("menu"));
byId("open-places").addEventListener("click", () => {
  const isOpen = document.body.classList.toggle("has-places");
  byId("open-places").setAttribute("aria-expanded", String(isOpen));
  if (isOpen) byId("channels").querySelector("[aria-current=page]")?.focus();
});
byId("open-backstage").append(icon("gauge"));
byId("open-backstage").title = "Behind the scenes";
byId("open-backstage").setAttribute("aria-label", "Behind the scenes");
byId("open-backstage").addEventListener("click", () => {
  backstage.toggle();
  backstage.askQuota();
});
byId("room").addEventListener("pointerdown", (event) => {
  if (document.body.classList.contains("has-places") && !event.target.closest("#open-places")) closePlaces();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("has-places")) {
    closePlaces();
    composer.focus();
  }
  if (event.key === "b" && event.altKey) {
    backstage.toggle();
    backstage.askQuota();
  }
});
setUpTheme(byId("switch-theme"));
if (innerWidth >= 1180) backstage.toggle(true);

setInterval(() => {
  for (const time of document.querySelectorAll("time[data-relative]")) time.textContent = relative(Number(time.dataset.relative));
  backstage.renew();
}, 5000);
