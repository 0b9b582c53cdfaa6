"""Reads phrases of one language from a file that a person can edit.

    # what this is
    [words]
    facts = (?:información|datos?)      a name for a part, put in where {facts} stands
    [ignorant]
    no tengo {facts}                    one regular expression a line
    [answers]
    no sé más                           what is no ignorance although a line above fits

The files lie in `ignorance_phrases/`, named by the language's ISO 639-1 code.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Phrases", "phrases_of"]

_FOLDER = Path(__file__).resolve().parent / "ignorance_phrases"
_END = re.compile(r"[.!?。！？।؟]")
_SECTION = re.compile(r"\[(\w+)\]")
_SECTIONS = frozenset({"words", "ignorant", "answers"})


@dataclass(frozen=True, slots=True)
class Phrases:
    """What professes ignorance in one language, and what only looks like it."""

    ignorant: re.Pattern[str]
    answers: re.Pattern[str]

    def fit(self, text: str, lead: int) -> bool:
        """Say whether `text`, in small letters, professes ignorance.

        Whole sentences in front of it may be at most `lead` characters, enough for a courtesy, and
        hold no number: behind more of them it is a remark on what an answer leaves open.
        """
        found = self.ignorant.search(text)
        if found is None or self.answers.search(text):
            return False
        end = max((mark.end() for mark in _END.finditer(text, 0, found.start() + 1)), default=0)
        return end <= lead and not any(map(str.isdigit, text[:end]))


@cache
def phrases_of(language: str) -> Phrases:
    """Read the phrases of a language; raises ValueError for a line that cannot be read."""
    path = _FOLDER / f"{language}.txt"
    lines: dict[str, list[str]] = {section: [] for section in _SECTIONS}
    section = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        heading = _SECTION.fullmatch(line.strip())
        if heading and heading[1] in _SECTIONS:
            section = heading[1]
        elif line.strip() and not line.startswith("#"):
            if not section:
                raise ValueError(f"{path}:{number}: the line stands above every [section]")
            lines[section].append(line.rstrip())
    words = dict(line.split(" = ", 1) for line in lines["words"])
    return Phrases(_joined(lines["ignorant"], words), _joined(lines["answers"], words))


def _joined(lines: list[str], words: dict[str, str]) -> re.Pattern[str]:
    """One expression for any of the lines; nothing fits where there is none."""
    for name, part in words.items():
        lines = [line.replace(f"{{{name}}}", part) for line in lines]
    return re.compile("|".join(f"(?:{line})" for line in lines) or r"(?!)")
