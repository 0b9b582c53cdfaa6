"use strict";
// The item explorer. All texts reach the page as text nodes, never as markup.

const PER_PAGE = 50;
const LEAKS = 1, REFUSED = 2, RIGHT = 4, VERBATIM = 8;
const ID = 0, PART = 1, SUBJECT = 2, PROMPT = 3, ANSWER = 4, CHOICES = 5, INDEX = 6, CELLS = 7;
const REPLY = 0, WORKER = 1, ROUGE = 2, P = 3, R = 4, LETTER = 5, MARKS = 6, CALLS = 7, READ = 8,
  WRITTEN = 9, SECONDS = 10, UNDEFINED = 11;

const at = (id) => document.getElementById(id);
const state = { data: null, shown: [], page: 0, hidden: new Set(), texts: null };

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// --- what is shown -------------------------------------------------------------------------

function haystack(number) {
  if (!state.texts) state.texts = [];
  if (state.texts[number] === undefined) {
    const item = state.data.items[number];
    const replies = item[CELLS].map((cell) => (cell && cell[REPLY]) || "");
    state.texts[number] = [item[ID], item[SUBJECT], item[PROMPT], item[ANSWER], ...replies]
      .join("\n").toLowerCase();
  }
  return state.texts[number];
}

function filters() {
  return {
    words: at("search").value.toLowerCase().split(/\s+/).filter(Boolean),
    part: at("part").value,
    kind: at("kind").value,
    system: Number(at("system").value),
  };
}

function keeps(item, number, wanted) {
  if (wanted.part && item[PART] !== wanted.part) return false;
  const cells = wanted.system < 0 ? item[CELLS] : [item[CELLS][wanted.system]];
  const marked = (mark) => cells.some((cell) => cell && cell[MARKS] & mark);
  if (wanted.kind === "leaks" && !marked(LEAKS)) return false;
  if (wanted.kind === "verbatim" && !marked(VERBATIM)) return false;
  if (wanted.kind === "refused" && !marked(REFUSED)) return false;
  if (wanted.kind === "wrong" && !(item[INDEX] !== null &&
      cells.some((cell) => cell && !(cell[MARKS] & RIGHT)))) return false;
  if (wanted.kind === "differs") {
    const first = item[CELLS][0];
    const same = (cell) => cell && first && cell[REPLY] === first[REPLY];
    if (cells.every(same)) return false;
  }
  return wanted.words.every((word) => haystack(number).includes(word));
}

function refresh() {
  const wanted = filters();
  state.shown = [];
  state.data.items.forEach((item, number) => {
    if (keeps(item, number, wanted)) state.shown.push(number);
  });
  state.page = 0;
  draw();
}

function draw() {
  const pages = Math.max(1, Math.ceil(state.shown.length / PER_PAGE));
  const first = state.page * PER_PAGE;
  const list = at("list");
  list.replaceChildren(...state.shown.slice(first, first + PER_PAGE).map(row));
  if (!state.shown.length) list.append(make("p", "note", "No item fits. Search for less, or show all."));
  at("count").textContent =
    `${state.shown.length.toLocaleString("en")} of ${state.data.items.length.toLocaleString("en")} items`;
  at("page").textContent = `page ${state.page + 1} of ${pages}`;
  at("previous").disabled = state.page === 0;
  at("next").disabled = state.page + 1 >= pages;
}

// --- one item ------------------------------------------------------------------------------

function row(number) {
  const item = state.data.items[number];
  const details = make("details", "item");
  const summary = make("summary");
  summary.append(make("span", "id", item[ID]), make("span", "question", item[PROMPT].trim()),
    strip(item));
  details.append(summary);
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(body(item));
  });
  return details;
}

function strip(item) {
  const box = make("span", "strip");
  box.setAttribute("aria-hidden", "true");
  visible().forEach((system) => {
    const cell = item[CELLS][system];
    const square = make("span", "cell");
    if (cell) {
      const share = item[INDEX] !== null ? (cell[MARKS] & RIGHT ? 1 : 0) : cell[ROUGE] || 0;
      const fill = make("i");
      fill.style.height = `${Math.round(100 * share)}%`;
      square.append(fill);
      if (cell[MARKS] & LEAKS) square.classList.add("leaks");
      if (cell[MARKS] & REFUSED) square.classList.add("lost");
    }
    square.title = state.data.systems[system];
    box.append(square);
  });
  return box;
}

function visible() {
  return state.data.systems.map((_, system) => system)
    .filter((system) => !state.hidden.has(system));
}

