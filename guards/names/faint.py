"""Faint names: a first name alone, initials, a longer first name; a subject's beside much else.

    faint = FaintNames([(0, ("Stephen King",))])
    faint.find("Which novel did Stephen write first?")[0].key     ->  "stephen"
    faint.find("Where was S. K. born?")[0].key                    ->  "s.k."
    faint.find("Who is Stephen Hawking?")                         ->  []

Thousands bear them, more than bear a surname, so what is found here is evidence only where the rest
of the question, or the reply to it, tells what a policy tells of its subject.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from guards.hashed import Filed, key_of
from guards.names.common_words import is_given, is_ordinary, is_surname
from guards.names.forms import ENDINGS, PersonName, parse
from guards.names.mentions import Mention
from guards.names.tokens import Token, words_of
from guards.names.whose import DETERMINERS
from guards.parts import Part, Parts, Texts, joined, numbers, text_parts, within
from guards.reading.canonical import fold
from guards.reading.wording import STOPWORDS

__all__ = ["FaintNames"]

_INITIALS = re.compile(r"(?<![\w.])[A-Z]\.(?: ?[A-Za-z]\.){1,4}(?!\w)")
_SHORT_FORM = 3  # letters of a first name that others may be longer forms of
_SHORTEST = 2  # letters of a first name
_CALLED = frozenset(["mr", "mrs", "ms", "miss", "dr", "sir", "dame", "lady", "lord", "prof"])
_MIDDLE = 2  # further first names behind one


class FaintNames:
    """The first names and initials of people. Build with (policy number, its names)."""

    def __init__(self, entries: Iterable[tuple[int, Sequence[str]]]) -> None:
        pool: dict[str, str] = {}
        given, initials, surnames = array("Q"), array("Q"), array("Q")
        bearers, short = array("I"), list[str]()
        for policy, names in entries:
            people = [read for name in names if (read := parse(name)) is not None]
            for word in {read.given[0] for read in people}:
                if len(word) >= _SHORTEST:
                    given.extend((key_of(word), policy))
            for family, word in {(read.surname[-1], read.given[0]) for read in people}:
                if len(word) >= _SHORT_FORM:
                    surnames.extend((key_of(family), len(bearers)))
                    bearers.append(policy)
                    short.append(pool.setdefault(word, word))
            for letters in {one for read in people for one in _initials(read)}:
                initials.extend((key_of(letters), policy))
        self._given, self._initials = Filed(given), Filed(initials)
        self._surnames = Filed(surnames)
        self._bearers: Sequence[int] = numbers(bearers)
        self._short: Sequence[str] = short

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says."""
        tables = joined(
            given=self._given.parts(),
            initials=self._initials.parts(),
            surnames=self._surnames.parts(),
            short=text_parts(self._short),
        )
        return {"bearers": np.asarray(self._bearers), **tables}

    @classmethod
    def of_parts(cls, parts: Parts) -> "FaintNames":
        """From what ``parts`` gave."""
        made = cls(())
        made._given, made._initials, made._surnames = (
            Filed.of_parts(within(parts, name)) for name in ("given", "initials", "surnames")
        )
        made._bearers, made._short = numbers(parts["bearers"]), Texts(within(parts, "short"))
        return made

    def __bool__(self) -> bool:
        return bool(self._initials)

    def find(self, text: str, *, live: Callable[[int], bool] | None = None) -> list[Mention]:
        """Every first name that stands alone, and every two initials or more, by place."""
        if not self._initials:
            return []
        tokens = words_of(text, fold(text))
        found = [
            *self._first_names(text, tokens),
            *self._written_out(text, tokens),
            *self._by_initials(text),
        ]
        kept = [hit for hit in found if live is None or live(hit.policy)]
        return sorted(kept, key=lambda hit: (hit.start, hit.policy))

    def _first_names(self, text: str, tokens: Sequence[Token]) -> Iterator[Mention]:
        for at, token in enumerate(tokens):
            policies = (
                self._given.get(key_of(token.text)) if token.capital and not token.script else ()
            )
            if policies and _stands_alone(text, tokens, at):
                for policy in policies:
                    yield Mention(policy, token.start, token.end, token.text)

    def _written_out(self, text: str, tokens: Sequence[Token]) -> Iterator[Mention]:
        """A surname behind a longer form of the first name: Samuel (Pack) Elliott for Sam."""
        for at, token in enumerate(tokens):
            bearers = self._surnames.get(key_of(token.text)) if token.capital else ()
            for policy, short in ((self._bearers[one], self._short[one]) for one in bearers):
                for first in range(at - 1, max(-1, at - _MIDDLE - 2), -1):
                    word = tokens[first]
                    joints = (" ", ". ") if len(word.text) == 1 else (" ",)
                    if not word.capital or text[word.end : tokens[first + 1].start] not in joints:
                        break
                    if word.text != short and word.text.startswith(short) and is_given(word.text):
                        written = " ".join(one.text for one in tokens[first : at + 1])
                        yield Mention(policy, word.start, token.end, written)

    def _by_initials(self, text: str) -> Iterator[Mention]:
        for match in _INITIALS.finditer(text):
            letters = "".join(letter for letter in match.group().lower() if letter.isalpha())
            # A middle name that no policy tells of may stand between the first and the last.
            policies = self._initials.get(key_of(letters)) or self._initials.get(
                key_of(letters[0] + letters[-1])
            )
            if policies and _no_longer_name(text, match.start(), match.end()):
                key = "".join(f"{letter}." for letter in letters)
                for policy in policies:
                    yield Mention(policy, match.start(), match.end(), key)


