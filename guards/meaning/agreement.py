"""Whether two questions can be about the same thing, as far as their telling words say.

    agreement(Wording.of("Where was Jane Doe born?"), Wording.of("Where was Mary Poe born?"))
    ->  False

Sentence vectors tell topics apart but not people. What words alone rule out needs no vector:
``Wordings`` says so about a whole policy book at the price of a few look-ups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guards.reading.canonical import fold, squash
from guards.reading.wording import content_words, distinctive, folded_words, full_names, quoted

__all__ = ["Wording", "Wordings", "agreement"]

_MOST = 2000
"""Scope texts that are looked at; to look at more would cost as much as a vector."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What two texts are compared by; `telling` are the words that set this one apart."""

    words: frozenset[str]
    telling: frozenset[str]
    numbers: frozenset[str]
    titles: frozenset[str]
    names: tuple[tuple[str, str], ...]  # first and last word of each full name
    content: int

    @classmethod
    def of(cls, text: str) -> Wording:
        """Read a text."""
        words = frozenset(folded_words(text))
        return cls(
            words,
            distinctive(text),
            frozenset(word for word in words if word.isdigit() and len(word) >= 3),
            frozenset(squash(fold(title).text) for title in quoted(text)),
            tuple((name[0], name[-1]) for name in full_names(text)),
            len(content_words(text)),
        )


def agreement(asked: Wording, scope: Wording) -> bool | None:
    """Say whether the distinctive words of a question and a scope text agree.

    False: the question has its own and they are not the scope's. None: it has none to compare.
    """
    if asked.numbers and scope.numbers and not asked.numbers & scope.numbers:
        return False
    if asked.titles and scope.titles and not asked.titles & scope.titles:
        return False  # "The Gilded Meridian" is another book than "The Gilded Harbour"
    if _namesakes(asked, scope):
        return False
    names = asked.telling - asked.numbers
    if names and 2 * len(names & scope.words) < len(names):
        return False
    if asked.telling:
        return 2 * len(asked.telling & scope.words) >= len(asked.telling)
    if not scope.telling:
        # "Who is this author?" asks about anybody.
        return True if asked.content > 1 else None
    return True if 2 * len(scope.telling & asked.words) >= len(scope.telling) else None


def _namesakes(asked: Wording, scope: Wording) -> bool:
    """Do they name different people of one first name or surname? "Jane Roe" is not "Jane Doe"."""
    return any(
        (mine[0] == their[0] and mine[1] not in scope.words and their[1] not in asked.words)
        or (mine[1] == their[1] and mine[0] not in scope.words and their[0] not in asked.words)
        for mine in asked.names
        for their in scope.names
    )


class Wordings:
    """The wordings of all scope texts, found by their words."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._all = tuple(map(Wording.of, texts))
        self._rows = _inverted(wording.words for wording in self._all)
        self._told_by = _inverted(wording.telling for wording in self._all)
        self._untold = [row for row, wording in enumerate(self._all) if not wording.telling]

    def __getitem__(self, row: int) -> Wording:
        return self._all[row]

    def best(self, asked: Wording) -> bool | None:
        """The most that any scope text agrees with a question: True, None, or False with none.

        True also where there are too many candidates to look at each.
        """
        if not self._all:
            return False
        if asked.telling:
            rows = _most_shared(asked.telling, self._rows)
        else:
            rows = [*self._untold, *_most_shared(asked.words, self._told_by)]
        if len(rows) > _MOST or any(agreement(asked, self._all[row]) for row in rows):
            return True
        return False if asked.telling else None


def _most_shared(words: Iterable[str], index: dict[str, list[int]]) -> list[int]:
    """The rows that have any of these words, those with most of them first."""
    shared = Counter(row for word in words for row in index.get(word, ()))
    return [row for row, _ in shared.most_common()]


def _inverted(texts: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, words in enumerate(texts):
        for word in words:
            rows.setdefault(word, []).append(row)
    return rows