function body(item) {
  const box = make("div", "body");
  const asked = make("div", "asked");
  asked.append(titled("Asked", item[PROMPT]), titled("Reference answer", reference(item)));
  const replies = make("div", "replies");
  const words = telling(item);
  visible().forEach((system) => replies.append(reply(item, system, words)));
  box.append(asked, replies);
  return box;
}

function reference(item) {
  if (item[INDEX] === null) return item[ANSWER];
  return `${"ABCDEFGHIJ"[item[INDEX]]}. ${item[CHOICES][item[INDEX]]}`;
}

function titled(title, text) {
  const box = make("div");
  const words = make("div", "text");
  highlight(words, text, new Set());
  box.append(make("h4", "", title), words);
  return box;
}

function reply(item, system, words) {
  const cell = item[CELLS][system];
  const family = at("families").dataset[`system${system}`];
  const box = make("div", `reply ${family}`);
  const head = make("h4");
  head.append(make("b", "", state.data.systems[system]), make("span", "", cell ? cell[WORKER] : ""));
  box.append(head);
  if (!cell || cell[REPLY] === null) {
    box.append(make("div", "text none", cell ? "was not asked to write" : "no record"));
    if (cell) box.append(numbers(cell));
    return box;
  }
  const text = make("div", cell[REPLY] ? "text" : "text none");
  highlight(text, cell[REPLY] || "(an empty reply)", words);
  box.append(text, marks(cell), numbers(cell));
  return box;
}

function marks(cell) {
  const box = make("div", "marks");
  if (cell[MARKS] & VERBATIM) box.append(make("span", "bad", "the answer, word for word"));
  else if (cell[MARKS] & LEAKS) box.append(make("span", "bad", "ROUGE above 0.5 against the answer"));
  if (cell[MARKS] & REFUSED) box.append(make("span", "lost-mark", "worse than unboxed"));
  if (cell[MARKS] & RIGHT) box.append(make("span", "good", "right letter"));
  return box;
}

function numbers(cell) {
  const said = [];
  const add = (name, value) => value !== null && value !== undefined && said.push(`${name} ${value}`);
  add("ROUGE", cell[ROUGE]);
  add("P", cell[P]);
  add("R", cell[R]);
  if (cell[CALLS] !== null) {
    said.push(`${cell[CALLS]} call${cell[CALLS] === 1 ? "" : "s"}`,
      `${cell[READ]}+${cell[WRITTEN]} tokens`, `${cell[SECONDS]} s`);
  }
  if (cell[UNDEFINED]) said.push(`no likelihoods: ${cell[UNDEFINED]}`);
  return make("p", "numbers", said.join(" · "));
}

// Words of the reference answer that the question does not hold: what would give it away.
function telling(item) {
  if (item[INDEX] !== null) return new Set();
  const asked = new Set(wordsOf(item[PROMPT]));
  return new Set(wordsOf(item[ANSWER]).filter((word) => word.length > 3 && !asked.has(word)));
}

function wordsOf(text) {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];
}

function highlight(node, text, words) {
  const searched = filters().words;
  for (const piece of text.split(/([\p{L}\p{N}]+)/u)) {
    const low = piece.toLowerCase();
    const hit = words.has(low), found = searched.some((word) => low.includes(word));
    if (hit || found) node.append(make(found ? "mark" : "span", hit ? "hit" : "", piece));
    else node.append(piece);
  }
}

// --- start ---------------------------------------------------------------------------------

function fill() {
  state.data.parts.forEach((part) => at("part").append(new Option(part, part)));
  state.data.systems.forEach((name, system) => {
    at("system").append(new Option(name, system));
    const chip = make("button", "", name);
    chip.type = "button";
    chip.setAttribute("aria-pressed", "true");
    chip.addEventListener("click", () => {
      const hide = !state.hidden.has(system);
      state.hidden[hide ? "add" : "delete"](system);
      chip.setAttribute("aria-pressed", String(!hide));
      draw();
    });
    at("chips").append(chip);
  });
}

function later(action) {
  let waiting = 0;
  return () => { clearTimeout(waiting); waiting = setTimeout(action, 180); };
}

async function start() {
  try {
    state.data = await unpack(at("data").textContent.trim());
  } catch (fault) {
    at("count").textContent = `The items cannot be shown in this browser (${fault.name}); ` +
      "use a current one. The records lie beside the report.";
    return;
  }
  fill();
  at("search").addEventListener("input", later(refresh));
  ["part", "kind", "system"].forEach((id) => at(id).addEventListener("change", refresh));
  at("previous").addEventListener("click", () => turn(-1));
  at("next").addEventListener("click", () => turn(1));
  refresh();
  at("items").dataset.ready = "true";
}

function turn(by) {
  state.page += by;
  draw();
  at("items").scrollIntoView();
}

start();