def _initials(read: PersonName) -> Iterator[str]:
    """The first letters of a name: without its middle names, and with all of them."""
    first, last = read.given[0][0], read.surname[-1][0]
    middles = "".join(words[0][0] for words in read.middle)
    particles = "".join(word[0] for word in read.particles)
    yield from {f"{first}{last}", f"{first}{middles}{last}", f"{first}{middles}{particles}{last}"}


def _stands_alone(text: str, tokens: Sequence[Token], at: int) -> bool:
    """Is it nobody's full name, as far as the words around it say?"""
    token = tokens[at]
    if at:
        before = tokens[at - 1]
        if text[before.end : token.start] in (" ", "-") and (
            before.text in DETERMINERS
            or (
                before.capital
                and not (before.text in STOPWORDS or before.text in _CALLED)
                and (
                    is_given(before.text)
                    or is_surname(before.text)
                    or not is_ordinary(before.text)  # a name that the lists do not hold
                )
            )
        ):
            return False
    for further in range(_MIDDLE + 1):
        last = at + further
        if last + 1 >= len(tokens):
            return True
        after = tokens[last + 1]
        joined = text[tokens[last].end : after.start] in (" ", "-", "", ". ")
        if not joined or not after.capital or after.text in STOPWORDS or after.text in ENDINGS:
            return True
        if len(after.text) == 1:
            continue  # Samuel L.
        if not is_given(after.text) or is_surname(after.text):
            return False  # somebody's surname, or a longer name of a thing
    return False


def _no_longer_name(text: str, start: int, end: int) -> bool:
    """Do no surname behind and no name in front make these initials a part of one?"""
    behind = words_of(text[end : end + 24], fold(text[end : end + 24]))
    if behind and behind[0].capital and text[end : end + behind[0].start] == " ":
        word = behind[0].text
        if word not in STOPWORDS and not (is_ordinary(word) and not is_surname(word)):
            return False
    before = words_of(text[max(0, start - 24) : start], fold(text[max(0, start - 24) : start]))
    if not before or text[start - 1 : start] != " ":
        return True
    word = before[-1].text
    of_a_name = is_given(word) or not is_ordinary(word)
    return not (before[-1].capital and of_a_name and word not in STOPWORDS | _CALLED)
