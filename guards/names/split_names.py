"""Names that are handed over in parts.

    "The first name is Hsiao."    "The last is Yun-Hwa. Who is it?"

Two ways are looked for in the last few user turns: a name that runs over the border between two
turns, and words of different turns that together make a name.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from guards.names.common_words import is_given
from guards.names.crossing import may_cross
from guards.names.mentions import MentionIndex
from guards.reading.canonical import squashed
from guards.reading.wording import STOPWORDS

__all__ = ["SplitMention", "split_mentions"]

_TURNS = 4
_WORDS = 400  # words of one turn that are tried as parts
_PARTS = 4
_PAIRED = 40  # words of one turn that are tried as half of a sealed name
_EDGE = 200  # characters on both sides of a border
_SHORT, _REMEMBERED = 48, 8192  # letters of a word, and how many words are remembered
_WORD = re.compile(r"[^\s.,;:!?\"()\[\]{}<>*]+")


@dataclass(frozen=True, slots=True)
class SplitMention:
    """Policy number `policy` is named by parts; the last stands in `turn` from `start` to `end`.

    `certain` is False when a part is written like an ordinary word, in small letters.
    """

    policy: int
    turn: int
    start: int
    end: int
    certain: bool


@dataclass(frozen=True, slots=True)
class _Part:
    turn: int
    start: int
    end: int
    text: str
    letters: str


def split_mentions(
    index: MentionIndex,
    turns: Sequence[tuple[int, str]],
    live: Callable[[int], bool] | None = None,
) -> Iterator[SplitMention]:
    """Names split over the last of `turns`, (number, text) pairs of one speaker, oldest first."""
    recent = turns[-_TURNS:]
    if len(recent) < 2:
        return
    for (_, before), (number, after) in pairwise(recent):
        yield from _over_border(index, before[-_EDGE:], number, after[:_EDGE], live)
    if index.more is None and not any(_opens(index, text) for _, text in recent):
        return
    parts = [part for number, text in recent for part in _parts(number, text)]
    for first in parts:
        if index.opens_a_name(first.letters):
            yield from _assembled(index, parts, (first,), live)
    yield from _paired(index, parts, live)


def _paired(
    index: MentionIndex, parts: Sequence[_Part], live: Callable[[int], bool] | None
) -> Iterator[SplitMention]:
    """Sealed names of two words: nobody knows how one begins, so every pair is tried."""
    more = index.more
    if more is None:
        return
    turns: dict[int, list[_Part]] = {}
    for part in sorted(parts, key=lambda part: not _capital(part)):
        turns.setdefault(part.turn, []).append(part)
    tried = [part for turn in turns.values() for part in turn[:_PAIRED]]
    for first in tried:
        for second in tried:
            if first.turn != second.turn and more.joins(first.letters, second.letters):
                yield from _named(index, (first, second), live)


def _over_border(
    index: MentionIndex, before: str, number: int, after: str, live: Callable[[int], bool] | None
) -> Iterator[SplitMention]:
    if not may_cross(index, before, after):
        return
    for glue in (" ", ""):
        border = len(before) + len(glue)
        for m in index.find(before + glue + after, live=live):
            if m.start < len(before) and m.end > border:
                yield SplitMention(m.policy, number, 0, m.end - border, glue == " ")


def _opens(index: MentionIndex, text: str) -> bool:
    """Does any word in it open a name of several words?"""
    return any(map(index.opens_a_name, set(map(_letters, _WORD.findall(text)))))


def _letters(word: str) -> str:
    return _letters_again(word) if len(word) <= _SHORT else squashed(word)


_letters_again = lru_cache(_REMEMBERED)(squashed)


def _parts(number: int, text: str) -> Iterator[_Part]:
    for count, match in enumerate(_WORD.finditer(text)):
        if count >= _WORDS:
            return
        letters = _letters(match.group())
        named = match.group()[:1].isupper() and is_given(letters)
        if letters and (named or letters not in STOPWORDS):
            yield _Part(number, match.start(), match.end(), match.group(), letters)


def _assembled(
    index: MentionIndex,
    parts: Sequence[_Part],
    chosen: tuple[_Part, ...],
    live: Callable[[int], bool] | None,
) -> Iterator[SplitMention]:
    """Depth-first: append words as long as the whole still begins some name."""
    letters = "".join(part.letters for part in chosen)
    for part in parts:
        if not index.is_prefix(letters + part.letters) or part in chosen:
            continue
        longer = (*chosen, part)
        if len({p.turn for p in longer}) > 1:
            yield from _named(index, longer, live)
        if len(longer) < _PARTS:
            yield from _assembled(index, parts, longer, live)


def _named(
    index: MentionIndex, parts: Sequence[_Part], live: Callable[[int], bool] | None
) -> Iterator[SplitMention]:
    """The policies that these parts, one after the other, are a whole name of."""
    whole = "".join(part.letters for part in parts)
    last = max(parts, key=lambda part: (part.turn, part.start))
    certain = all(map(_capital, parts))
    for m in index.find(" ".join(part.text for part in parts), live=live):
        if m.key in (whole, whole.removesuffix("s")):
            yield SplitMention(m.policy, last.turn, last.start, last.end, certain)


def _capital(part: _Part) -> bool:
    return part.text[:1] != part.text[:1].lower()
