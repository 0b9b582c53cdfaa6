"""The grammar of a person's name: given names, particles, surname, and the forms they make.

    name = parse("Vincent van Gogh")
    name.given, name.particles, name.surname     ->  ("vincent",), ("van",), ("gogh",)
    forms_of("Stephen King")                     ->  ("Stephen King", "King, Stephen", ...)

Order, initials, particles and endings are read by rule, as names in Latin letters are built. What
such a rule cannot know is written as an alias: nicknames, married names, names in which the family
comes first without a comma.
"""

import re
from dataclasses import dataclass

from guards.reading.wording import STOPWORDS, folded_words

__all__ = ["ENDINGS", "PARTICLES", "PersonName", "forms_of", "parse", "run_together"]

PARTICLES = frozenset(
    ["van", "von", "der", "den", "de", "la", "le", "del", "della", "di", "da", "dos", "das", "do",
     "du", "bin", "ibn", "ben", "al", "el", "bint", "ter", "ten", "zu", "zur", "zum", "af", "av",
     "y", "e", "st", "san", "abu", "op", "het", "t", "dal", "dalla", "mac", "o", "d", "l"]
)  # fmt: skip
ENDINGS = frozenset(["jr", "sr", "ii", "iii", "iv", "junior", "senior", "phd", "md", "esq"])
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "sir", "dame", "prof", "professor"])
_UNIT = re.compile(r"[^\s,]+")
_PLAIN = re.compile(r"([A-Z](?:[a-z]+|\.)) ([A-Z][a-z]+)")
_ASCII_WORDS = re.compile(r"[a-z0-9]+")
_LATIN = re.compile(r"[a-z]+")
_MOST_UNITS = 6
_SHORTEST = 2  # letters of a surname


@dataclass(frozen=True, slots=True)
class PersonName:
    """The folded words of a name. `given` and `surname` may each be joined by hyphens.

    `middle` are names between them that may be left out; `particles` stand before the surname.
    `written` is the same as it was written: given name, middle names, and all of the family's.
    """

    given: tuple[str, ...]
    middle: tuple[tuple[str, ...], ...]
    particles: tuple[str, ...]
    surname: tuple[str, ...]
    written: tuple[str, tuple[str, ...], str]


def parse(name: str) -> PersonName | None:
    """Read a name of a person; None where it has no given name and surname in Latin letters.

    "King, Stephen" is read as it is meant. Endings (Jr., III) and titles (Dr.) are left out.
    """
    if (plain := _PLAIN.fullmatch(name)) is not None:  # the same as below, ten times as fast
        first, family = plain.groups()
        given, surname = first.lower().rstrip("."), family.lower()
        if given not in _TITLES and surname not in ENDINGS:
            return PersonName((given,), (), (), (surname,), (first, (), family))
    head, comma, rest = name.partition(",")
    if comma and not all(unit in ENDINGS for unit in folded_words(rest)):
        name = f"{rest} {head}"
    read = [(unit, words) for unit in _UNIT.findall(name) if (words := _words(unit))]
    while read and len(read[0][1]) == 1 and read[0][1][0] in _TITLES:
        read.pop(0)
    while read and "".join(read[-1][1]) in ENDINGS:
        read.pop()
    written, units = [unit for unit, _ in read], [words for _, words in read]
    if not 2 <= len(units) <= _MOST_UNITS:
        return None
    if not all(_LATIN.fullmatch(word) for unit in units for word in unit):
        return None
    if any(raw.islower() and words[0] in STOPWORDS for raw, words in read):
        return None  # "Mara the Poet"
    at = len(units) - 1
    while at > 1 and units[at - 1][0] in PARTICLES and written[at - 1][0].islower():
        at -= 1
    before, surname = tuple(unit[0] for unit in units[at:-1]), units[-1]
    if len(surname) > 1 and surname[0] in PARTICLES:  # O'Neill, al-Rashid
        before, surname = (*before, surname[0]), surname[1:]
    if not surname or len(surname[-1]) < _SHORTEST:
        return None
    texts = (written[0], tuple(written[1:at]), " ".join(written[at:]))
    return PersonName(units[0], tuple(units[1:at]), before, surname, texts)


def _words(unit: str) -> tuple[str, ...]:
    if unit.isascii():  # the same as below, ten times as fast
        return tuple(_ASCII_WORDS.findall(unit.lower()))
    return tuple(folded_words(unit))


def run_together(name: str) -> str | None:
    """A person's name with all words of the surname in one, as many write it; None of one word.

    A hyphen is no blank: names are found without theirs anyway.

    run_together("Ursula K. Le Guin")    ->  "Ursula LeGuin"
    run_together("Robert De Niro")       ->  "Robert DeNiro"
    """
    if name.count(" ") < 2:  # quick, for most of a hundred thousand names
        return None
    read = parse(name)
    if read is None:
        return None
    given, middle, family = read.written
    at = len(middle)
    while at and len(middle[at - 1]) > 1 and middle[at - 1].lower() in PARTICLES:
        at -= 1
    words = " ".join((*middle[at:], family)).split()
    return f"{given} {''.join(words)}" if len(words) > 1 else None


def forms_of(name: str) -> tuple[str, ...]:
    """The ways to write a person's name that are looked for, for a reader; `name` itself first.

    Misspellings, other scripts and disguises are found besides. A name that does not `parse` has
    one form.
    """
    read = parse(name)
    if read is None:
        return (name,)
    given, middle, family = read.written
    first = f"{given[0].upper()}."
    initials = " ".join(f"{one[0].upper()}." for one in middle)
    forms = [name, f"{given} {family}"]
    if middle:
        forms += [f"{given} {initials} {family}", f"{family}, {given} {' '.join(middle)}"]
        forms += [f"{first} {initials} {family}"]
    forms += [
        f"{family}, {given}",
        f"{first} {family}",
        f"{first[0]} {family}",
        f"{family}, {first}",
    ]
    if (joined := run_together(name)) is not None:
        forms.append(joined)
    seen: dict[str, str] = {}
    for form in forms:
        seen.setdefault(form.casefold(), form)
    return tuple(seen.values())
