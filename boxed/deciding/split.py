"""Split a message into sentences, and tell what is asked from the text that it is asked about.

    [(s.text, s.kind) for s in sentences('Translate "I met her. She smiled." Who is Jane Roe?')]
    ->  [('Translate "I met her. She smiled." ', "work"), ("Who is Jane Roe?", "question")]

Joined in order they give the message back, so nothing a client wrote is ever lost, and none of
them ends inside given text.
"""

# ruff: noqa: RUF001 - full-width and typographic marks
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from boxed.deciding.given import ASK_LABEL, Span, given, joined, within
from boxed.deciding.tasks import Kind, kind_of

__all__ = ["CLAUSES", "Sentence", "given_in", "sentences"]

CLAUSES = (
    r"(?:,|(?<![\s,]))\s++(?=(?:and|also|but|then)\s++"
    r"(?:who|what|when|where|which|why|how|tell|is|are|did|does|do|can)\b)"
    # A question behind a comma; "who" and "which" there begin a clause on what stands before.
    r"|(?P<comma>,)\s++(?=(?:(?:what|where|when|why)(?:['’]s|\s(?:is|are|was|were|do|does|did))|how\s(?:many|"
    r"much|old|tall|far|long|big|high|deep|do|does|did|is|are))\b)"
)
"""A pattern of what stands between two questions of one sentence."""
_BOUNDARY = re.compile(
    # Blanks are taken whole and from their beginning, or long runs would cost their square.
    r"(?<=[.?!;。？！؟।])\s++(?=\S)"
    r"|(?<=[。？！])(?=[^\s。？！」』”\"'）)])"
    r"|(?<=[.?!。][\"'”’»」)])\s++(?=(?-i:[^\W\d_a-z])|¿)"
    r"|(?<!\n)\n++(?=\S)"
    rf"|{CLAUSES}",
    re.IGNORECASE,
)
# What asks by itself: "When was she born, what ...", not "When she was born, what ...".
_ASKS = re.compile(
    r"\W*(?:(?:and|also|but|then|so|please|hi|hello|hey|ok(?:ay)?)\b\W*)*"
    r"(?:(?:who|whom|whose|what|which)\b|(?:where|when|why|how)(?:['’]s|\s(?:is|are|was|were|do|does|"
    r"did|has|have|had|can|could|will|would|should|many|much|old|tall|long|far|big|high|deep)\b)"
    r"|(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b"
    r"|(?:tell|name|give|list|explain|describe|say)\b)",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(
    r"(?:(?:^|[\s(])[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|e\.g|i\.e|Jr|Sr|Inc|Ltd|Co|approx)"
    r"|(?:^|\n)\s*\d{1,3})\.$"
)
_LOOK_BACK = 24  # characters in which an abbreviation is looked for
_MARK = "⟂"  # stands for each character of given text
_ENCLOSING = frozenset("\"'`“„«「『<~‘")
_MARKS = re.compile(f"{_MARK}+")
_TITLE = re.compile(
    r"[\"'“„«「『‘]\S{1,30}(?:[ ]\S{1,30}){0,7}[\"'”“»」』’]"
)  # of eight words at most
_COLON = re.compile(r"[:：](?=\s|$|[⟂])|：")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_POINTS_DOWN = re.compile(
    r"\b(?:following|below|next|this|these)\b|[:：]\s*\Z|以下|下面|下列|次の|다음|следующ\w*|"
    r"siguiente|suivant\w*|folgend\w*|seguente|seguinte|volgend\w*|poniższ\w*|aşağıdaki",
    re.IGNORECASE,
)
_POINTS_UP = re.compile(
    r"\b(?:above|previous|preceding|this|that|it|these|them|the (?:text|letter|e-?mail|message|"
    r"document|story|article|passage|paragraph|poem|table|list|code|review|report|note|sentence|"
    r"names|words|lines))\b|上面|以上|上の|위의|выше|arriba|ci-dessus|oben|sopra|acima|hierboven",
    re.IGNORECASE,
)
_ASKING: frozenset[Kind] = frozenset({"question", "work", "request"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence outside given text: raw offsets, its words, and what it asks for.

    ``frame`` is its text with a mark for each character of given text.
    """

    start: int
    end: int
    text: str
    frame: str
    kind: Kind

    @property
    def asked(self) -> str:
        """The sentence without its given text."""
        return _MARKS.sub(" ", self.frame)

    @property
    def titled(self) -> str:
        """The sentence without its given text, but with what may be a title in quotation marks."""
        return _MARKS.sub(lambda m: self._title(m.start(), m.end()) or " ", self.frame)

    @property
    def gives_text(self) -> bool:
        """Does it hold given text that is more than a title?"""
        return any(self._title(m.start(), m.end()) is None for m in _MARKS.finditer(self.frame))

    def _title(self, start: int, end: int) -> str | None:
        quoted = self.text[start:end]
        return quoted if _TITLE.fullmatch(quoted) else None


def sentences(text: str, spans: Sequence[Span] | None = None) -> list[Sentence]:
    """The sentences of a message, in order; given text belongs to the one that it stands in.

    ``spans`` are those of ``given_in``, where they are known already.
    """
    return _cut(text, given_in(text) if spans is None else spans)


def given_in(text: str) -> list[Span]:
    """Given text, that below or above an instruction to work on it included."""
    spans = _asked_last(text, given(text))
    return joined([*spans, *_worked_on(text, spans)])


def _asked_last(text: str, spans: list[Span]) -> list[Span]:
    """The spans, the last without a last paragraph that does nothing but ask."""
    if not spans or spans[-1][1] < len(text.rstrip()) or text[spans[-1][0]] in _ENCLOSING:
        return spans
    start = spans[-1][0]
    blanks = [match for match in _BLANK_LINE.finditer(text, start) if match.end() < len(text)]
    if not blanks:
        return spans
    last = text[blanks[-1].end() :]
    kinds = [one.kind for one in _cut(last, given(last))]
    asks = all(kind in (*_ASKING, "courtesy") for kind in kinds) and "work" in kinds
    return [*spans[:-1], (start, blanks[-1].start())] if asks else spans


def _cut(text: str, spans: Sequence[Span]) -> list[Sentence]:
    framed = _framed(text, spans)
    starts = [0]
    for match in _BOUNDARY.finditer(text):
        if _is_inside(spans, match.start(), match.end()):
            continue
        if match["comma"] and _ASKS.match(text, starts[-1]) is None:
            continue
        before = text[max(starts[-1], match.start() - _LOOK_BACK) : match.start()]
        if "\n" in match.group() or not _ABBREVIATED.search(before):
            starts.append(match.end())
    found: list[Sentence] = []
    for start, end in pairwise([*starts, len(text)]):
        frame = framed[start:end]
        if found and not frame.strip() and not text[start:end].strip():
            start = found.pop().start
            frame = framed[start:end]
        bare = not re.search(r"\w", frame) and _MARK in frame
        kind: Kind = "given" if bare else kind_of(frame)
        found.append(Sentence(start, end, text[start:end], frame, kind))
    return found


def _is_inside(spans: Sequence[Span], start: int, end: int) -> bool:
    """Does a boundary lie within a span, so that to cut there would part it?"""
    span = within(spans, start, end)
    return span is not None and end < span[1]


def _framed(text: str, spans: Sequence[Span]) -> str:
    pieces, at = list[str](), 0
    for start, end in spans:
        pieces += [text[at:start], _MARK * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def _worked_on(text: str, spans: Sequence[Span]) -> list[Span]:
    """The text that an instruction with no given text of its own is about, if it is told how."""
    cut = _cut(text, spans)
    number = next((n for n, one in enumerate(cut) if one.kind == "work"), None)
    if number is None:
        return []
    work = cut[number]
    label = ASK_LABEL.match(work.frame)
    colon = _COLON.search(work.frame, label.end() if label else 0)
    if _MARK in (work.frame if colon is None else work.frame[colon.end() :]):
        return []
    if colon is not None:
        begins = _first_word(text, work.start + colon.end())
        return [] if _begins_span(spans, begins) else _without_last_asks(text, begins, spans)
    last = _last_on_line(text, cut, number)
    asks = cut[number + 1 : last + 1]
    if last + 1 < len(cut) and all(one.kind in (*_ASKING, "courtesy") for one in asks):
        rest = cut[last + 1 :]
        if any(one.kind not in _ASKING for one in rest) or _POINTS_DOWN.search(work.frame):
            return _without_last_asks(text, rest[0].start, spans)
        return []
    line = text.rfind("\n", 0, work.start) + 1
    before = [one for one in cut[:number] if one.end <= line]
    while before and before[0].kind in _ASKING:
        before.pop(0)
    return [(before[0].start, line)] if before and _POINTS_UP.search(work.frame) else []


def _first_word(text: str, at: int) -> int:
    match = re.compile(r"\s*").match(text, at)
    return match.end() if match else at


def _begins_span(spans: Sequence[Span], at: int) -> bool:
    return within(spans, at, at + 1) is not None


def _last_on_line(text: str, cut: Sequence[Sentence], number: int) -> int:
    """The number of the last sentence on the line of sentence ``number``."""
    newline = text.find("\n", cut[number].start)
    end = len(text) if newline < 0 else newline
    last = number
    while last + 1 < len(cut) and cut[last + 1].start <= end:
        last += 1
    return last


def _without_last_asks(text: str, start: int, spans: Sequence[Span]) -> list[Span]:
    """From ``start`` to the end, but for a last paragraph that does nothing but ask."""
    end = len(text.rstrip())
    if start >= end:
        return []
    blanks = [match for match in _BLANK_LINE.finditer(text, start) if match.end() < end]
    if blanks and not _begins_span(spans, _first_word(text, blanks[-1].end())):
        last = _cut(text[blanks[-1].end() :], [])
        if all(one.kind in _ASKING for one in last):
            return [(start, blanks[-1].start())]
    return [(start, len(text))]
