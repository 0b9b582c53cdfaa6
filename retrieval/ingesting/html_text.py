"""The text that a reader of an HTML page would see: no markup, scripts, styles or comments."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "iframe"})
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol",
    "option", "p", "pre", "section", "select", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "title", "tr", "ul",
})  # fmt: skip
_CLOSE_TO_THE_NEXT = frozenset({"li", "dt", "dd", "td", "th", "tr", "option"})
_DECLARED = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})",
    re.IGNORECASE,
)
# As browsers read them: old names of Windows-1252, and what a page in ASCII letters cannot be.
_READ_AS = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
_HEAD = 4096


def visible_text(markup: str) -> str:
    """The text of a page: paragraphs apart by blank lines, list items and cells by line ends.

    The lines of preformatted text stay lines.
    """
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.text()


def declared_encoding(page: bytes) -> str | None:
    """The encoding that a page's head names, if it names one, as browsers understand it."""
    found = _DECLARED.search(page[:_HEAD])
    name = found.group(1).decode("ascii", "replace").lower() if found else None
    return None if name is None or name.startswith("utf-16") else _READ_AS.get(name, name)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._unseen: list[str] = []
        self._preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        self._preformatted += tag == "pre"
        self._border(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._border(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]
        self._preformatted -= tag == "pre" and self._preformatted > 0
        self._border(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._parts.append(data if self._preformatted else re.sub(r"\s+", " ", data))

    def text(self) -> str:
        joined = "".join(self._parts)
        lines = (" ".join(line.split()) for line in joined.split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _border(self, tag: str) -> None:
        if tag == "br" or tag in _CLOSE_TO_THE_NEXT:
            self._parts.append("\n")
        elif tag in _BLOCKS:
            self._parts.append("\n\n")
