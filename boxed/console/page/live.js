// What the gateway decides, as it happens: which route, which policy, what came of it, how long.

import { ask, Refused } from "./api.js";
import { button, h, notice, number, table } from "./dom.js";

const EVERY = 2000;
const SHOWN = 200;
const SAID = { passed: "passed", guarded: "guarded", refused: "refused", failed: "failed", gone: "client left" };

const policy = (one) => one.id ?? one.opaque;
const phases = (row) => row.phases.map(({ name, ms }) => `${name} ${ms}`).join(", ");

const COLUMNS = [
  ["Time", (row) => new Date(row.at).toLocaleTimeString("en-GB")],
  ["Route", (row) => row.route],
  ["Policies", (row) => row.policies.map(policy).join(", ") || null],
  ["Result", (row) => h("span", { class: { failed: "bad", refused: "warn", guarded: "good" }[row.result] ?? "" },
    `${SAID[row.result] ?? row.result} (${row.status})`)],
  ["ms", (row) => number(row.ms)],
  ["Phases, ms", (row) => phases(row) || null],
  ["Workers", (row) => row.workers.join(", ") || null],
  ["Key", (row) => row.key || null],
];

export function live(room) {
  let rows = [], after = 0, source = "", paused = false, timer = 0, ended = false;
  const only = h("input", { type: "checkbox", change: () => draw() });
  const count = h("p", { class: "soft", id: "count" });
  const fault = h("div", { role: "alert" });
  const list = h("div");
  const pause = button("Pause", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    if (!paused) look();
  }, { "aria-pressed": "false", class: "quiet" });

  function draw() {
    const shown = rows.filter((row) => !only.checked || row.result !== "passed").slice(0, SHOWN);
    const guarded = rows.filter((row) => row.result === "guarded").length;
    count.textContent = `${number(rows.length)} requests, ${number(guarded)} concerned a policy.`;
    list.replaceChildren(shown.length ? table("Requests, newest first", COLUMNS, shown)
      : h("p", {}, "Nothing was asked yet. Requests appear here as they are answered."));
  }

  async function look() {
    clearTimeout(timer);
    if (ended || paused) return;
    try {
      const told = await ask(`decisions?source=${source}&after=${after}`);
      ({ source, after } = told);
      fault.replaceChildren();
      if (told.decisions.length) {
        const known = new Set(rows.map((row) => row.id));
        rows = [...told.decisions.reverse().filter((row) => !known.has(row.id)), ...rows].slice(0, 500);
        if (!ended) draw();
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      fault.replaceChildren(notice("bad", h("p", {}, error.message)));
    }
    if (!ended) timer = setTimeout(look, document.hidden ? 5 * EVERY : EVERY);
  }

  room.append(h("p", {}, "No prompt, no reply and no key is kept or shown here: only what was decided."),
    h("div", { class: "actions" }, pause, h("label", { class: "tick" }, only, h("span", {}, "Leave out what passed"))),
    fault, count, list);
  draw();
  look();
  return () => { ended = true; clearTimeout(timer); };
}
