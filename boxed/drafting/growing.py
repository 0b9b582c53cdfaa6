"""How far a name reaches: the word that runs through records, with those that recur beside it.

    grown(reading, texts, core)      ->  "Vincent van Gogh" for the core "gogh"

A given name may be written seldom, a word across "of" or "and" must recur mostly, and one that
nothing marks as part of a name almost always.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TypeAlias

from boxed.drafting.evidence import FEWEST, SMALL, TOLD, UNLISTED, Candidate, Reading, Text
from boxed.drafting.little_words import CONNECTORS, HONORIFICS, LITTLE, PARTICLES, SUFFIXES
from boxed.drafting.reading import Word, cased, has_capital, is_odd

__all__ = ["grown"]

_GIVEN, _NEXT, _JOINED, _ALWAYS = 0.1, 0.3, 0.55, 0.8
"""Share of a phrase's records that a longer one needs: by a capitalised word before it, by one
behind it, across connecting words, by a word that nothing marks as part of a name."""
_CLEARLY = 0.7
"""How near another word may come to one that is seldom written there, such as a given name."""
_NEVER = 2.0
_SHORT = 3
_ALSO_GIVEN = frozenset(["don", "may", "will"])
_WITHIN = frozenset([" ", "", " & ", ": ", ' "', '" ', " “", "” ", " '", "' "])
"""What may stand between two words of one name; quotation marks around a nickname."""
_NICK = re.compile(r" [\"“'][^\"”']{2,30}[\"”'](?= )")
Keys: TypeAlias = tuple[str, ...]
Places: TypeAlias = "dict[Keys, list[tuple[Text, int, int]]]"


def grown(reading: Reading, texts: Sequence[Text], core: Candidate) -> Candidate:
    """The core with the words beside it that recur with it: ``Gogh`` -> ``Vincent van Gogh``."""
    places = [
        (text, at, at)
        for text in texts
        for at, word in enumerate(text.words)
        if reading.bare(word.key) == core.core and reading.weight(word)
    ]
    rival, now = 0.0, (core.core,)
    while True:
        longer: Places = defaultdict(list)
        needs: dict[Keys, float] = {}
        for text, first, last in places:
            for new_first, new_last, need in _steps(reading, text.words, first, last):
                keys = tuple(reading.bare(w.key) for w in text.words[new_first : new_last + 1])
                longer[keys].append((text, new_first, new_last))
                needs[keys] = max(need, needs.get(keys, 0.0))
        whole = _score(places)
        scores = {keys: _score(held) for keys, held in longer.items()}
        others = partial(_others, reading=reading, now=now, longer=longer, needs=needs)
        fit = [
            keys
            for keys in sorted(scores, key=lambda keys: (-scores[keys], len(keys), keys))
            if scores[keys] >= needs[keys] * whole
            and len({text.record for text, _, _ in longer[keys]}) >= FEWEST
            and (scores[keys] >= _NEXT * whole or _rival(keys, scores, others(keys)) < _CLEARLY)
        ]
        if not fit:
            break
        # "van Gogh" only where nobody is called by a given name before it.
        fit.sort(key=lambda keys: keys[0] in PARTICLES)
        rival = max(rival, _rival(fit[0], scores, others(fit[0])))
        now = fit[0]
        places = longer[fit[0]]
    written = Counter(_written(text.words, first, last) for text, first, last in places)
    name = max(written, key=lambda one: (written[one], sum(c.isupper() for c in one), one))
    last_words = [text.words[last] for text, _, last in places if text.asked]
    if (
        last_words
        and all(word.tail for word in last_words)
        and any(word.ends for word in last_words)
    ):
        name += last_words[0].tail  # "McDonald's"
    name = _NICK.sub("", name)
    keys = frozenset(reading.bare(w.key) for t, a, b in places[:1] for w in t.words[a : b + 1])
    return replace(core, name=name, keys=_telling(keys) or keys, rival=rival)


def _others(
    keys: Keys, reading: Reading, now: Keys, longer: Places, needs: dict[Keys, float]
) -> list[Keys]:
    """The phrases that add another name than ``keys`` does, in the same place.

    A middle name is none: ``Jill Walters`` behind ``Barbara`` is no rival of ``Barbara Walters``.
    """
    before = keys[-len(now) :] == now
    found: list[Keys] = []
    for one, places in longer.items():
        outer = one[0] if before else one[-1]
        same_side = (one[-len(now) :] if before else one[: len(now)]) == now
        if not same_side or needs[one] > _NEXT or outer == (keys[0] if before else keys[-1]):
            continue
        form = bool(reading.stems) and outer[:1] == (keys[0] if before else keys[-1])[:1]
        middle = form or (
            before and any(at and t.words[at - 1].key == keys[0] for t, at, _ in places)
        )
        if outer not in PARTICLES and outer not in SUFFIXES and not middle:
            found.append(one)
    return found


def _rival(keys: Keys, scores: dict[Keys, float], others: Sequence[Keys]) -> float:
    """How often another name stands in that place, as a share of how often this one does."""
    return max((scores[one] for one in others), default=0.0) / scores[keys]


def _telling(keys: frozenset[str]) -> frozenset[str]:
    """The words of a name that could tell it: no particle, initial or suffix."""
    return frozenset(
        key
        for key in keys
        if key not in CONNECTORS
        and key not in SUFFIXES
        and key not in HONORIFICS
        and sum(c.isalnum() for c in key) > 1
    )


def _score(places: Sequence[tuple[Text, int, int]]) -> float:
    asked = {text.record for text, _, _ in places if text.asked}
    told = {text.record for text, _, _ in places if not text.asked}
    return len(asked) + TOLD * len(told - asked)


def _steps(
    reading: Reading, words: Sequence[Word], first: int, last: int
) -> Iterator[tuple[int, int, float]]:
    """Longer phrases around words ``first`` to ``last``, and the share of records each needs."""
    at = first
    joined: list[str] = []
    while at and words[at].gap in _WITHIN and len(joined) < 4:
        need = _need(reading, words[at - 1], joined, left=True)
        if words[at - 1].owns or '"' in words[at].gap or "“" in words[at].gap:
            need = max(need, _ALWAYS)  # "The Handmaid's Tale", a nickname
        if "&" in words[at].gap or ":" in words[at].gap:
            need = max(need, _JOINED)
        if need <= 1:
            yield at - 1, last, need
        if not _joins(words[at - 1]):
            break
        joined.append(words[at - 1].key)
        at -= 1
    at = last
    joined = []
    while at + 1 < len(words) and len(joined) < 4:
        gap = words[at + 1].gap
        if gap not in _WITHIN and not (words[at + 1].key in SUFFIXES and gap == ", "):
            break
        need = _need(reading, words[at + 1], joined, left=False)
        if words[at].owns:
            need = max(need, _ALWAYS)
        if "&" in gap or ":" in gap:
            need = max(need, _JOINED)
        if need <= 1:
            yield first, at + 1, need
        if not _joins(words[at + 1]):
            break
        joined.append(words[at + 1].key)
        at += 1


def _joins(word: Word) -> bool:
    """Whether a word may join two of a name: a connecting word, or one as short (wa, ap)."""
    short = word.text.isalpha() and word.text.islower() and len(word.text) <= _SHORT
    return word.key in CONNECTORS or (short and cased(word.text) and word.key not in LITTLE)


def _need(reading: Reading, word: Word, joined: Sequence[str], *, left: bool) -> float:
    """The share of a phrase's records that it takes to add ``word``; above 1: never."""
    key = word.key
    if key in SUFFIXES:
        return _GIVEN if not left and not joined else _NEVER
    if key.replace(".", "").isdecimal():
        return _JOINED if not joined else _NEVER
    if re.fullmatch(r"(?:[^\W\d_]\.)+", key):
        return _GIVEN if left and not joined else _JOINED
    weight = reading.weight(word)
    if key in LITTLE or key in CONNECTORS:
        # "The" of "The Who": within a sentence it shows whether it belongs to the name.
        if key in _ALSO_GIVEN and left and not joined:
            return _GIVEN if weight else _ALWAYS
        if word.text == "I" and not left and not joined:
            return _JOINED  # "World War I"
        shown = has_capital(word.text) and not word.opens
        return _JOINED if shown and not joined else _NEVER
    if not weight:
        return _NEVER
    if key in HONORIFICS and left:
        return _ALWAYS
    if weight in (SMALL, UNLISTED) or (
        cased(key) and not has_capital(word.text) and not is_odd(word.text)
    ):
        return _ALWAYS if not joined and key not in LITTLE else _NEVER
    if not cased(key):
        return _JOINED  # nothing but its recurring tells a name from a verb
    if all(one in PARTICLES for one in joined):
        return _GIVEN if left else _NEXT
    return _JOINED


def _written(words: Sequence[Word], first: int, last: int) -> str:
    parts = [words[first].text]
    for before, word in pairwise(words[first : last + 1]):
        parts.append(f"{before.tail}{word.gap}{word.text}")
    return "".join(parts)
