"""Weak names: words that others bear, which name a subject only together with something else.

    weak = WeakNames([(0, ("Stephen King",), ("King",))])
    weak.find("Which novels did King write?")[0].key     ->  "king"
    weak.find("Martin Luther King")                      ->  []

Rules of writing tell many cases apart: a surname behind another given name, a part of a longer term
in capitals, and an ordinary word in small letters are somebody or something else. What is left is
found here, and whoever asks must look for support (`guards.support`).
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from guards.hashed import Hashed, WordNumbers
from guards.names.common_words import is_foreign, is_given, is_ordinary, is_surname
from guards.names.forms import ENDINGS, PARTICLES, parse, run_together
from guards.names.mentions import Mention
from guards.names.titles import CALLED, TITLED
from guards.names.tokens import Token, words_of
from guards.names.used_as import is_person, is_thing
from guards.names.whose import DETERMINERS, borne_by_another
from guards.parts import Part, Parts, Rows, Texts, joined, numbers, row_parts, text_parts, within
from guards.reading.canonical import fold, squash
from guards.reading.wording import STOPWORDS, folded_words

__all__ = ["WeakNames", "addressed", "weak_forms"]

_SENTENCE_START = re.compile(r"(?:\A|[.!?:;]['\"\u201d\u2019)]*\s+|\n\s*)[\"'\u201c\u2018(*_]*\Z")
_ADDRESS = CALLED | {"senator", "president", "judge"}
_NAMES_ALONE = frozenset(
    ["da", "dos", "das", "van", "von", "der", "den", "bin", "ibn", "ben", "abu", "ter", "zu"]
)
"""Particles that stand between a first name and a surname, and hardly behind another noun."""
_LINKS = PARTICLES - {"e", "y", "o"}  # "Pedro y Cruz" are two
_THING = re.compile(r"\s*(?:&|v\.|vs\b|and\s+(?:sons|co|company)\b)", re.IGNORECASE)
_RELATIVE = frozenset(["who", "whom", "whose"])
_WHOLE = 24  # characters that hold the word in front of a name
_REMEMBERED = 1024  # bearers of names that texts held
_START = 8  # characters in front of a word that say whether a sentence begins with it


class _Bearer(NamedTuple):
    """A policy's weak names, each as its words, their keys, and all words of its names."""

    phrases: tuple[tuple[str, ...], ...]
    keys: frozenset[str]
    own: frozenset[str]


_NOBODY = _Bearer((), frozenset(), frozenset())


