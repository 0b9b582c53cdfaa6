// One policy file in an editor that saves through the checks of 'boxed policy check'.

import { ask, post, Refused } from "./api.js";
import { button, h, notice, results, table } from "./dom.js";

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const ROWS = [
  ["As", (row) => row.asked_as],
  ["Question", (row) => row.question],
  ["Found", (row) => row.found],
  ["Result", (row) => (row.missed.length ? h("strong", { class: "bad" }, `MISS ${row.missed.join(", ")}`) : h("span", { class: "good" }, "pass"))],
];

// What the policy's own questions find, and its names that others bear.
export function checked(told) {
  const said = told.in_force ? `${told.rows.length} questions in 3 wordings each, ${told.missed} missed.`
    : "Not in force today, so its questions were not asked.";
  return h("div", {},
    notice(told.missed ? "bad" : "good", h("p", {}, said)),
    told.ambiguous.map((one) => notice("warn",
      h("p", {}, h("strong", {}, `‘${one.name}’ alone names nobody`), `: ${one.reason}. It counts only together with something else; alone it would touch`),
      h("ul", {}, one.touches.map((sentence) => h("li", {}, sentence))))),
    told.rows.length ? table("Questions", ROWS, told.rows) : null);
}

// Waits until the gateway has taken a saved file in; whether it has.
async function inForce(before) {
  for (let tries = 0; tries < 20; tries += 1) {
    if ((await ask("state")).book !== before) return true;
    await wait(250);
  }
  return false;
}

export function editor(file, close) {
  let digest = file.digest, dropping = false;
  // A field knows one kind of line ends; the file keeps its own.
  const ends = file.text.includes("\r\n") ? "\r\n" : "\n";
  const written = () => area.value.replaceAll("\n", ends);
  const area = h("textarea", { class: "code", rows: "22", spellcheck: "false", id: "policy-text", "aria-describedby": "policy-path" });
  area.value = file.text;
  let kept = area.value;
  const told = results();
  const clean = () => area.value === kept;

  const toLine = (line) => {
    const start = area.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    const end = area.value.indexOf("\n", start);
    area.focus();
    area.setSelectionRange(start, end < 0 ? area.value.length : end);
  };

  const refused = (error) => {
    const lines = error.faults.map((one) => h("li", {}, button(`line ${one.line}`, () => toLine(one.line), { class: "link" }), `: ${one.problem}; ${one.remedy}`));
    const theirs = error.code === "changed_meanwhile" ? button("Show what stands there now", async () => {
      const now = await ask(`policies/${file.file}`);
      told.append(h("pre", { "aria-label": "The file as it stands now" }, now.text));
    }, { class: "quiet" }) : null;
    told.replaceChildren(notice("bad",
      h("p", {}, lines.length ? "Not saved; the file would be refused:" : error.message),
      lines.length ? h("ul", {}, lines) : null, theirs));
  };

  const doing = (work) => async () => {
    for (const one of actions.children) one.disabled = true;
    told.replaceChildren(h("p", {}, "Checking…"));
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused(error);
    } finally {
      for (const one of actions.children) one.disabled = false;
    }
  };

  const check = doing(async () => {
    told.replaceChildren(checked(await post(`policies/${file.file}/check`, { text: written() })));
  });

  const save = doing(async () => {
    const text = written(), shown = area.value;
    const { book } = await ask("state");
    const done = await ask(`policies/${file.file}`, { method: "PUT", body: { text }, headers: { "If-Match": `"${digest}"` } });
    const changed = done.digest !== digest;
    kept = shown;
    digest = done.digest;
    told.replaceChildren(h("p", {}, "Saved; waiting until it is in force…"));
    const live = !changed || await inForce(book);
    const found = await post(`policies/${file.file}/check`).catch(() => null);
    told.replaceChildren(notice(live ? "good" : "warn", h("p", {}, live ? "Saved, and in force."
      : "Saved. It is not in force yet: look at what the list of policies says is wrong.")),
      found ? checked(found) : "");
  });

  const back = button("Close", () => {
    if (clean() || dropping) { close(); return; }
    dropping = true;
    told.replaceChildren(notice("warn", h("p", {}, "There are changes that are not saved. Close once more to drop them.")));
  }, { class: "quiet" });
  area.addEventListener("input", () => { dropping = false; });
  const actions = h("div", { class: "actions" }, button("Save", save), button("Check", check, { class: "quiet" }), back);
  const label = h("label", { for: "policy-text" }, "Policy file");
  const element = h("div", { class: "fields" },
    h("p", { class: "code soft", id: "policy-path" }, file.path), label, area, actions, told);
  return { element, clean, focus: () => area.focus() };
}
