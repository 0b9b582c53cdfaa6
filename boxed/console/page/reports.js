// Reports of evaluations: figures by system, and the whole report to keep.

import { ask, Refused } from "./api.js";
import { button, h, keep, notice, results } from "./dom.js";

const told = (figure) => {
  if (!figure) return "–";
  if (figure.value === null || figure.value === undefined) return `undefined: ${figure.undefined}`;
  const spread = figure.low === null || figure.low === undefined ? "" : ` (${figure.low.toFixed(3)} to ${figure.high.toFixed(3)})`;
  return figure.value.toFixed(3) + spread;
};

function figures(report) {
  const systems = Object.keys(report.figures ?? {});
  const metrics = [...new Set(systems.flatMap((one) => Object.keys(report.figures[one])))];
  return h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Figures" },
    h("table", {}, h("caption", {}, "Figures, with their 95 % intervals"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Metric"), systems.map((one) => h("th", { scope: "col" }, one)))),
      h("tbody", {}, metrics.map((metric) => h("tr", {}, h("th", { scope: "row" }, metric),
        systems.map((one) => h("td", {}, told(report.figures[one][metric]))))))));
}

export function reports(room, state) {
  if (!state.reports) {
    room.append(notice("warn", h("p", {}, "No folder of reports is set: name one in the setting 'reports', and write reports into it with 'boxed-evals compare --out'.")));
    return;
  }
  const shown = results();
  const open = (name) => async () => {
    try {
      const report = await ask(`reports/${name}`);
      shown.replaceChildren(h("h2", {}, `${report.suite} ${report.forget}`), ...(report.notes ?? []).map((one) => h("p", {}, one)), figures(report),
        h("div", { class: "actions" }, report.html ? button("Keep the whole report", () => keep(`report-${name}.html`, report.html, "text/html"), { class: "quiet" }) : null));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      shown.replaceChildren(notice("bad", h("p", {}, error.message)));
    }
  };
  ask("reports").then(({ reports: found }) => {
    room.append(found.length ? h("ul", {}, found.map((one) => h("li", {}, button(`${one.suite} ${one.forget}`, open(one.name), { class: "link" }),
      ` ${one.path} ${one.made.slice(0, 16).replace("T", " ")}: ${one.systems.join(", ")}${one.limited ? `, a look at ${one.limited} items` : ""}`)))
      : h("p", {}, "The folder holds no report yet."), shown);
  }).catch((error) => {
    if (!(error instanceof Refused)) throw error;
    room.append(notice("bad", h("p", {}, error.message)));
  });
}
