// The policies: what is in force, what is wrong, what each one's own questions find.

import { ask, post, Refused } from "./api.js";
import { button, choice, field, h, heading, notice, results, table } from "./dom.js";
import { checked, editor } from "./editor.js";

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

function faults(found) {
  if (!found.length) return null;
  return notice("bad", h("p", {}, "Not in force as they stand; the last good version of each, if there was one, is:"),
    h("ul", {}, found.map((one) => h("li", {}, h("span", { class: "code" }, `${one.path}:${one.line}`), `: ${one.problem}; ${one.remedy}`))));
}

const inForce = (row) => (row.stale ? h("span", { class: "warn" }, "its last good version") : row.in_force ? "yes" : "no");

// A form for a fresh policy; what is written is edited next.
function fresh(told, open, cancel) {
  const title = h("input", { required: true, maxlength: "300", autocomplete: "off", input: () => {
    if (!id.dataset.own) id.value = slug(title.value);
  } });
  const id = h("input", { required: true, pattern: "[a-z0-9][a-z0-9\\-]{0,63}", autocomplete: "off", input: () => { id.dataset.own = "yes"; } });
  const kind = choice(told.kinds), response = choice(told.responses);
  const said = results();
  return h("form", { submit: async (event) => {
    event.preventDefault();
    try {
      const made = await post("policies", { id: id.value, title: title.value, kind: kind.value, response: response.value });
      said.replaceChildren(h("p", {}, "Written. It is opened as soon as it is in force…"));
      await open(made.file);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      said.replaceChildren(notice("bad", h("p", {}, error.code === "changed_meanwhile"
        ? "There is a policy file of this id already; choose another." : error.message)));
    }
  } }, h("h2", {}, "New policy"),
    field("Whom or what it is about", title), field("Id", id, "Small letters, digits and hyphens; the file's name."),
    h("div", { class: "fields row" }, field("Kind", kind), field("Response", response)),
    h("div", { class: "actions" }, h("button", { type: "submit" }, "Write it"), button("Cancel", cancel, { class: "quiet" })), said);
}

const slug = (title) => title.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 64);

// A file that was just written is known a moment later, when it is in force.
async function textOf(file) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask(`policies/${file}`);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404 || tries > 20) throw error;
      await wait(250);
    }
  }
}

export function policies(room) {
  let guard = () => true;
  const leaving = (event) => { if (!guard()) event.preventDefault(); };
  addEventListener("beforeunload", leaving);

  async function open(file) {
    const text = await textOf(file);
    const made = editor(text, () => list(true));
    guard = made.clean;
    room.replaceChildren(made.element);
    made.focus();
  }

  const opened = async (file) => {
    try {
      await open(file);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      room.prepend(notice("bad", h("p", {}, error.message)));
    }
  };

  async function list(back = false) {
    guard = () => true;
    const told = await ask("policies");
    const found = results();
    const columns = [
      ["Policy", (row) => button(row.title, () => opened(row.file), { class: "link" })],
      ["Id", (row) => row.id],
      ["Kind", (row) => row.kind],
      ["Response", (row) => row.response],
      ["Names", (row) => (row.sealed ? `${row.names} sealed` : row.names)],
      ["Questions", (row) => `${row.scope} scope, ${row.retain} retain`],
      ["Tenants", (row) => row.tenants.join(", ") || "everyone"],
      ["In force", inForce],
    ];
    const all = button("Check all", async () => {
      all.disabled = true;
      for (const [at, row] of told.policies.entries()) {
        found.replaceChildren(h("p", {}, `Checking ${at + 1} of ${told.policies.length}…`));
        row.check = await post(`policies/${row.file}/check`).catch((error) => ({ failed: error }));
      }
      found.replaceChildren(...told.policies.map((row) => h("section", { "aria-label": row.title }, h("h2", {}, row.title),
        row.check.failed ? notice("bad", h("p", {}, row.check.failed.message)) : checked(row.check))));
      all.disabled = false;
    }, { class: "quiet" });
    const add = button("New policy", () => {
      const form = fresh(told, open, () => list(true));
      room.replaceChildren(form);
      form.querySelector("input").focus();
    });
    add.disabled = !told.editable;
    room.replaceChildren(
      told.editable ? "" : notice("warn", h("p", {}, "These are the demo's policies, which cannot be edited. Make a folder of your own with 'boxed init', and serve from it.")),
      faults(told.faults) ?? "",
      h("div", { class: "actions" }, add, all),
      told.policies.length ? table(`${told.count} ${told.count === 1 ? "policy" : "policies"}, book ${told.book}`, columns, told.policies)
        : h("p", {}, "No policy is in force: nothing is guarded."),
      ...brokenFiles(told, opened), found);
    if (back) document.querySelector("h1").focus();
  }

  list().catch((error) => {
    if (!(error instanceof Refused)) throw error;
    room.replaceChildren(heading("Policies"), notice("bad", h("p", {}, error.message)));
  });
  return () => removeEventListener("beforeunload", leaving);
}

// Files that never were good stand in no row; they must be mended all the same.
function brokenFiles(told, open) {
  const known = new Set(told.policies.map((row) => row.file));
  const others = new Map(told.faults.filter((one) => !known.has(one.file) && one.path.endsWith(".md")).map((one) => [one.file, one.path]));
  if (!others.size) return [];
  return [h("h2", {}, "Files that are not in force"), h("ul", {}, [...others].map(([file, path]) =>
    h("li", {}, button(path, () => open(file), { class: "link code" }))))];
}
