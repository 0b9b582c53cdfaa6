// Builds the page's elements. Text is always set as text: nothing that comes from a file, a request
// or a model is ever read as HTML.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(3).filter((one) => one !== null && one !== undefined && one !== false));
  return element;
}

// A section's heading; it takes the focus when the section opens, so that readers hear where they are.
export const heading = (text) => h("h1", { tabindex: "-1" }, text);

export const notice = (kind, ...children) => h("div", { class: `notice ${kind}` }, ...children);

export const button = (text, click, attributes = {}) =>
  h("button", { type: "button", click, ...attributes }, text);

// A label around its field: what is read out is what is seen.
export const field = (text, input, hint) =>
  h("label", {}, h("span", {}, text), input, hint ? h("span", { class: "hint" }, hint) : null);

export const tick = (text, attributes = {}) =>
  h("label", { class: "tick" }, h("input", { type: "checkbox", ...attributes }), h("span", {}, text));

export const choice = (values, attributes = {}) =>
  h("select", attributes, values.map((one) => (Array.isArray(one) ? h("option", { value: one[0] }, one[1]) : h("option", {}, one))));

// Where results are told: screen readers speak what is put into it.
export const results = () => h("div", { "aria-live": "polite", role: "status" });

// Columns are [title, cell of a row]; on a narrow screen each row becomes a block with its titles.
export function table(caption, columns, rows) {
  const head = h("tr", { role: "row" }, columns.map(([title]) => h("th", { scope: "col", role: "columnheader" }, title)));
  const body = rows.map((row) => h("tr", { role: "row" }, columns.map(([title, cell]) =>
    h("td", { "data-label": title, role: "cell" }, h("span", {}, cell(row) ?? "–")))));
  // Roles are written out, because a row that is drawn as a block loses its own.
  return h("table", { class: "stack", role: "table" }, h("caption", {}, caption), h("thead", { role: "rowgroup" }, head), h("tbody", { role: "rowgroup" }, body));
}

export const number = (value) => value.toLocaleString("en-GB");

// Something for the reader to keep, made in the page and sent nowhere.
export function keep(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = h("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