class WeakNames:
    """The weak names of a book. Build with (policy number, all its names, the weak ones).

    Each policy has one entry at most. Those of `unshared`, (policy number, name), nobody else is
    known to bear.
    """

    def __init__(
        self,
        entries: Iterable[tuple[int, Sequence[str], Sequence[str]]],
        unshared: Iterable[tuple[int, str]] = (),
    ) -> None:
        policies, names, weak = array("I"), list[Sequence[str]](), list[Sequence[str]]()
        self._policies: Sequence[int] = policies
        self._names: Sequence[Sequence[str]] = names
        self._weak: Sequence[Sequence[str]] = weak
        rows = sorted(entries, key=itemgetter(0))
        self._filed = Hashed(_entered(rows, policies, names, weak))
        self._alone: Sequence[str] = [
            f"{policy} {squash(fold(name).text)}" for policy, name in unshared
        ]
        self._unshared = WordNumbers(self._alone)
        self._read = lru_cache(_REMEMBERED)(self._bearer)

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says."""
        return {
            "policies": np.asarray(numbers(self._policies)),
            **joined(
                names=row_parts(self._names),
                weak=row_parts(self._weak),
                filed=self._filed.parts(),
                alone=text_parts(self._alone),
                unshared=self._unshared.parts(),
            ),
        }

    @classmethod
    def of_parts(cls, parts: Parts) -> "WeakNames":
        """From what ``parts`` gave."""
        made = cls(())
        made._policies = numbers(parts["policies"])
        made._names, made._weak = Rows(within(parts, "names")), Rows(within(parts, "weak"))
        made._filed = Hashed.of_parts(within(parts, "filed"))
        made._alone = Texts(within(parts, "alone"))
        made._unshared = WordNumbers.of_parts(made._alone, within(parts, "unshared"))
        return made

    def __bool__(self) -> bool:
        return len(self._policies) > 0

    def _bearer(self, number: int) -> _Bearer:
        names, weak = self._names[number], self._weak[number]
        phrases = tuple(filter(None, map(_phrase, dict.fromkeys(weak))))
        keys = frozenset(squash("".join(words)) for words in phrases)
        return _Bearer(phrases, keys, frozenset(w for one in names for w in folded_words(one)))

    def _of(self, policy: int) -> _Bearer:
        at = bisect_left(self._policies, policy)
        known = at < len(self._policies) and self._policies[at] == policy
        return self._read(at) if known else _NOBODY

    def find(self, text: str, *, live: Callable[[int], bool] | None = None) -> list[Mention]:
        """Every weak name in `text` that the rules of writing leave, by place; `live` as usual."""
        if not self:
            return []
        tokens = words_of(text, fold(text))
        spelt = list(map(_spelt, tokens))
        found: list[Mention] = []
        for at, number in self._filed.among(spelt):
            policy = self._policies[number]
            if live is not None and not live(policy):
                continue
            bearer = self._read(number)
            for words in bearer.phrases:
                last = at + len(words) - 1
                if tuple(spelt[at : last + 1]) != words:
                    continue
                if self._may_be(text, tokens, at, last, bearer.own):
                    key = squash("".join(words))
                    found.append(Mention(policy, tokens[at].start, tokens[last].end, key))
        return found

    def only_bearer(self, text: str, hit: Mention) -> bool:
        """Does nobody else bear this name, as far as is known, and is it a person's here?"""
        if f"{hit.policy} {hit.key}" not in self._unshared or _THING.match(text, hit.end):
            return False
        if "_" in text[max(0, hit.start - 2) : hit.start]:  # somebody's first name is asked for
            return False
        before = folded_words(text[max(0, hit.start - _WHOLE) : hit.start])
        return not (before and before[-1] in DETERMINERS)

    def has_no_other_bearer(self, policy: int, surname: str) -> bool:
        """Is nobody else known to bear this policy's surname, folded?"""
        return f"{policy} {surname}" in self._unshared

    def names(self, hit: Mention) -> bool:
        """Is what was found one of these names?"""
        return hit.key in self._of(hit.policy).keys

    def others_only(self, policy: int, text: str) -> bool:
        """Does this policy's surname stand in `text`, and everywhere as somebody else's?"""
        phrases = self._of(policy).phrases
        if not phrases:
            return False
        words = [_spelt(token) for token in words_of(text, fold(text))]
        named = any(
            tuple(words[at : at + len(phrase)]) == phrase
            for at in range(len(words))
            for phrase in phrases
        )
        if not named:
            return False
        return not any(hit.policy == policy and self.leave(text, hit) for hit in self.find(text))

    def leave(self, text: str, hit: Mention) -> bool:
        """Do the rules of writing leave this hit to the subject, or is it somebody else's name?"""
        return not _THING.match(text, hit.end) and any(
            one.policy == hit.policy and one.start < hit.end and hit.start < one.end
            for one in self.find(text)
        )

    def other_part(self, policy: int, text: str, hit: Mention | None) -> bool:
        """Does another part of the policy's names stand in `text`, apart from the span of `hit`?

        Not one that is the beginning of somebody else's name ("Stephen Hawking").
        """
        own = self._of(policy).own
        shown = set(folded_words(text[hit.start : hit.end])) if hit else set[str]()
        parts = {w for w in own - shown if len(w) > 2 and w not in PARTICLES | STOPWORDS}
        tokens = words_of(text, fold(text))
        for at, token in enumerate(tokens):
            if token.text in parts and token.capital:
                after = tokens[at + 1] if at + 1 < len(tokens) else None
                joined = after is not None and text[token.end : after.start] == " "
                if not (joined and after and after.capital and after.text not in own):
                    return True
        return False

    def _may_be(
        self, text: str, tokens: Sequence[Token], first: int, last: int, own: frozenset[str]
    ) -> bool:
        """Is this the subject, for all that the way it is written tells?"""
        token = tokens[first]
        if is_thing(text, token.start, tokens[last].end):
            return False
        ordinary = all(is_ordinary(one.text) for one in tokens[first : last + 1])
        while first and tokens[first - 1].text in PARTICLES & own:
            first -= 1  # whose "van Gogh" it is, the word before "van" says
        before = tokens[first - 1] if first else None
        token = tokens[first]
        after = tokens[last + 1] if last + 1 < len(tokens) else None
        if ordinary and not _written_as_a_name(text, token):
            return False
        if text[tokens[last].end : tokens[last].end + 1] == "-" and after is not None:
            return False
        if after is not None and text[tokens[last].end : after.start] == " ":
            if after.capital and after.text not in own and after.text not in STOPWORDS | ENDINGS:
                return False
            if ordinary and after.text == "of":
                return False
        if before is None:
            return True
        if ordinary and before.text in DETERMINERS:
            # "the Mercury whom one knows" is somebody, "the mercury" is none
            return after is not None and after.text in _RELATIVE and before.text == "the"
        if borne_by_another(text, tokens, first, tuple(own)) or _behind_a_link(
            text, tokens, first, own
        ):
            return False
        return not (
            before.capital
            and text[before.end : token.start] in (" ", "-")
            and before.text not in own
            and before.text not in STOPWORDS
            and before.text not in _ADDRESS
            and not _starts_a_sentence(text, before)
        )


