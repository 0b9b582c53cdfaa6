"""A gate behind the gate for names: passes no sentence on that tells of a forgotten time.

    gate = DateGate(inner, [("backtest", Period(date(2024, 3, 1)))])
    gate.feed("It was close. In 2025 it ")  ->  "It was close. In "    the rest may look ahead
    gate.feed("was not. Then")              ->  ""                     gate.leak is a Leak

Whether a date tells or looks ahead is known at the end of its sentence, so a sentence is held from
the first word that may be part of a date; one without any such word is passed on as it comes, less
its last word. As for every gate, the text alone decides and never how it was cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from boxed.release.gate import Gate
from guards.periods.later import Period, told_in_sentence
from guards.periods.sentences import first_end
from guards.periods.words import CENTURIES, MONTHS, SEASONS, either
from guards.verdicts import Leak

__all__ = ["DateGate"]

_PARTS = (
    *MONTHS, *CENTURIES, *SEASONS, "early", "mid", "late", "end", "beginning", "first", "second",
    "third", "fourth", "twenty", "two", "q", "h",
)  # fmt: skip
_MAYBE_DATE = re.compile(rf"['’(]?\d|(?<!\w)['’]?(?:{either(_PARTS)})(?!\w)", re.IGNORECASE)  # noqa: RUF001
_LAST_WORD = re.compile(r"\S*\s*\Z")


class DateGate:
    """Guards one text behind `inner`; `leak` is the first that either of the two found."""

    def __init__(self, inner: Gate, periods: Sequence[tuple[str, Period]]) -> None:
        self.leak: Leak | None = None
        self._inner = inner
        self._periods = periods
        self._sentence = ""  # the sentence under way
        self._passed = 0  # how much of it has left
        self._base = 0  # where it begins in the whole text

    def feed(self, delta: str, /) -> str:
        """What may be passed on now; nothing any more once there is a leak."""
        if self.leak is not None:
            return ""
        out = self._take(self._inner.feed(delta), closed=self._inner.leak is not None)
        self.leak = self.leak or self._inner.leak
        return out

    def close(self) -> str:
        """The rest, or what stands in front of a leak."""
        if self.leak is not None:
            return ""
        out = self._take(self._inner.close(), closed=True)
        self.leak = self.leak or self._inner.leak
        return out

    def _take(self, text: str, *, closed: bool) -> str:
        self._sentence += text
        released: list[str] = []
        while (end := first_end(self._sentence, closed=closed)) is not None:
            whole = self._sentence[:end]
            released.append(self._pass_on(whole, end))
            if self.leak is not None:
                return "".join(released)
            self._base += end
            self._sentence, self._passed = self._sentence[end:], 0
            if not self._sentence:
                break
        else:
            released.append(self._pass_to(_held_from(self._sentence)))
        return "".join(released)

    def _pass_on(self, whole: str, end: int) -> str:
        """A sentence that is over: all that is left of it, or nothing from its date on."""
        for policy, period in self._periods:
            found = told_in_sentence(period, whole)
            if found is not None:
                start, last = self._base + found.start, self._base + found.end
                self.leak = Leak(policy, "date", start, last)
                return self._pass_to(min(found.start, _held_from(whole)))
        return self._pass_to(end)

    def _pass_to(self, end: int) -> str:
        start, self._passed = self._passed, max(self._passed, end)
        return self._sentence[start : self._passed]


def _held_from(sentence: str) -> int:
    """Offset in an unfinished sentence from which it must stay back."""
    maybe = _MAYBE_DATE.search(sentence)
    last = _LAST_WORD.search(sentence)
    return min(maybe.start() if maybe else len(sentence), last.start() if last else len(sentence))
