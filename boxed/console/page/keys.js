// Keys and budgets: who may ask, and how much they used this month.

import { ask, post, Refused } from "./api.js";
import { button, choice, field, h, notice, number, results, table } from "./dom.js";

const numeric = (attributes = {}) => h("input", { type: "number", min: "1", inputmode: "numeric", ...attributes });
const wanted = (input) => (input.value ? Number(input.value) : null);

function budget(row) {
  const used = number(row.tokens);
  if (row.tokens_a_month === null) return used;
  const of = number(row.tokens_a_month);
  return h("span", {}, `${used} of ${of} `, h("meter", { min: "0", max: row.tokens_a_month, value: row.tokens, high: row.tokens_a_month * 0.9, "aria-label": `${used} of ${of} tokens used` }));
}
const asked = (row) => number(row.requests) + (row.requests_a_minute === null ? "" : `; ${number(row.requests_a_minute)} a minute`);
const LIMITS = [["Requests", asked], ["Tokens this month", budget], ["Upstream", (row) => row.upstream]];

// The secret, in a field that can be copied from; it is gone with the page.
function once(made) {
  const secret = h("input", { readonly: true, value: made.key, class: "code", spellcheck: "false", focus: () => secret.select() });
  const copied = h("span", { role: "status" });
  return notice("good", field(`Key ${made.id}`, secret, "It is shown this once: only a digest of it is kept. Copy it now."),
    h("div", { class: "actions" }, button("Copy", async () => {
      secret.select();
      try {
        await navigator.clipboard.writeText(made.key);
        copied.textContent = "Copied.";
      } catch {
        copied.textContent = "It is selected: copy it with Ctrl+C.";
      }
    }), copied), made.warning ? h("p", { class: "warn" }, made.warning) : null);
}

function limits(upstreams) {
  const minute = numeric({ max: "100000" }), month = numeric({ max: "1000000000000000" });
  const upstream = choice([["", "the product"], ...upstreams]);
  return {
    fields: h("div", { class: "fields row" }, field("Requests a minute", minute, "Empty: no limit."),
      field("Tokens a month", month, "Empty: no limit."), field("Upstream", upstream)),
    values: () => ({ requests_a_minute: wanted(minute), tokens_a_month: wanted(month), upstream: upstream.value || null }),
  };
}

export function keys(room) {
  const told = results();
  const list = h("div");
  const failing = (work) => async (event) => {
    event?.preventDefault?.();
    try {
      await work(event);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      told.replaceChildren(notice("bad", h("p", {}, error.message)));
    }
  };

  function revoking(row) {
    if (row.state !== "good") return null;
    let sure = false;
    const end = button("Revoke", failing(async () => {
      if (!sure) { sure = true; end.textContent = "Revoke for good?"; return; }
      await ask(`keys/${row.id}/revoke`, { method: "POST" });
      told.replaceChildren(notice("good", h("p", {}, `Revoked ${row.id}. A gateway refuses it within two seconds.`)));
      await look();
    }), { class: "quiet", "aria-label": `Revoke ${row.id}`, blur: () => { sure = false; end.textContent = "Revoke"; } });
    return end;
  }

  async function look() {
    const found = await ask("keys");
    const columns = [["Id", (row) => h("span", { class: "code" }, row.id)], ["Label", (row) => row.label || null], ["Tenant", (row) => row.tenant],
      ["Scope", (row) => row.scope], ["State", (row) => h("span", { class: row.state === "good" ? "good" : "bad" }, row.state)],
      ["Expires", (row) => row.expires], ...LIMITS, ["", revoking]];
    list.replaceChildren(
      found.keys.length ? table("Keys", columns, found.keys) : h("p", {}, "There are no keys yet."),
      found.tenants.length ? table("Tenants: all keys of each together", [["Tenant", (row) => row.tenant], ...LIMITS], found.tenants) : "");
    return found;
  }

  function forms(upstreams) {
    const scope = choice([["chat", "chat: opens /v1"], ["admin", "admin: opens this console and /admin"]], { change: () => { chat.hidden = scope.value !== "chat"; } });
    const label = h("input", { maxlength: "200", autocomplete: "off" }), tenant = h("input", { maxlength: "200", autocomplete: "off" });
    const days = numeric({ max: "36500" }), own = limits(upstreams);
    const chat = h("div", { class: "fields" }, field("Tenant", tenant, "Whose policies it meets. Empty: every policy."), own.fields);
    const name = h("input", { required: true, maxlength: "200", autocomplete: "off" }), all = limits(upstreams);
    const make = failing(async () => {
      const bound = scope.value === "chat" ? { tenant: tenant.value || null, ...own.values() } : {};
      const made = await post("keys", { scope: scope.value, label: label.value, days: wanted(days), ...bound });
      const box = once(made);
      told.replaceChildren(box);
      await look();
      box.querySelector("input").focus();
    });
    const set = failing(async () => {
      const done = await ask("tenants", { method: "PUT", body: { tenant: name.value, ...all.values() } });
      told.replaceChildren(notice("good", h("p", {}, `Set what all keys of ${done.tenant} may use. ${done.warning ?? ""}`)));
      await look();
    });
    return [
      h("h2", {}, "New key"), h("form", { submit: make, "aria-label": "New key" }, h("div", { class: "fields row" }, field("Scope", scope), field("Label", label), field("Days until it expires", days, "Empty: never.")),
        chat, h("div", { class: "actions" }, h("button", { type: "submit" }, "Make a key"))),
      h("h2", {}, "What a tenant may use"), h("form", { submit: set, "aria-label": "What a tenant may use" }, field("Tenant's name", name, "This takes the place of all its limits that were set before."), all.fields,
        h("div", { class: "actions" }, h("button", { type: "submit" }, "Set"))),
    ];
  }

  failing(async () => {
    const found = await look();
    if (!found.storage) {
      list.replaceChildren(notice("warn", h("p", {}, "No storage for keys is set: name a file or a database in the setting 'keys', then each client can have a key of its own.")));
      return;
    }
    room.append(...forms(found.upstreams));
  })();
  room.append(told, list);
}