def _entered(
    entries: Iterable[tuple[int, Sequence[str], Sequence[str]]],
    policies: "array[int]",
    names: list[Sequence[str]],
    weak: list[Sequence[str]],
) -> Iterator[tuple[str, int]]:
    """Take in the entries; yields the first word of each weak name and the entry's number."""
    for policy, all_names, weak_names in entries:
        first = dict.fromkeys(phrase[0] for phrase in map(_phrase, weak_names) if phrase)
        for word in first:
            yield word, len(policies)
        if first:
            policies.append(policy)
            names.append(all_names)
            weak.append(weak_names)


def addressed(text: str, hit: Mention) -> bool:
    """Does a title of respect or a profession stand before this name?"""
    return TITLED.search(text, max(0, hit.start - _WHOLE), hit.start) is not None


def weak_forms(names: Sequence[str], person: bool) -> tuple[str, ...]:
    """What a person's names give besides: the surname alone, also with its words run together."""
    forms = map(parse, (*names, *filter(None, map(run_together, names)))) if person else ()
    return tuple(dict.fromkeys(read.written[2] for read in forms if read is not None))


def _phrase(name: str) -> tuple[str, ...]:
    if name.isascii() and "#" not in name and "@" not in name:
        return tuple(folded_words(name))  # the same as below, three times as fast
    return tuple(_spelt(token) for token in words_of(name, fold(name)))


def _spelt(token: Token) -> str:
    return token.text.lower() if token.script else token.text


def _written_as_a_name(text: str, token: Token) -> bool:
    """Does its capital letter say that this word is a name? At a sentence's start it need not."""
    if token.script:
        return True
    if not token.capital:
        return False
    named = is_surname(token.text) or is_given(token.text)
    if named or not _starts_a_sentence(text, token):
        return True
    return is_person(text, token.start, token.end)


def _behind_a_link(text: str, tokens: Sequence[Token], first: int, own: frozenset[str]) -> bool:
    """Does somebody else's first name stand before the name, and a particle between ("Lula da")?

    A word that begins a sentence and is one of a language, too, is none before "de": "Vida de ...".
    """
    at = first
    while at and tokens[at - 1].text in _LINKS and text[tokens[at - 1].end :][:1] == " ":
        at -= 1
    if at in (0, first):
        return False
    given = tokens[at - 1]
    if not given.capital or given.text in own or text[given.end : tokens[at].start] != " ":
        return False
    certain = tokens[at].text in _NAMES_ALONE or not _starts_a_sentence(text, given)
    return is_given(given.text) and (certain or not is_foreign(given.text))


def _starts_a_sentence(text: str, token: Token) -> bool:
    before = text[max(0, token.start - _START) : token.start]
    return _SENTENCE_START.search(before if token.start <= _START else f"x{before}") is not None
