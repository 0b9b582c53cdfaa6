// The frame: sign-in, the sections, and what is in force.

import { ask, Refused, signedIn, signIn, signOut } from "./api.js";
import { button, field, h, heading, notice } from "./dom.js";
import { live } from "./live.js";
import { policies } from "./policies.js";
import { trying } from "./trying.js";
import { forget } from "./forget.js";
import { keys } from "./keys.js";
import { reports } from "./reports.js";

const SECTIONS = { live: ["Live", live], policies: ["Policies", policies], try: ["Try it", trying],
  forget: ["Forget", forget], keys: ["Keys", keys], reports: ["Reports", reports] };
const main = document.getElementById("main");
const menu = document.getElementById("sections");
const leave = document.getElementById("leave");
const line = document.getElementById("state");
let close = () => {};

function summary(state) {
  const amiss = [];
  if (state.not_ready) amiss.push(state.not_ready);
  if (state.stale) amiss.push("a policy file is not in force as it stands (see Policies)");
  if (state.degraded) amiss.push(`not answering: ${state.degraded.join(", ")}`);
  const said = `${state.policies} ${state.policies === 1 ? "policy" : "policies"} in force, book ${state.book}, boxed ${state.version}`;
  return amiss.length ? `${said}. Amiss: ${amiss.join("; ")}` : said;
}

// What the console may show, or null where somebody has to sign in or is turned away.
async function entered() {
  try {
    const state = await ask("state");
    line.textContent = summary(state);
    return state;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) return null;
    if (error.status === 403 && signedIn()) {
      signOut();
      askForKey(error.message);
      return undefined;
    }
    frame(false);
    main.replaceChildren(heading("Boxed console"), notice("bad", h("p", {}, error.message)),
      button("Try again", () => start()));
    return undefined;
  }
}

function frame(shown) {
  menu.hidden = !shown;
  leave.hidden = !shown || !signedIn();
  if (!shown) line.textContent = "";
}

function askForKey(problem) {
  close();
  close = () => {};
  frame(false);
  const input = h("input", { type: "password", name: "key", autocomplete: "off", required: true, spellcheck: "false" });
  const form = h("form", { submit: async (event) => {
    event.preventDefault();
    signIn(input.value.trim());
    await start();
  } }, field("Admin key", input, "It is kept in this tab alone, until the tab is closed."),
    h("div", { class: "actions" }, h("button", { type: "submit" }, "Sign in")));
  main.replaceChildren(heading("Boxed console"),
    h("div", { role: "alert" }, problem ? notice("bad", h("p", {}, problem)) : null), form);
  input.focus();
}

async function show(focus = true) {
  const state = await entered();
  if (state === undefined) return;
  if (state === null) {
    const tried = signedIn();
    signOut();
    askForKey(tried ? "This key does not open the console. It takes an admin key." : "");
    return;
  }
  frame(true);
  const name = Object.hasOwn(SECTIONS, location.hash.slice(1)) ? location.hash.slice(1) : "live";
  menu.replaceChildren(...Object.entries(SECTIONS).map(([id, [title]]) =>
    h("a", { href: `#${id}`, "aria-current": id === name ? "page" : null }, title)));
  close();
  const [title, open] = SECTIONS[name];
  document.title = `${title} – Boxed console`;
  const top = heading(title);
  const room = h("div");
  main.replaceChildren(top, room);
  if (focus) top.focus();
  close = open(room, state) ?? (() => {});
}

const start = () => show(true);

addEventListener("hashchange", () => show(true));
document.addEventListener("signed-out", () => {
  if (menu.hidden) return;
  signOut();
  askForKey("You are signed out: the key is not accepted any more.");
});
leave.addEventListener("click", () => { signOut(); askForKey(""); });
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
show(false);
