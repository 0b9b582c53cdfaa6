"""Names found word by word: in other orders, with initials, misspelt, in other scripts.

    index = WordNames([(0, "Stephen King", True)])
    list(index.scan("by Stehpen King", fold("by Stehpen King")))   # [(0, 3, 15, "stephenking")]

The automaton of `mentions` finds names as they are spelt, through every disguise; this finds what
people make of them. Two words of a name side by side, right or nearly so, are looked up as a pair:
the cost does not grow with the number of names. `costs` says how much may be written wrongly.

What is somebody else's stays: a surname behind another given name, and what is another's name.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from guards.names.beside import Beside
from guards.names.coded_words import WINDOW, Reading, may_stand_between, pairs_in_code
from guards.names.costs import SHORT, limit, total
from guards.names.filed_words import FiledWords, initial_of, pair_of
from guards.names.forms import PARTICLES, PersonName, parse
from guards.names.handles import RUN_TOGETHER
from guards.names.near import SOUNDS_ALIKE, Likeness
from guards.names.tokens import Token, gap_between, is_latin, words_of
from guards.names.whose import (
    asks_or_orders,
    borne_by_another,
    fillers_fit,
    initial_counts,
    marked,
    may_be_middle,
    stands_first,
)
from guards.names.word_readings import Word, WordReadings
from guards.parts import Part, Parts
from guards.reading.canonical import Folded, fold, small_words, squash
from guards.reading.wording import folded_words

__all__ = ["BEHIND", "WordNames", "goes_on", "may_bridge"]

BEHIND = 64
"""Characters in front of a text that say whose a name in it is."""

_SLACK = 4  # characters of a gap, and of a word beyond the longest of a name
_BRIDGE = re.compile(r"[\s/|.,'\u2019*_~`\u00b7\u30fb\u2027\-\u2010-\u2015]*")
_NOTHING = Word((), (), (), initial=False, tells=False, opens=False)
_FIRM = 7  # letters of a surname that may be misspelt behind an initial
Hit = tuple[int, int, int, str]
"""Policy number, raw start and end, key: the name squashed, or "s.king" of an initial."""


class _Found(NamedTuple):
    name: int
    start: int
    end: int
    cost: float
    key: str


class WordNames:
    """The names of a book by their words. Build with (policy number, name, is it a person's)."""

    def __init__(
        self, entries: Iterable[tuple[int, str, bool]] = (), kept: Parts | None = None
    ) -> None:
        """`kept` are the parts of such names, in place of entries."""
        self._filed = filed = FiledWords(entries, kept)
        self._policies, self._names, self._people = filed.policies, filed.names, filed.people
        self._alone, self._pairs = filed.alone, filed.pairs
        self._near, self._far, self._readings = filed.near, filed.far, filed.readings
        self._read = lru_cache(4096)(parse)
        self._beside = Beside(self._readings, self._pairs, self.stands_alone)

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says."""
        return self._filed.parts()

    def stands_alone(self, likes: Sequence[Likeness]) -> bool:
        """Is one of these words a whole name?"""
        return any(like.word in self._alone for like in likes)

    def __bool__(self) -> bool:
        return bool(self._names)

    def may_name(self, words: Sequence[str]) -> bool:
        """May a text of these folded Latin words name somebody? False is certain."""
        return self._beside.may_name(words)

    @property
    def readings(self) -> WordReadings:
        """What a single word may be of these names."""
        return self._readings

    def scan(
        self, raw: str, folded: Folded, *, behind: str = "", closed: bool = True
    ) -> Iterator[Hit]:
        """Every name; `behind` is what stands in front of `raw`.

        With `closed` False a name at the very end does not count: its last word may go on.
        """
        read = self._readings.of
        latin = is_latin(raw) and is_latin(behind)
        if latin and not self.may_name(small_words(folded.text)):
            return
        if behind and behind[-1].isspace() and not any(read(t).tells for t in _words_again(raw)):
            return
        tokens, whole, shift = self._tokens(raw, folded, behind)
        words = [read(token) if token.start >= shift else _NOTHING for token in tokens]
        if not any(word.counts for word in words):
            return
        likes = [self._likes(whole, *both) for both in zip(tokens, words, strict=True)]
        self._far.add_to(tokens, likes)
        codes = [word.codes for word in words]
        for at, token in enumerate(tokens):
            for name, end in self._in_code(whole, tokens, codes, at) if codes[at] else ():
                if closed or _visible(whole[end:]):
                    yield self._hit(name, token.start - shift, end - shift)
            for pair in words[at].together:
                for name in self._pairs.get(pair_of(*pair)):
                    if closed or _visible(whole[token.end :]):
                        yield self._hit(name, token.start - shift, token.end - shift)
            if not likes[at] and not words[at].initial:
                continue
            found = list(self._at(whole, tokens, likes, at))
            exact = any(not hit.cost for hit in found)
            for hit in found:
                if exact and hit.cost:
                    continue  # this is how somebody else is spelt
                start, end = hit.start - shift, hit.end - shift
                over = closed or _visible(whole[hit.end :])
                if start >= 0 and over and end - start > 1:  # one syllable is many a name
                    yield self._policies[hit.name], start, end, hit.key

    def _hit(self, name: int, start: int, end: int) -> Hit:
        return self._policies[name], start, end, self._key(name)

    def _likes(self, raw: str, token: Token, word: Word) -> tuple[Likeness, ...]:
        likes = word.likes
        return marked(likes, self._near.words, raw, token) if likes and token.script else likes

    def _tokens(self, raw: str, folded: Folded, behind: str) -> tuple[Sequence[Token], str, int]:
        if not behind:
            return words_of(raw, folded), raw, 0
        whole = behind + raw
        return _words_again(whole), whole, len(behind)

    def _at(
        self, raw: str, tokens: Sequence[Token], likes: Sequence[tuple[Likeness, ...]], at: int
    ) -> Iterator[_Found]:
        """The names that begin with word number `at`."""
        token = tokens[at]
        # A word alone says less than two: behind somebody's given name it is that somebody's.
        alone = () if borne_by_another(raw, tokens, at, ()) else likes[at]
        for like in alone:
            for name in self._alone.get(like.word):
                if 0 < like.cost <= limit(len(self._near.words[like.word])) and not like.ordinary:
                    yield _Found(name, token.start, token.end, like.cost, self._key(name))
        for to in range(at + 1, min(at + 1 + WINDOW, len(tokens))):
            gap = gap_between(raw, tokens[to - 1], tokens[to])
            inside = len(tokens[to - 1].text) == 1 and gap == "point"
            if not gap or (gap != "space" and not inside and to > at + 1):
                return
            if gap == "space" or inside:
                yield from self._forward(raw, tokens, likes, at, to)
            if to == at + 1 and gap in ("space", "comma"):
                yield from self._backward(raw, tokens, likes, at, gap == "comma")
            if gap not in ("space", "point"):
                return
            if not (likes[to] or tokens[to].text in PARTICLES or goes_on(tokens[to])):
                return

    def _in_code(
        self, raw: str, tokens: Sequence[Token], codes: Sequence[tuple[Reading, ...]], at: int
    ) -> Iterator[tuple[int, int]]:
        """Names in one code from word `at` on, each with where it ends."""
        for head, tail, end in pairs_in_code(raw, tokens, codes, at):
            for name in self._pairs.get(pair_of(head, tail)):
                if self._people[name] and len(self._key(name)) >= SHORT:
                    yield name, end

    def _forward(
        self,
        raw: str,
        tokens: Sequence[Token],
        likes: Sequence[tuple[Likeness, ...]],
        at: int,
        to: int,
    ) -> Iterator[_Found]:
        """Names from word `at` to word `to` in their usual order."""
        first, last = tokens[at], tokens[to]
        for tail in likes[to]:
            for head in likes[at]:
                for name in self._pairs.get(pair_of(head.word, tail.word)):
                    cost = self._fits(raw, name, tokens, likes, at, to, head, tail)
                    if cost is not None:
                        end = tokens[to + self._rest(name)].end
                        yield _Found(name, first.start, end, cost, self._key(name))
            if len(first.text) == 1 and initial_counts(raw, tokens, at, to, tail):
                for name in self._pairs.get(initial_of(first.text, tail.word)):
                    read = self._person(name)
                    long = len(self._near.words[tail.word]) >= _FIRM
                    most = 1.0 if long and not tail.ordinary else 0.0
                    if tail.cost > (SOUNDS_ALIKE if last.script else most):
                        continue
                    if fillers_fit(read, tokens[at + 1 : to]) and not borne_by_another(
                        raw, tokens, at, read.given
                    ):
                        key = f"{first.text}.{read.surname[-1]}"
                        yield _Found(name, first.start, last.end, tail.cost, key)

    def _fits(
        self,
        raw: str,
        name: int,
        tokens: Sequence[Token],
        likes: Sequence[tuple[Likeness, ...]],
        at: int,
        to: int,
        head: Likeness,
        tail: Likeness,
    ) -> float | None:
        """What the name costs as it is written here; None where it is another."""
        parts = [(tokens[at], head), (tokens[to], tail)]
        if self._people[name]:
            read = self._person(name)
            between = tokens[at + 1 : to]
            needed = [*read.given[1:], *read.surname[:-1]]
            if needed:
                if [token.text for token in between if token.text in needed] != needed:
                    return None
                between = [token for token in between if token.text not in needed]
            named = raw if not asks_or_orders(raw, tokens[at]) else ""
            if not fillers_fit(read, between, written_out_in=named):
                return None
        else:
            rest = folded_words(self._names[name])[2:]
            if to != at + 1 or to + len(rest) >= len(tokens):
                return None
            for offset, word in enumerate(rest, 1):
                like = self._like_of(likes[to + offset], word)
                if like is None:
                    return None
                parts.append((tokens[to + offset], like))
        return total(parts, len(self._key(name)))

    def _rest(self, name: int) -> int:
        """How many words of a name that is no person's stand behind its first two."""
        return 0 if self._people[name] else len(folded_words(self._names[name])) - 2

    def _like_of(self, likes: Sequence[Likeness], word: str) -> Likeness | None:
        return next((like for like in likes if self._near.words[like.word] == word), None)

    def _backward(
        self,
        raw: str,
        tokens: Sequence[Token],
        likes: Sequence[tuple[Likeness, ...]],
        at: int,
        comma: bool,
    ) -> Iterator[_Found]:
        """Names whose surname is word `at`, with the given name or its initial behind it."""
        family, given = tokens[at], tokens[at + 1]
        for tail in likes[at]:
            if not stands_first(tokens, at, tail, comma):
                continue
            for head in likes[at + 1]:
                for name in self._pairs.get(pair_of(head.word, tail.word)):
                    if not self._people[name]:
                        continue
                    read = self._person(name)
                    cost = total(((family, tail), (given, head)), len(self._key(name)))
                    start = self._family_start(raw, tokens, at, read)
                    if cost is None or start is None:
                        continue
                    yield _Found(name, start, given.end, cost, self._key(name))
            pointed = raw[given.end : given.end + 1] == "."
            if comma and pointed and len(given.text) == 1 and given.capital and family.capital:
                for name in () if tail.cost else self._pairs.get(initial_of(given.text, tail.word)):
                    read = self._person(name)
                    start = self._family_start(raw, tokens, at, read)
                    if start is not None:
                        key = f"{given.text}.{read.surname[-1]}"
                        yield _Found(name, start, given.end, tail.cost, key)

    def _family_start(
        self, raw: str, tokens: Sequence[Token], at: int, read: PersonName
    ) -> int | None:
        """Where the surname that ends with word `at` begins; None where it is another's."""
        first = at
        before = [*read.particles, *read.surname[:-1]]
        while first and before and tokens[first - 1].text == before[-1]:
            before.pop()
            first -= 1
        if len(before) > len(read.particles) or borne_by_another(raw, tokens, first, ()):
            return None
        return tokens[first].start

    def _person(self, name: int) -> PersonName:
        read = self._read(self._names[name])
        if read is None:
            raise ValueError(f"name number {name} is filed as a person's and is none")
        return read

    def _key(self, name: int) -> str:
        return _squashed(self._names[name])

    def hold(self, raw: str, folded: Folded, *, behind: str = "") -> int | None:
        """The raw offset where the first name begins that what follows may still complete.

        A word counts as one until it has ended, unless it is longer than any name's.
        """
        if not self._names:
            return None
        if not behind or behind[-1].isspace():
            tokens, whole, shift = _words_again(raw), raw, 0
        else:
            tokens, whole, shift = self._tokens(raw, folded, behind)
        held: int | None = None
        last = len(tokens) - 1
        for number in range(last, max(-1, last - WINDOW - 1), -1):
            token = tokens[number]
            if number == last and not _visible(whole[token.end :]):
                if token.end - token.start > max(self._near.longest + _SLACK, RUN_TOGETHER):
                    return None
                opens = True
            elif number == last and not may_bridge(whole[token.end :]):
                return None
            elif number < last and not gap_between(whole, token, tokens[number + 1]):
                break
            else:
                opens = self._readings.of(token).opens
            if token.start < shift:
                break
            if opens:
                held = token.start - shift
            elif not goes_on(token):
                break
        return held


def goes_on(token: Token) -> bool:
    """May a name go on behind this word, in clear or in code?"""
    return may_stand_between(token) or may_be_middle(token)


@lru_cache(maxsize=4096)
def _squashed(name: str) -> str:
    return squash(fold(name).text)


@lru_cache(maxsize=16)
def _words_again(text: str) -> Sequence[Token]:
    """The words of a stream's held text: it is asked for leaks, then for what to hold."""
    return words_of(text, fold(text))


def _visible(text: str) -> str:
    return text if text.isascii() else "".join(c for c in text if fold(c).text)


def may_bridge(gap: str) -> bool:
    """May a name go on behind this?"""
    visible = _visible(gap)
    return len(visible) <= _SLACK and _BRIDGE.fullmatch(visible) is not None
