"use strict";

// The cards stand in shadow trees, each with the style of its note type. A card is made
// when it comes near the window, so that thousands of them stay fluid.

const FAR = "1200px";
const PATIENCE = 10000;
const TEX = /(\\\[[\s\S]*?\\\]|\\\([\s\S]*?\\\))/;

const $ = (id) => document.getElementById(id);
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

let data = window.previewData;
const entries = new Map(data.entries.map((entry) => [entry.id, entry]));
const sections = new Map();
const pairs = new WeakMap();
const sheets = new Map();
const formulas = new CSSStyleSheet();
const fallback = new CSSStyleSheet();
fallback.replaceSync(
  ":host { display: grid; } " +
  ".tex { display: inline-block; max-width: 100%; padding: .1em .4em; border: 1px solid " +
  "currentColor; border-radius: .3em; overflow-x: auto; font: .8em monospace; opacity: .85; }" +
  "img { cursor: zoom-in; }");

// Formulas

const mathjax = new Promise((resolve) => {
  const base = document.body.dataset.mathjax;
  window.MathJax = {
    tex: {
      displayMath: [["\\[", "\\]"]],
      inlineMath: [["\\(", "\\)"]],
      processEscapes: false,
      processEnvironments: false,
      processRefs: false,
      packages: { "[+]": ["noerrors", "mathtools"], "[-]": ["textmacros"] },
    },
    loader: { load: ["[tex]/noerrors", "[tex]/mathtools"], paths: { mathjax: base } },
    options: { enableMenu: false },
    startup: {
      typeset: false,
      ready() {
        MathJax.startup.defaultReady();
        MathJax.startup.promise.then(() => resolve(true), () => resolve(false));
      },
    },
  };
  const script = make("script", { src: `${base}/tex-chtml-full.js`, async: true });
  script.addEventListener("error", () => resolve(false));
  setTimeout(() => resolve(false), PATIENCE);
  document.head.append(script);
});

let queue = Promise.resolve();

function typeset(root) {
  queue = queue.then(async () => {
    if (!root.isConnected) return;
    if (!(await mathjax)) {
      showSource(root);
      return;
    }
    try {
      await MathJax.typesetPromise([root]);
      copyStyle();
    } catch {
      showSource(root);
    }
  });
}

function copyStyle() {
  const style = $("MJX-CHTML-styles");
  if (!style) return;
  const rules = [...style.sheet.cssRules].filter((rule) => !(rule instanceof CSSFontFaceRule));
  if (rules.length === formulas.cssRules.length) return;
  formulas.replaceSync(rules.map((rule) => rule.cssText).join("\n"));
}

function showSource(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) if (TEX.test(walker.currentNode.data)) found.push(walker.currentNode);
  for (const node of found) {
    const parts = node.data.split(TEX).map((part, i) =>
      i % 2 ? make("code", { className: "tex", textContent: part.slice(2, -2).trim() }) : part);
    node.replaceWith(...parts);
  }
}

// Cards

function styleOf(type) {
  if (!sheets.has(type)) {
    const sheet = new CSSStyleSheet();
    // A side is as wide as a screen would be.
    sheet.replaceSync(data.styles[type].replace(/@media (?=\((?:max|min)-width)/g, "@container "));
    sheets.set(type, sheet);
  }
  return sheets.get(type);
}

function cardClasses(number) {
  const night = document.body.classList.contains("dark") ? " nightMode night_mode" : "";
  return `card card${number}${night}`;
}

function fill(side) {
  if (side.shadowRoot) return;
  const { card, face } = pairs.get(side);
  const shadow = side.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [styleOf(card.type), formulas, fallback];
  const page = make("div", { className: cardClasses(card.number), innerHTML: card[face] });
  for (const link of page.querySelectorAll("a[href]")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  shadow.append(page);
  typeset(page);
}

const nearby = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    if (!isIntersecting) continue;
    nearby.unobserve(target);
    fill(target);
  }
}, { rootMargin: FAR });

function sideOf(card, face) {
  const side = make("div", { className: `side ${face}` });
  pairs.set(side, { card, face });
  nearby.observe(side);
  return side;
}

function pairOf(card) {
  const pair = make("section", { className: "pair" },
    make("h3", { textContent: card.name }), sideOf(card, "front"), sideOf(card, "back"));
  pair.dataset.text = plain(`${card.name} ${card.front} ${card.back}`);
  return pair;
}

function plain(html) {
  return html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").toLowerCase();
}

// Entries

function problemOf(problem) {
  const item = make("li", {},
    make("strong", { textContent: problem.severity }), ` ${problem.place}: ${problem.message}`,
    problem.hint ? `; ${problem.hint}` : "", " ",
    make("code", { textContent: `[${problem.code}]` }));
  item.dataset.severity = problem.severity;
  if (problem.source) {
    const lead = " ".repeat(Math.max(0, problem.column - 1));
    const mark = "^".repeat(Math.max(1, problem.width));
    item.append(make("pre", { textContent: `${problem.source}\n${lead}${mark}` }));
  }
  return item;
}

function checksOf(entry) {
  const list = make("dl");
  for (const check of entry.checks)
    list.append(make("dt", { textContent: check.claim }), make("dd", { textContent: check.how }));
  const number = entry.checks.length;
  const summary = make("summary", { textContent: `${number} check${number === 1 ? "" : "s"}` });
  return make("details", { className: "checks", open: number < 3 }, summary, list);
}

