// A question to the product and to the box at once, with why they differ.

import { post, Refused } from "./api.js";
import { field, h, notice, results, table } from "./dom.js";

const EVIDENCE = [
  ["Policy", (one) => one.policy],
  ["Kind", (one) => one.kind],
  ["Words", (one) => one.words || null],
  ["Score", (one) => one.score.toFixed(2)],
  ["Certain", (one) => (one.certain ? "yes" : "no: left to a router")],
];

const side = (title, { text, error }) => h("section", { class: "side", "aria-label": title },
  h("h2", {}, title), error ? notice("bad", h("p", {}, error)) : h("p", {}, text || "(no text)"));

function shown(told) {
  return [
    h("div", { class: "sides" }, side("The product alone", told.bare), side("Through the box", told.boxed)),
    told.evidence.length ? table("Evidence", EVIDENCE, told.evidence)
      : h("p", {}, "Evidence: nothing in the question points to a policy."),
    h("h2", {}, "Plan"),
    h("ol", {}, told.steps.map((step) => h("li", {}, h("strong", {}, step.stage), ` ${step.decision}`))),
    h("p", { class: "soft" }, `${told.model_calls} call(s) to models.`),
  ];
}

export function trying(room) {
  const question = h("textarea", { rows: "3", required: true, maxlength: "20000" });
  const tenant = h("input", { autocomplete: "off" });
  const model = h("input", { value: "default", autocomplete: "off", required: true });
  const told = results();
  const send = h("button", { type: "submit" }, "Ask both");
  const form = h("form", { submit: async (event) => {
    event.preventDefault();
    send.disabled = true;
    told.replaceChildren(h("p", {}, "Asking…"));
    try {
      told.replaceChildren(...shown(await post("try", { question: question.value, model: model.value, tenant: tenant.value || null })));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      told.replaceChildren(notice("bad", h("p", {}, error.message)));
    } finally {
      send.disabled = false;
    }
  } },
    field("Question", question),
    h("div", { class: "fields row" }, field("Tenant", tenant, "Empty: every policy holds."), field("Model", model)),
    h("div", { class: "actions" }, send));
  room.append(h("p", {}, "What is asked here goes to the product, as a client's question would, and into no log."), form, told);
}
