"""Where a message holds text that is given to be worked on: quotations, documents, code, tables.

    [text[a:b] for a, b in given('Translate "I met her. She smiled." into French.')]
    ->  ['"I met her. She smiled."']

Such text is never cut, and what it says is not what the client asks. Every search is linear: a
closing mark that was not found once is not looked for again.
"""

# ruff: noqa: RUF001 - full-width and typographic marks
from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

__all__ = ["ASK_LABEL", "Span", "given", "joined", "lines_of", "within"]

Span = tuple[int, int]

_OPENING = re.compile(
    r"```|~~~|\"\"\"|(?<!\w)\"|[“„«「『]|`|(?<!\w)['‘](?=\S)|"
    r"<(?P<tag>[A-Za-z][\w-]{0,40})[^<>\n]{0,200}>"
)
_CLOSING = {
    "```": re.compile("```"),
    "~~~": re.compile("~~~"),
    '"""': re.compile('"""'),
    '"': re.compile('"'),
    "“": re.compile('[”"]'),
    "„": re.compile('[“”"]'),
    "«": re.compile("»"),
    "「": re.compile("」"),
    "『": re.compile("』"),
    "`": re.compile("`"),
    "'": re.compile(r"(?<=\S)'(?!\w)"),
    "‘": re.compile(r"(?<=\S)’(?!\w)"),
}
_TO_THE_END = frozenset({"```", "~~~", '"""'})  # these hold to the end where nothing closes them
_TAGS = 50  # names of tags that are looked for
_LABELS = (
    "context|passages?|documents?|docs?|text|article|sources?|excerpt|extract|letter|e-?mail|"
    "transcript|notes?|report|story|background|input|data|table|code|abstract|chunks?|snippet|"
    "review|comment|records?|minutes|conversation|chat|log|content|knowledge|retrieved|search "
    "results|contexto|texto|documentos?|fuentes?|kontext|dokumente?|quellen?|contexte|texte|"
    "contesto|testo|documento|tekst|bağlam|metin|контекст|текст|документы?|источник|上下文|文本|"
    "文档|文章|资料|コンテキスト|本文|資料|문맥|본문|문서"
)
_LABEL = re.compile(
    r"[\s#*>_-]*(?:\[\d{1,3}\]|(?:context|passages|documents|sources|search results)\b"
    r"[^:\n]{0,40}:|"
    r"(?:here(?:'s| is| are)|below (?:is|are)|this is|consider|read|given|look at|"
    r"take)\b[^:?\n]{0,80}:\s*\Z|"
    rf"(?:{_LABELS})\s{{0,2}}(?:#?\d{{1,3}}|[A-Z])?(?:\s?\([^)\n]{{0,40}}\))?[\s*_]{{0,4}}[:：])",
    re.IGNORECASE,
)
ASK_LABEL = re.compile(
    r"[\s#*>_-]*(?:(?:your |the |my |user |first |second |next )?"
    r"(?:question|query|task|instructions?|request|prompt|q)|answer|response|pregunta|tarea|"
    r"respuesta|frage|aufgabe|antwort|tâche|réponse|domanda|compito|risposta|pergunta|tarefa|"
    r"resposta|vraag|pytanie|soru|вопрос|задача|задание|ответ|问题|任务|回答|質問|問題|질문)"
    r"\s{0,2}\d{0,2}[\s*_]{0,4}[:：][\s*_]{0,4}",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[?？؟][\s\"'”»)*_]*\Z")
_ITEM = re.compile(r"\s*(?:[-*•–]|\d{1,3}[.)])\s+\S")
_ROW = re.compile(r"[^|\n]*\|[^|\n]*\||[^\t\n]*\t|(?:[^,\n]{1,80},){2}[^,\n]")
_CODE = re.compile(
    r"^\s*(?:def|class|import|return|function|const|let|var|public|private|static|for|while|if|"
    r"else|elif|try|except|catch|#include|@\w+)\b[^.?!]*[:;{})]\s*$|"
    r"^\s*(?:from \w[\w.]* import|import \w|return\b|print\(|console\.|//|\s+#\s|"
    r"SELECT |INSERT |UPDATE |CREATE |DELETE )|[;{}]\s*$|^\s*[\w.\[\]'\"]+\s*(?:[+*/-]?=|:=)\s*\S"
)
_ENDED = re.compile(r"[.?!。？！:：]\s*\Z")


def given(text: str) -> list[Span]:
    """(start, end) of each stretch of given text, in order and apart."""
    enclosed = _enclosed(text)
    return joined([*enclosed, *_lines(text, enclosed)])


def joined(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that touch or overlap as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def within(spans: Sequence[Span], start: int, end: int) -> Span | None:
    """The span that holds this stretch whole, if there is one."""
    number = bisect_right(spans, (start, sys.maxsize)) - 1
    return spans[number] if number >= 0 and end <= spans[number][1] else None


def lines_of(text: str) -> list[Span]:
    """(start, end) of each line, its newline left out."""
    ends = [at for at, mark in enumerate(text) if mark == "\n"]
    return [(start + 1, end) for start, end in pairwise((-1, *ends, len(text)))]


def _enclosed(text: str) -> list[Span]:
    """Quotations, code between fences and what stands between tags."""
    found: list[Span] = []
    missing: set[str] = set()
    at = 0
    while (opening := _OPENING.search(text, at)) is not None:
        at = opening.end()
        mark = opening.group()
        closing = _CLOSING.get(mark)
        if opening["tag"] is not None and len(missing) <= _TAGS:
            mark = f"</{opening['tag'].lower()}>"
            closing = re.compile(re.escape(mark), re.IGNORECASE)
        if closing is None or mark in missing:
            continue
        closed = closing.search(text, at)
        if closed is None:
            missing.add(mark)
            if mark not in _TO_THE_END:
                continue
        at = closed.end() if closed is not None else len(text)
        found.append((opening.start(), at))
    return found


def _lines(text: str, enclosed: Sequence[Span]) -> list[Span]:
    """Lines that are quoted, rows of a table, items of a list, or stand below a label."""
    lines = lines_of(text)
    opened = {start for start, _ in lines if not within(enclosed, start - 1, start + 1)}
    below = _below_labels(text, lines, opened)
    found = [span for span, inside in zip(lines, below, strict=True) if inside]
    shapes: list[str] = []
    for start, end in lines:
        shape = "" if start not in opened else _shape(text[start:end])
        # A blank line parts no code.
        blank = not text[start:end].strip() and shapes[-1:] == ["code"]
        shapes.append("code" if blank else shape)
    for number, shape in enumerate(shapes):
        beside = (shapes[number - 1] if number else "", *shapes[number + 1 : number + 2])
        if shape == "quoted" or (shape and shape in beside):
            found.append(lines[number])
    # A line of given text ends with its newline, so that lines in a row are one.
    return [(start, min(end + 1, len(text))) for start, end in found]


def _shape(line: str) -> str:
    if line.lstrip().startswith(">"):
        return "quoted"
    if _CODE.search(line):
        return "code"
    if _QUESTION.search(line) or not line.strip():
        return ""
    if _ITEM.match(line):
        return "item"
    return "row" if _ROW.match(line) and not _ENDED.search(line) else ""


def _below_labels(text: str, lines: Sequence[Span], opened: set[int]) -> list[bool]:
    """Which lines stand below a label ("Context:", "[2]") and above the next question."""
    inside = False
    below: list[bool] = []
    for start, end in lines:
        line = text[start:end]
        if start in opened and ASK_LABEL.match(line):
            inside = False
        elif start in opened and _LABEL.match(line) and not _QUESTION.search(line):
            inside = True
        below.append(inside)
    # Questions at the very end are asked, and no part of what stands above them.
    for number in range(len(lines) - 1, -1, -1):
        line = text[slice(*lines[number])]
        if not below[number] or (line.strip() and not _QUESTION.search(line)):
            break
        below[number] = False
    return below