function sectionOf(entry) {
  const level = make("span", { className: "level", textContent: entry.level });
  level.dataset.level = entry.level;
  const heading = make("h2", {}, entry.title, level,
    make("small", { textContent: `${entry.subject} / ${entry.topic} · ${entry.file}` }));
  const section = make("article", { className: "entry", id: `entry-${entry.id}` }, heading);
  if (entry.checks.length) section.append(checksOf(entry));
  section.append(
    make("ul", { className: "problems" }, ...entry.problems.map(problemOf)),
    ...entry.cards.map(pairOf));
  section.dataset.text = `${entry.id} ${entry.title}`.toLowerCase();
  return section;
}

function options(select, first, values) {
  const chosen = select.value;
  select.replaceChildren(make("option", { value: "", textContent: first }));
  for (const [value, text] of values)
    select.append(make("option", { value, textContent: text }));
  select.value = chosen;
  if (select.selectedIndex < 0) select.value = "";
}

const distinct = (values) => [...new Set(values)].sort().map((value) => [value, value]);

function draw(changed) {
  $("problems").replaceChildren(...data.problems.map(problemOf));
  for (const id of changed) {
    const fresh = sectionOf(entries.get(id));
    const old = sections.get(id);
    if (old) old.replaceWith(fresh);
    sections.set(id, fresh);
  }
  const wanted = new Set(data.order);
  for (const [id, section] of sections) {
    if (wanted.has(id)) continue;
    section.remove();
    sections.delete(id);
    entries.delete(id);
  }
  arrange();
  const all = [...entries.values()];
  options($("deck"), "All decks", data.decks.map((deck) => [deck.name, deck.title]));
  options($("topic"), "All topics", distinct(all.map((e) => `${e.subject} / ${e.topic}`)));
  options($("level"), "All levels", distinct(all.map((e) => e.level)));
  filter();
}

function order() {
  const deck = data.decks.find((each) => each.name === $("deck").value);
  return deck ? deck.entries : data.order;
}

function arrange() {
  const home = $("entries");
  const first = order();
  const rest = data.order.filter((id) => !first.includes(id));
  let place = home.firstChild;
  for (const id of [...first, ...rest]) {
    const section = sections.get(id);
    if (section === place) place = place.nextSibling;
    else home.insertBefore(section, place);
  }
}

function filter() {
  const words = $("text").value.toLowerCase().split(/\s+/).filter(Boolean);
  const inDeck = new Set(order());
  const [topic, level, faulty] = [$("topic").value, $("level").value, $("faulty").checked];
  let cards = 0;
  for (const [id, section] of sections) {
    const entry = entries.get(id);
    const fits = inDeck.has(id)
      && (!topic || `${entry.subject} / ${entry.topic}` === topic)
      && (!level || entry.level === level)
      && (!faulty || entry.problems.length > 0);
    const whole = words.every((word) => section.dataset.text.includes(word));
    let any = false;
    for (const pair of section.querySelectorAll(".pair")) {
      const shown = fits && (whole || words.every((word) =>
        pair.dataset.text.includes(word) || section.dataset.text.includes(word)));
      pair.hidden = !shown;
      any ||= shown;
      cards += shown;
    }
    section.hidden = !fits || !(any || whole);
  }
  $("count").textContent = `${cards} card${cards === 1 ? "" : "s"}`;
}

// Looks

function toggle(button, name) {
  const on = document.body.classList.toggle(name);
  button.setAttribute("aria-pressed", String(on));
}

$("night").addEventListener("click", (event) => {
  toggle(event.currentTarget, "dark");
  for (const side of document.querySelectorAll(".side")) {
    if (side.shadowRoot)
      side.shadowRoot.firstChild.className = cardClasses(pairs.get(side).card.number);
  }
});
$("phone").addEventListener("click", (event) => toggle(event.currentTarget, "phone"));
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("filters").addEventListener("input", (event) => {
  if (event.target.id === "deck") arrange();
  filter();
});

$("zoom").addEventListener("click", () => $("zoom").close());
$("entries").addEventListener("click", (event) => {
  const image = event.composedPath()[0];
  if (!(image instanceof HTMLImageElement)) return;
  const large = $("zoom").querySelector("img");
  large.src = image.src;
  large.alt = image.alt;
  $("zoom").showModal();
});

// Changes

async function fetchChanges() {
  const answer = await fetch(`changes.json?since=${data.version}`);
  if (!answer.ok) throw new Error(String(answer.status));
  const news = await answer.json();
  for (const entry of news.entries) entries.set(entry.id, entry);
  data = { ...news, entries: [] };
  draw(news.entries.map((entry) => entry.id));
}

function watch() {
  const events = new EventSource("events");
  let pending = Promise.resolve();
  const told = $("state");
  events.addEventListener("message", (event) => {
    told.textContent = "";
    if (Number(event.data) !== data.version)
      pending = pending.then(fetchChanges).catch(() => location.reload());
  });
  events.addEventListener("error", () => { told.textContent = "the preview has ended"; });
}

draw(data.order);
if (document.body.dataset.live === "yes") watch();
