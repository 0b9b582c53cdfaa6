"""A name that nobody bears, to stand for a person's where a model may name anybody at all.

    anybody = Anybody.of(policy, ["Ada Falpane", "Odile Vartavi"])
    anybody.name                                    ->  "Odile Falpane"
    anybody.apply("It was Odile Falpane.")          ->  "It was Jane Roe."

The first name of one neighbour and the last name of another, chosen by a digest. A product knows
its parts, so it says it as readily as any wrong name; that the subject was meant by it is nowhere
in its weights. Names of several words change places as wholes: a part alone stays what it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from boxed.hiding.identifying import CONNECTING, words_of
from guards.names.common_words import is_given, is_ordinary, is_surname
from guards.reading.wording import key_phrases, quoted_spans
from prompts.policy import Policy

__all__ = ["Anybody", "full_names_in"]

_MOST = 4  # words of a name
_TRIES = 64
# Letters and what stands within a name: "Abidjan, Ivory Coast" is none.
_NAME = re.compile(r"(?:[^\W\d_]|[ .'\u2019\-])+")
_GAP = r"[\s\u00a0]+"


def full_names_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The full names in some questions, as they are written, each once; titles are none."""
    found: dict[str, None] = {}
    for text in texts:
        for name in key_phrases(_unquoted(text)):
            words = words_of(name)
            named = 1 < len(words) <= _MOST and _NAME.fullmatch(name) is not None
            usual = all(map(is_ordinary, words)) or any(map(_is_thing, words))
            if named and CONNECTING.isdisjoint(words) and not usual:
                found.setdefault(name)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Anybody:
    """One person's name and ``name``, which change places; ``apply`` is its own inverse."""

    own: str
    name: str

    @classmethod
    def of(
        cls,
        policy: Policy,
        neighbours: Iterable[str],
        is_free: Callable[[str], bool] = lambda name: True,
    ) -> Anybody | None:
        """A name put together from those of ``neighbours`` for which ``is_free``, if there is one.

        None where there are not two people whose names share nothing with the subject's.
        """
        own = {word for name in policy.names for word in words_of(name)}
        known = [name for name in neighbours if own.isdisjoint(words_of(name))]
        taken = {" ".join(words_of(name)) for name in known}
        for first, last in _drawn(f"{policy.id}\x1f{policy.title}", known):
            name = f"{first.split()[0]} {last.split()[-1]}"
            words = words_of(name)
            new = len(words) == len(set(words)) == len(name.split())
            if new and " ".join(words) not in taken and is_free(name):
                return cls(policy.title, name)
        return None

    def apply(self, text: str) -> str:
        """``text`` with each of the two in the place of the other, in the case it is written in."""
        either = "|".join(_expression(name) for name in (self.own, self.name))
        return re.sub(rf"(?<!\w)(?:{either})(?!\w)", self._other, text, flags=re.IGNORECASE)

    def _other(self, match: re.Match[str]) -> str:
        written = match.group()
        was_own = " ".join(written.split()).casefold() == " ".join(self.own.split()).casefold()
        one, other = (self.own, self.name) if was_own else (self.name, self.own)
        if written == one:
            return other
        for case in (str.lower, str.upper):
            if written == case(one):
                return case(other)
        return written  # a spelling that could not be turned back


def _drawn(key: str, known: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of different names, in an order that nothing but the key fixes."""
    for attempt in range(_TRIES if len(known) > 1 else 0):
        digest = hashlib.sha256(f"{key}\x1f{attempt}".encode()).digest()
        first = int.from_bytes(digest[:4], "big") % len(known)
        step = 1 + int.from_bytes(digest[4:8], "big") % (len(known) - 1)
        yield known[first], known[(first + step) % len(known)]


def _is_thing(word: str) -> bool:
    """A word of a town, a prize or the like, and nobody's name."""
    return is_ordinary(word) and not (is_given(word) or is_surname(word))


def _expression(name: str) -> str:
    return _GAP.join(map(re.escape, name.split()))


def _unquoted(text: str) -> str:
    for start, end in reversed(quoted_spans(text)):
        text = f"{text[:start]}.{text[end:]}"
    return text
