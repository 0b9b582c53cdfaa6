"""Every way in which a text may write a person's name, each with how sure it is to be that person.

    names = WrittenNames(["Jane Roe"])
    names.find("Roe, Jane: letters 1-4")    ->  {"surname first": True}
    names.find("a note by J. Roe")          ->  {"initial and surname": False}

For whoever must find all that speaks of somebody, such as an erasure: the guards' own model of a
name, with the doubtful forms told apart from the sure ones instead of settled.
"""

from collections.abc import Mapping, Sequence

from guards.names.common_words import is_given, is_ordinary, is_surname
from guards.names.fields import in_fields, in_record
from guards.names.forms import PARTICLES, PersonName, parse, run_together
from guards.names.mentions import MentionIndex
from guards.names.tokens import Token, gap_between, words_of
from guards.names.weak import WeakNames, weak_forms
from guards.names.word_names import WordNames
from guards.reading.canonical import Folded, fold
from guards.reading.wording import STOPWORDS

__all__ = ["KINDS", "SURNAME", "WrittenNames", "is_person"]

FULL, REVERSED, FIELDS, MIDDLE = "full name", "surname first", "fields of a record", "middle names"
INITIAL, NEAR, SURNAME = "initial and surname", "near spellings and other scripts", "surname alone"
KINDS = (FULL, REVERSED, FIELDS, MIDDLE, INITIAL, NEAR, SURNAME)
"""The kinds of forms, the surest first."""

_MOST_MIDDLE = 2


class WrittenNames:
    """All forms of some names of one subject. Build with the names; raises ValueError for none."""

    def __init__(self, names: Sequence[str]) -> None:
        listed = tuple(dict.fromkeys(names))
        people = [name for name in listed if is_person(name)]
        people += filter(None, map(run_together, people))
        self._index = MentionIndex.build([(0, name) for name in listed])
        self._read = [read for read in map(parse, people) if read is not None]
        self._words = WordNames([(0, name, True) for name in people])
        self._weak = WeakNames([(0, people, weak_forms(people, True))] if people else [])
        self._telling = {
            word for read in self._read for word in (*read.given, *read.surname) if len(word) > 1
        }

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of forms that are looked for."""
        return KINDS if self._read else (FULL,)

    def count(self, text: str) -> int:
        """How many places of ``text`` hold a name in full."""
        return len({(m.start, m.end) for m in self._index.find(text)})

    def find(self, text: str) -> dict[str, bool]:
        """The kinds of forms that ``text`` holds, and whether each names the subject for sure."""
        found: dict[str, bool] = {}
        if self._index.find(text):
            found[FULL] = True
        folded = fold(text)
        if not self._read or not self._may_hold(text, folded):
            return found
        tokens = words_of(text, folded)
        for _, start, end, key in self._words.scan(text, folded):
            kind, sure = self._kind(text, [t for t in tokens if start <= t.start < end], key)
            found[kind] = found.get(kind, False) or sure
        for read in self._read:
            for sure in in_fields(read, text):
                found[FIELDS] = found.get(FIELDS, False) or sure
            if _with_middle(text, tokens, read):
                found.setdefault(MIDDLE, False)
        if self._weak.find(text):
            found[SURNAME] = False
        return found

    def find_in_record(self, fields: Mapping[str, str]) -> dict[str, bool]:
        """The same of the fields of one record, as far as they make up a name together."""
        sure = [in_record(read, list(fields.items())) for read in self._read]
        told = [one for one in sure if one is not None]
        return {FIELDS: any(told)} if told else {}

    def _may_hold(self, text: str, folded: Folded) -> bool:
        """Worth a closer look: a word of a name stands there, or words in another script."""
        if not self._telling.isdisjoint(folded.text.replace(".", " ").split()):
            return True
        return not text.isascii() and any(token.script for token in words_of(text, folded))

    def _kind(self, text: str, tokens: Sequence[Token], key: str) -> tuple[str, bool]:
        if "." in key:
            return INITIAL, False
        written = [token.text for token in tokens]
        for read in self._read:
            own = [*read.given, *read.surname]
            if not all(word in written for word in own):
                continue
            rest = [word for word in written if word not in own and word not in read.particles]
            if written.index(read.surname[-1]) < written.index(read.given[0]):
                return REVERSED, True
            known = {word for words in read.middle for word in words}
            return (MIDDLE if rest else FULL), all(len(w) == 1 or w in known for w in rest)
        return NEAR, False


def is_person(name: str) -> bool:
    """Is the name built as a person's, and not of ordinary words alone ("Harbour Project")?"""
    read = parse(name)
    if read is None:
        return False
    first, last = read.given[0], read.surname[-1]
    if first in STOPWORDS:
        return False
    return is_given(first) or is_surname(last) or not (is_ordinary(first) and is_ordinary(last))


def _with_middle(text: str, tokens: Sequence[Token], read: PersonName) -> bool:
    """Does the name stand there with a middle name that is not known ("Jane Alice Roe")?"""
    for at, token in enumerate(tokens):
        if token.text != read.given[0]:
            continue
        middle = 0
        for behind in range(at + 1, len(tokens)):
            if gap_between(text, tokens[behind - 1], tokens[behind]) not in ("space", "point"):
                break
            word = tokens[behind]
            if word.text == read.surname[-1]:
                if middle:
                    return True
                break
            particle = word.text in PARTICLES
            if not particle and (not word.capital or word.text in STOPWORDS):
                break
            middle += not particle
            if middle > _MOST_MIDDLE:
                break
    return False
