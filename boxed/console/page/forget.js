// A forget request: what goes is shown first, then confirmed, erased, and certified.

import { ask, post, Refused } from "./api.js";
import { button, choice, field, h, notice, number, results, table, tick } from "./dom.js";
import { receipts, shownReceipt } from "./receipts.js";

const WAYS = [["subject", "A subject, by name"], ["source", "A source"], ["document", "A document"],
  ["where", "Fields, as KEY=VALUE"], ["text", "The very wording"], ["about", "What it means"]];
const short = (id) => h("span", { class: "code" }, id.slice(0, 12));

const GOES = [["Chunk", (one) => short(one.id)], ["Why", (one) => one.reason],
  ["Goes", (one) => (one.action === "erase" ? "whole" : "in part")], ["Evidence", (one) => one.evidence],
  ["Score", (one) => one.score.toFixed(2)]];
const STAYS = [["Chunk", (one) => short(one.id)], ["Stays, because it", (one) => one.reason]];

function closure(found, chosen) {
  const undecided = [["Also erase", (one) => tick(`chunk ${one.id.slice(0, 12)}`, { change: (event) => {
    if (event.target.checked) chosen.add(one.id);
    else chosen.delete(one.id);
  } })], ["Holds", (one) => one.reason]];
  return [
    notice("warn", h("p", {}, `${number(found.items.length)} of ${number(found.chunks)} chunks go: ${found.erase} whole, ${found.redact} in part. Nothing is changed yet.`)),
    found.items.length ? table("What goes", GOES, found.items) : null,
    found.undecided.length ? table("Undecided: these stay unless you tick them", undecided, found.undecided) : null,
    found.kept.length ? table("The nearest that stay", STAYS, found.kept) : null,
  ];
}

export function forget(room, state) {
  if (!state.forgetting) {
    room.append(notice("warn", h("p", {}, state.why_no_forgetting)));
    receipts(room);
    return;
  }
  let again = () => {};
  const way = choice(WAYS, { change: () => { names.hidden = way.value !== "subject"; } });
  const words = h("input", { required: true, autocomplete: "off" });
  const aliases = h("textarea", { rows: "2" });
  const names = h("div", {}, field("Other names", aliases, "One on each line."));
  const noPolicy = h("input", { type: "checkbox" }), sealed = h("input", { type: "checkbox" });
  const most = h("input", { type: "checkbox" });
  const told = results();

  const request = () => {
    const other = aliases.value.split("\n").map((one) => one.trim()).filter(Boolean);
    const [key, ...value] = words.value.split("=");
    const named = way.value === "where" ? { [key.trim()]: value.join("=") } : words.value;
    return { [way.value]: named, ...(way.value === "subject" && other.length ? { aliases: other } : {}),
      ...(noPolicy.checked ? { policy: false } : {}), ...(sealed.checked ? { sealed: true } : {}),
      ...(most.checked ? { yes_all: true } : {}) };
  };
  const refused = (error) => {
    if (!(error instanceof Refused)) throw error;
    told.replaceChildren(notice("bad", h("p", {}, error.message)));
  };

  function confirming(wanted, chosen) {
    const sure = h("input", { type: "checkbox", change: () => { go.disabled = !sure.checked; } });
    const go = button("Erase for good", async () => {
      go.disabled = true;
      told.replaceChildren(h("p", {}, "Erasing, and reading every file of the store afterwards…"));
      try {
        const done = await post("forget", { ...wanted, ...(chosen.size ? { also: [...chosen] } : {}) });
        const { text } = await ask(`receipts/${done.receipt.number}`);
        const { public_key: key } = await ask("receipts");
        told.replaceChildren(notice("good", h("p", {}, `${done.receipt.number}: ${done.receipt.erased} erased, ${done.receipt.redacted} redacted. `
          + (done.policy ? `The policy ${done.policy} is in force.` : `No policy was written: ${done.note}.`))),
        await shownReceipt(text, key));
        await again();
      } catch (error) {
        refused(error);
      }
    }, { class: "danger", disabled: true });
    return h("div", { class: "fields" }, h("label", { class: "tick" }, sure, h("span", {}, "I have looked at what goes. It cannot be brought back.")), h("div", { class: "actions" }, go));
  }

  room.append(h("form", { submit: async (event) => {
    event.preventDefault();
    told.replaceChildren(h("p", {}, "Looking for all that goes with it…"));
    const wanted = request(), chosen = new Set();
    try {
      const found = await post("forget", { ...wanted, dry_run: true });
      const last = found.takes_most && !wanted.yes_all
        ? notice("bad", h("p", {}, "That is over half of the store: tick it above, and look again.")) : confirming(wanted, chosen);
      told.replaceChildren(...closure(found, chosen).filter(Boolean), last);
    } catch (error) {
      refused(error);
    }
  } }, field("What to forget", way), field("In these words", words), names,
    h("label", { class: "tick" }, noPolicy, h("span", {}, "Erase from the store alone; write no policy")),
    h("label", { class: "tick" }, sealed, h("span", {}, "Seal the policy: fingerprints in place of names")),
    h("label", { class: "tick" }, most, h("span", {}, "Also where over half of the store would go")),
    h("div", { class: "actions" }, h("button", { type: "submit" }, "Show what would go"))), told);
  receipts(room, true).then((look) => { again = look; });
}
