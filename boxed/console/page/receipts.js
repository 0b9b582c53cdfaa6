// Receipts of erasures: each is checked in the page before anything that it says is shown as true.

import { ask, post, Refused } from "./api.js";
import { button, h, keep, notice, number, results, table } from "./dom.js";
import { verify } from "./verify.js";

const SCOPE = {
  physical: "every file of the store was read afterwards, and none held a byte of what was erased",
  logical: "the records are no longer in the store; whether bytes of them are left on a disk was not shown",
};

function facts(receipt) {
  return [
    table("What it says", [["Fact", ([name]) => name], ["Value", ([, value]) => value]], [
      ["Issued", receipt.issued], ["Records erased", number(receipt.erased)],
      ["Records redacted", number(receipt.redacted)], ["Proved", SCOPE[receipt.scope] ?? receipt.scope],
      ["Records left undecided", receipt.undecided === undefined ? null : number(receipt.undecided)],
      ["Files read", receipt.scan.length], ["Request", h("span", { class: "code" }, receipt.request_commitment)],
    ]),
    h("h2", {}, "Not covered"), h("ul", {}, receipt.exclusions.map((one) => h("li", {}, one))),
  ];
}

// A receipt's text with the verdict on it; what a changed one says is shown as text alone.
export async function shownReceipt(text, storeKey, more = null) {
  const { ok, reason, by } = await verify(text, storeKey);
  return h("div", { "data-verified": String(ok) },
    notice(ok ? "good" : "bad", h("p", {}, h("strong", {}, ok ? "✓ Intact: " : "✗ Not as it was signed: "), `${reason} (checked by ${by}).`)),
    ok ? facts(JSON.parse(text)) : null,
    h("details", {}, h("summary", {}, "The file"), h("pre", {}, text)),
    h("div", { class: "actions" }, ok ? button("Keep this file", () => keep(`${JSON.parse(text).number}.json`, text, "application/json"), { class: "quiet" }) : null, ok ? more : null));
}

// Takes the policy of a receipt back, at the second press; what was erased stays erased.
function withdrawing(number, told) {
  let sure = false;
  const end = button("Take its policy back", async () => {
    if (!sure) { sure = true; end.textContent = "Take it back? What was erased stays erased."; return; }
    try {
      const done = await post("forget", { withdraw: number });
      told.replaceChildren(notice("good", h("p", {}, `${done.policies} policy file(s) of ${number} removed; entry ${done.ledger_entry} of the ledger.`)));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      told.replaceChildren(notice("bad", h("p", {}, error.message)));
    }
  }, { class: "quiet" });
  return end;
}

export async function receipts(room, withdraws = false) {
  const told = results();
  const list = h("div");
  const show = async (text, key, number) => {
    told.replaceChildren(await shownReceipt(text, key, number && withdraws ? withdrawing(number, told) : null));
  };
  const from = h("input", { type: "file", accept: ".json,application/json", change: async () => {
    const [file] = from.files;
    if (file) await show(await file.text(), (await ask("receipts")).public_key);
  } });

  async function look() {
    const found = await ask("receipts");
    list.replaceChildren(found.receipts.length
      ? h("ul", {}, found.receipts.map((one) => h("li", {}, button(one, async () => {
        try {
          await show((await ask(`receipts/${one}`)).text, found.public_key, one);
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          told.replaceChildren(notice("bad", h("p", {}, error.message)));
        }
      }, { class: "link" }))))
      : h("p", {}, "No receipt has been issued for this store."));
  }

  room.append(h("h2", {}, "Receipts"), list,
    h("label", {}, h("span", {}, "Check a receipt that you were given"), from,
      h("span", { class: "hint" }, "The file stays in this browser, where it can check signatures itself.")), told);
  await look();
  return look;
}
