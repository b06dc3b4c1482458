// Discord's Markdown as elements. Everything a person wrote ends in a text node or a checked link.

import { el } from "./dom.js";

const DEEPEST = 12; // levels of one thing inside another
const FENCE = /```(?:([\w+#.-]+)\n)?\n*([\s\S]*?)\n*```/g;

// `names` finds what mentions stand for: { user(id), role(id), channel(id) } → a word or null.
export function render(text, names = {}) {
  const made = [];
  let at = 0;
  for (const fence of text.matchAll(FENCE)) {
    if (!fence[2].trim()) continue;
    made.push(...blocks(trimmed(text.slice(at, fence.index), at > 0), names, 0));
    made.push(codeBlock(fence[2], fence[1] ?? ""));
    at = fence.index + fence[0].length;
  }
  made.push(...blocks(trimmed(text.slice(at), at > 0), names, 0));
  return made;
}

function trimmed(text, isAfterFence) {
  const begun = isAfterFence ? text.replace(/^\n/, "") : text;
  return begun.replace(/\n$/, "");
}

function codeBlock(code, language) {
  const copy = el("button", { type: "button", class: "copy", "aria-label": "Copy the code", onclick: () => copied(copy, code) }, "Copy");
  const head = el("div", { class: "code-head" }, el("span", { class: "language" }, language || "code"), copy);
  return el("div", { class: "code-block" }, head, el("pre", { tabindex: "0" }, el("code", {}, code)));
}

async function copied(button, code) {
  await navigator.clipboard?.writeText(code);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), 1500);
}

// Blocks

function blocks(text, names, depth) {
  if (!text) return [];
  const made = [];
  const lines = text.split("\n");
  let plain = [];
  const flush = () => {
    if (plain.length) made.push(el("p", {}, inline(plain.join("\n"), names, depth)));
    plain = [];
  };
  for (let at = 0; at < lines.length; ) {
    const found = block(lines, at, names, depth);
    if (found) {
      flush();
      made.push(found.made);
      at = found.next;
    } else {
      plain.push(lines[at]);
      at += 1;
    }
  }
  flush();
  return made;
}

