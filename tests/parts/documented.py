"""The commands that the documents show, and how long or what else each says that it takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
PROGRAMS = ("boxed", "boxed-evals", "make")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SHELL = {"", "console", "bash", "sh"}
_INLINE = re.compile(r"`([^`\n]+)`(?: \(((?:takes|needs) [^)]*)\))?")
_MARK = re.compile(r"\s#\s+((?:takes|needs) .*)$")
_COMMAND = re.compile(rf"(?:^|[\s/])(?:{'|'.join(PROGRAMS)})(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Shown:
    """A command as a page shows it; `mark` says what running it takes or needs, or is empty."""

    page: str
    words: tuple[str, ...]
    mark: str = ""
    inline: bool = False

    @property
    def program(self) -> str:
        return self.words[0]

    @property
    def options(self) -> set[str]:
        return {word.partition("=")[0] for word in self.words if word.startswith("--")}

    def __str__(self) -> str:
        return f"{self.page}: {shlex.join(self.words)}"


def commands(page: Path) -> Iterator[Shown]:
    """Every command line of a page's shell blocks, then every one that stands within its text."""
    name, text = page.relative_to(ROOT).as_posix(), page.read_text(encoding="utf-8")
    for fence in _FENCE.finditer(text):
        if fence[1] in _SHELL:
            for line in fence[2].replace("\\\n", " ").splitlines():
                yield from _of_line(name, line)
    for span in _INLINE.finditer(_FENCE.sub("", text)):
        for words in _calls(span[1]):
            yield Shown(name, words, span[2] or "", inline=True)


def _of_line(page: str, line: str) -> Iterator[Shown]:
    mark = _MARK.search(line)
    for words in _calls(_MARK.sub("", line)):
        yield Shown(page, words, mark[1] if mark else "")


def _calls(line: str) -> Iterator[tuple[str, ...]]:
    """The calls of our programs in a line of a shell, each from the program's name on."""
    if not _COMMAND.search(line):
        return
    lexer = shlex.shlex(line.removeprefix("$ "), posix=True, punctuation_chars=";&")
    lexer.commenters, lexer.whitespace_split = "#", True
    call: list[str] = []
    for word in [*lexer, ";"]:
        if word in (";", "&&"):
            yield from _ours(call)
            call = []
        else:
            call.append(word)


def _ours(call: list[str]) -> Iterator[tuple[str, ...]]:
    names = [word.rpartition("/")[2] for word in call]
    found = next((place for place, name in enumerate(names) if name in PROGRAMS), None)
    if found is not None and not {"pip", "grep"} & set(names[:found]):
        yield (names[found], *call[found + 1 :])
