"""Neighbours of a subject in the retain set: the questions nearest to it that must stay answered.

    Neighbours(retain).nearest(["Where was Hsiao Yun-Hwa born?"], 12, excluded)

Nearness is the cosine of word counts weighted by rarity: no model, and the same every time.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from boxed.drafting.subjects import capitalised_runs
from guards.reading.wording import quoted
from prompts.policy import Example

__all__ = ["Neighbours"]

_WORD = re.compile(r"[^\W_]+")
_ALIKE = 0.6
"""Cosine of two questions, names left out, from which they ask the same of two subjects."""


class Neighbours:
    """An inverted index over the questions of a retain set."""

    def __init__(self, retain: Sequence[Example]) -> None:
        self._examples = tuple(retain)
        words = [Counter(_words(example.question)) for example in retain]
        seen = Counter(word for counts in words for word in counts)
        self._weight = {word: math.log(1 + len(words) / count) for word, count in seen.items()}
        rows: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, counts in enumerate(words):
            for word, value in self._unit(counts).items():
                rows[word].append((number, value))
        # For each word, which questions have it and how much it counts in each.
        self._rows = {
            word: (np.array([n for n, _ in row]), np.array([value for _, value in row]))
            for word, row in rows.items()
        }
        self._quoting: dict[str, str] = {}
        for example in retain:
            for title in quoted(example.question):
                self._quoting.setdefault(_plain(title), example.question)

    def nearest(
        self,
        questions: Sequence[str],
        count: int,
        excluded: Callable[[str], bool],
    ) -> tuple[str, ...]:
        """The ``count`` retain questions nearest to any of ``questions``, each once.

        ``excluded`` says of a question that it may not be among them.
        """
        best = np.zeros(len(self._examples))
        for question in questions:
            np.maximum(best, self._scores(_words(question)), out=best)
        found: dict[str, str] = {}
        for number in _best_first(best):
            asked = self._examples[number].question
            if not excluded(asked):
                found.setdefault(_plain(asked), asked)
            if len(found) == count:
                break
        return tuple(found.values())

    def with_titles(self, own: Sequence[Example]) -> tuple[str, ...]:
        """A retain question for each title that it shares with ``own``: two books of one name."""
        titles = [t for e in own for text in (e.question, e.answer) for t in quoted(text)]
        shared = [self._quoting[key] for key in map(_plain, titles) if key in self._quoting]
        return tuple(dict.fromkeys(shared))

    def namesakes(self, name: str, count: int) -> tuple[str, ...]:
        """The first ``count`` retain questions that share a capitalised word with ``name``."""
        words = set(_WORD.findall(name))
        found = (e.question for e in self._examples if words & set(_WORD.findall(e.question)))
        return tuple(dict.fromkeys(islice(found, count)))

    def other_answers(self, own: Sequence[Example], name: str) -> tuple[Example, ...]:
        """Counterfacts: what the retain set answers where it asks the same of somebody else.

        That other name becomes ``name``; a question that has no such twin gets none.
        """
        found: list[Example] = []
        for example in own:
            if name in example.question and (answer := self._twin(example, name)) is not None:
                found.append(Example(question=example.question, answer=answer))
        return tuple(found)

    def _twin(self, example: Example, name: str) -> str | None:
        scores = self._scores(_words(example.question.replace(name, " ")))
        for number in islice(_best_first(scores), 8):
            twin = self._examples[number]
            for other in sorted(capitalised_runs(twin.question), key=len, reverse=True):
                asked, told = (text.replace(other, name) for text in (twin.question, twin.answer))
                alike = _cosine(_words(asked), _words(example.question))
                if other in twin.answer and alike >= _ALIKE and told != example.answer:
                    return told
        return None

    def _unit(self, counts: Counter[str]) -> dict[str, float]:
        weighted = {w: n * self._weight[w] for w, n in counts.items() if w in self._weight}
        length = math.sqrt(sum(value * value for value in weighted.values())) or 1.0
        return {word: value / length for word, value in weighted.items()}

    def _scores(self, words: Sequence[str]) -> NDArray[np.float64]:
        """The nearness of every question to these words."""
        scores = np.zeros(len(self._examples))
        for word, value in self._unit(Counter(words)).items():
            numbers, others = self._rows[word]
            scores[numbers] += value * others
        return scores


def _best_first(scores: NDArray[np.float64]) -> Iterable[int]:
    """The numbers of what is near at all, the nearest first, equals in order."""
    order = np.argsort(-scores, kind="stable")
    return map(int, order[: np.count_nonzero(scores)])


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _cosine(one: Sequence[str], two: Sequence[str]) -> float:
    first, second = Counter(one), Counter(two)
    product = sum(first[word] * second[word] for word in first)
    norm = math.sqrt(sum(n * n for n in first.values()) * sum(n * n for n in second.values()))
    return product / norm if norm else 0.0


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