function block(lines, at, names, depth) {
  const line = lines[at];
  const header = /^(#{1,3}) +(\S.*)$/.exec(line);
  if (header) {
    const level = header[1].length;
    // The page's own headings come first, so these begin at the third level.
    return { made: el(`h${level + 2}`, { class: `header-${level}` }, inline(header[2], names, depth)), next: at + 1 };
  }
  const small = /^-# +(\S.*)$/.exec(line);
  if (small) return { made: el("p", { class: "small-print" }, inline(small[1], names, depth)), next: at + 1 };
  if (depth < DEEPEST && /^>>> /.test(line)) {
    const inner = [line.slice(4), ...lines.slice(at + 1)].join("\n");
    return { made: el("blockquote", {}, blocks(inner, names, depth + 1)), next: lines.length };
  }
  if (depth < DEEPEST && /^> /.test(line)) return quote(lines, at, names, depth);
  if (LIST.test(line)) return list(lines, at, names, depth);
  return null;
}

function quote(lines, at, names, depth) {
  let next = at;
  const inner = [];
  while (next < lines.length && /^> /.test(lines[next])) inner.push(lines[next++].slice(2));
  return { made: el("blockquote", {}, blocks(inner.join("\n"), names, depth + 1)), next };
}

const LIST = /^( *)(?:([-*])|(\d{1,9})\.) +(\S.*)$/;

function list(lines, at, names, depth) {
  const [, indent, , first] = LIST.exec(lines[at]);
  const made = first === undefined ? el("ul") : el("ol", { start: first });
  let next = at;
  while (next < lines.length) {
    const item = LIST.exec(lines[next]);
    if (!item || item[1].length < indent.length) break;
    if (item[1].length > indent.length && made.lastElementChild && depth < DEEPEST) {
      const nested = list(lines, next, names, depth + 1);
      made.lastElementChild.append(nested.made);
      next = nested.next;
      continue;
    }
    if (item[1].length === indent.length && (item[3] === undefined) !== (first === undefined)) break;
    made.append(el("li", {}, inline(item[4], names, depth)));
    next += 1;
  }
  return { made, next };
}

// What stands in a line: the first rule that fits at a place decides.

const RULES = [
  [/\\([^\p{L}\p{N}\s])/uy, (found) => found[1]],
  [/(?<!`)(`+)(?!`)([\s\S]*?[^`])\1(?!`)/y, (found) => el("code", { class: "inline" }, found[2].replace(/^ (?=`)|(?<=`) $/g, ""))],
  [/\|\|([\s\S]+?)\|\|/y, (found, inner) => spoiler(inner(found[1]))],
  [/\*\*\*([\s\S]+?)\*\*\*(?!\*)/y, (found, inner) => el("strong", {}, el("em", {}, inner(found[1])))],
  [/\*\*([\s\S]+?)\*\*(?!\*)/y, (found, inner) => el("strong", {}, inner(found[1]))],
  [/__([\s\S]+?)__(?!_)/y, (found, inner) => el("u", {}, inner(found[1]))],
  [/\*(?=\S)((?:\*\*[\s\S]*?\*\*|[^*])+?)(?<=\S)\*(?!\*)/y, (found, inner) => el("em", {}, inner(found[1]))],
  [/_(?=\S)([^_]+?)(?<=\S)_(?![\p{L}\p{N}_])/uy, (found, inner) => el("em", {}, inner(found[1]))],
  [/~~([\s\S]+?)~~/y, (found, inner) => el("s", {}, inner(found[1]))],
  [/\[([^\]\n]+)\]\(<?(https?:\/\/[^\s<>]+?)>?\)/y, (found, inner) => link(found[2], inner(found[1]))],
  [/<(https?:\/\/[^\s<>]+)>/y, (found) => link(found[1], [found[1]])],
  [/https?:\/\/[^\s<>|*~`]*[^\s<>|*~`.,:;!?"')\]_]/y, (found) => link(found[0], [found[0]])],
  [/<@!?(\d+)>/y, (found, _inner, names) => mention("@", names.user?.(found[1]) ?? "unknown-user", found[1])],
  [/<@&(\d+)>/y, (found, _inner, names) => mention("@", names.role?.(found[1]) ?? "unknown-role")],
  [/<#(\d+)>/y, (found, _inner, names) => mention("#", names.channel?.(found[1]) ?? "unknown")],
  [/<\/([\w -]+):\d+>/y, (found) => mention("/", found[1])],
  [/<a?:(\w+):\d+>/y, (found) => `:${found[1]}:`],
  [/<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y, (found) => moment(Number(found[1]), found[2] ?? "f")],
  [/@(?:everyone|here)\b/y, (found) => el("span", { class: "mention" }, found[0])],
];
const SPECIAL = /[\\`|*_~[<@]|https?:\/\//g;

function inline(text, names, depth) {
  const made = [];
  let plain = "";
  const add = (piece) => {
    if (typeof piece === "string") plain += piece;
    else {
      if (plain) made.push(...broken(plain));
      plain = "";
      made.push(piece);
    }
  };
  for (let at = 0; at < text.length; ) {
    const found = depth < DEEPEST ? firstRule(text, at, names, depth) : null;
    if (found) {
      add(found.piece);
      at = found.next;
      continue;
    }
    SPECIAL.lastIndex = at + 1;
    const next = SPECIAL.exec(text)?.index ?? text.length;
    add(text.slice(at, depth < DEEPEST ? next : text.length));
    at = depth < DEEPEST ? next : text.length;
  }
  if (plain) made.push(...broken(plain));
  return made;
}

function firstRule(text, at, names, depth) {
  // `snake_case` is no emphasis: an underscore inside a word is a letter of it.
  if (text[at] === "_" && text[at + 1] !== "_" && /[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return null;
  for (const [pattern, make] of RULES) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) {
      const next = at + found[0].length;
      return { piece: make(found, (inner) => inline(inner, names, depth + 1), names), next };
    }
  }
  return null;
}

function broken(text) {
  return text.split("\n").flatMap((line, number) => (number ? [el("br"), line] : [line])).filter((piece) => piece !== "");
}

function link(address, children) {
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, children);
}

function mention(sign, word, userId = null) {
  return el("span", { class: "mention", data: userId ? { user: userId } : {} }, sign + word);
}

function spoiler(children) {
  const inner = el("span", { class: "hidden-text", "aria-hidden": "true" }, children);
  const made = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Spoiler: press to show", "aria-expanded": "false" }, inner);
  const show = (event) => {
    if (made.classList.contains("is-shown") || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation();
    made.classList.add("is-shown");
    made.removeAttribute("aria-label");
    made.setAttribute("aria-expanded", "true");
    inner.removeAttribute("aria-hidden");
  };
  made.addEventListener("click", show);
  made.addEventListener("keydown", show);
  return made;
}

// Times

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};

function moment(seconds, style) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `<t:${seconds}:${style}>`;
  const full = new Intl.DateTimeFormat(undefined, STYLES.F).format(date);
  const shown = style === "R" ? relative(seconds) : new Intl.DateTimeFormat(undefined, STYLES[style]).format(date);
  const data = style === "R" ? { relative: String(seconds) } : {};
  return el("time", { datetime: date.toISOString(), title: full, class: "moment", data }, shown);
}

const UNITS = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

export function relative(seconds) {
  const away = seconds - Date.now() / 1000;
  const [unit, length] = UNITS.find(([, one]) => Math.abs(away) >= one) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.round(away / length), unit);
}

// The words alone, for screen readers and for the line above a reply.
export function plain(text, names = {}) {
  const holder = el("div", {}, render(text, names));
  for (const button of holder.querySelectorAll(".code-head")) button.remove();
  for (const hidden of holder.querySelectorAll(".hidden-text")) hidden.textContent = "(spoiler)";
  for (const end of holder.querySelectorAll("p, li, br, pre, blockquote, h3, h4, h5")) end.append(" ");
  return holder.textContent.replace(/\s+/g, " ").trim();
}
