"""The quoting limit: a reply repeats no more than so many words of any passage that it was given.

    Quotations(["alpha beta gamma delta epsilon zeta eta theta iota kappa"], limit=9).cut(text)

What counts is every run of eight words or more that stands in the passage too, in any case and
punctuation, all runs of one passage added up: a list of its sentences with a number before each is
a recital like any other. What goes beyond the limit becomes "[…]".
"""

from __future__ import annotations

from collections.abc import Sequence

from guards.reading.views import views
from retrieval.words import located_words, words

__all__ = ["CUT", "RUN", "Quotations"]

RUN = 8
CUT = "[…]"
_ROUNDS = 16


class Quotations:
    """The passages of one request, ready to compare replies with."""

    def __init__(self, passages: Sequence[str], limit: int) -> None:
        """``limit`` is the most words of a passage that a reply may repeat, at least `RUN`."""
        self._limit = max(limit, RUN)
        self._runs = [_runs(words(text)) for text in passages]

    def cut(self, text: str) -> str:
        """``text`` with what it quotes beyond the limit left out.

        What is encoded counts as what it says once decoded, and goes as a whole. Raises
        ``TooManyEncodingsError`` for a text that cannot be read.
        """
        text = self._cut_plain(text)
        for _ in range(_ROUNDS):
            hidden = next((v for v in views(text) if self._over(words(v.text))), None)
            if hidden is None:
                return text
            text = text[: hidden.start] + CUT + text[hidden.end :]
        return CUT

    def _cut_plain(self, text: str) -> str:
        located = located_words(text)
        out: list[str] = []
        end = 0
        for first, behind in _stretches(self._over(list(located.words))):
            out += [text[end : located.starts[first]], CUT]
            end = located.ends[behind - 1]
        return "".join([*out, text[end:]])

    def _over(self, said: list[str]) -> set[int]:
        """The places of the words that go beyond the limit of some passage."""
        places = _runs_at(said)
        over: set[int] = set()
        for runs in self._runs:
            quoted: set[int] = set()
            for place, run in enumerate(places):
                if run in runs:
                    quoted.update(range(place, place + RUN))
            over.update(sorted(quoted)[self._limit :])
        return over


def _runs_at(said: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(said[at : at + RUN]) for at in range(len(said) - RUN + 1)]


def _runs(said: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(_runs_at(said))


def _stretches(places: set[int]) -> list[tuple[int, int]]:
    """Neighbouring places as (first, behind the last), in order."""
    found: list[tuple[int, int]] = []
    for place in sorted(places):
        if found and place == found[-1][1]:
            found[-1] = found[-1][0], place + 1
        else:
            found.append((place, place + 1))
    return found
