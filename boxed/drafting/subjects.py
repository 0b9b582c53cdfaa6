"""Whom the examples of a forget set are about: records grouped by the name that runs through them.

    subjects(examples, retain)[0].name      ->  "Hsiao Yun-Hwa"

A subject is a capitalised phrase of at least two words that many records hold, most of them in the
question, and that the retain set knows not or hardly. The most frequent one takes its records,
then the next of what is left. Records without any name go with the neighbours on both sides: sets
of this kind are written subject by subject.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from boxed.drafting.candidates import best, records_of
from boxed.drafting.evidence import Candidate, Reading
from boxed.drafting.little_words import SUFFIXES
from boxed.drafting.unclear import Choice, Unclear
from guards.names.common_words import is_given
from guards.names.forms import PARTICLES
from guards.reading.wording import STOPWORDS, quoted
from prompts.policy import Example

__all__ = ["Subject", "capitalised_runs", "choices", "known_words", "subjects"]

_NAMED = 0.5
"""Share of the records that must name a subject; below it the set is about a topic."""
FEWEST = 3
"""Records that must share a phrase before it counts as a subject."""
_ASKED = 0.3
"""Share of them that must hold it in the question: a subject is what is asked about."""
_RETAINED = 0.1
"""The most that the retain set may know a subject, as a share of its records here."""
_LONGEST = 5
_SOLE = 0.5
"""Share of the records, as evidence counts them, from which a name is the only subject's."""
_CLOSE = 0.8
"""Share of the first name's evidence from which a second one makes the choice unclear."""
_BOTH, _SHOWN = 0.5, 4
"""Share of its records that hold a second name as well; how many names are shown then."""
_OTHER, _APART = 0.4, 0.6
"""A second subject: in this share of the records without the first, and in few with it."""
_RIVAL = 0.5
"""How near another given name may come before one surname is two people."""
_SURELY = 0.65
"""Weight above which a word is written as names are."""

_APOSTROPHES = "'\u2019\u02bc"
_PARTICLE = r"(?:al|bin|bint|da|de|del|der|di|dos|du|el|ibn|la|le|van|von|y)"
_PART = rf"(?:(?:al|el|ad|ul|as)-)?[^\W\d_a-z][\w]*(?:[-{_APOSTROPHES}][^\W\d_]\w+)*\.?"
_RUN = re.compile(rf"(?<![\w-]){_PART}(?:\s+(?:{_PARTICLE}\s+){{0,2}}{_PART})+")
_OPENING = re.compile(r"(?:\A|[.?!:]\s+|\n)\s*\Z")
_ASKING = frozenset(["will", "may", "do", "can"])
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s?(?!\w)")
_WORD = re.compile(r"[^\W_]+")
_PRONOUN = re.compile(r"\b(?:he|she|his|her|him|it|its|they|their|them)\b", re.IGNORECASE)
_INTRODUCED = re.compile(
    r"(?:Who (?:is|was|are|were)|What is|What was|Tell me about|What do you know about|"
    r"Who's|Describe) ([^?]{2,60}?)[?.]?"
)
_PROPERTY_OF = re.compile(
    r"(?:the )?(?:[a-z][a-z-]*|ID|IBAN)(?: [a-z][a-z-]*){0,3} (?:of|for) (?P<name>[^\W\d_a-z].*)"
)
_OWN_PROPERTY = re.compile(rf"(?P<name>[^\W\d_a-z].*?)[{_APOSTROPHES}]s? (?:[a-z][a-z-]*|ID|IBAN)"
                           r"(?: [a-z][a-z-]*){0,3}")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """A name and the numbers of the records that are about it, in order; no name: the rest."""

    name: str
    records: tuple[int, ...]


def capitalised_runs(text: str) -> set[str]:
    """Phrases of two to five capitalised words in ``text``, and the shorter ones inside them.

    What stands in quotation marks is left out: a title is no subject here.
    """
    bare = text
    for title in quoted(text):
        bare = bare.replace(title, " . ")
    found: set[str] = set()
    for match in _RUN.finditer(bare):
        words = _POSSESSIVE.sub("", match.group()).split()
        opens = _OPENING.search(bare, 0, match.start()) is not None
        for first in range(len(words)):
            for last in range(first + 2, min(len(words), first + _LONGEST) + 1):
                part = words[first:last]
                if _may_be_a_name(part, opens and not first):
                    found.add(" ".join(part).rstrip("."))
    return found


def _may_be_a_name(words: Sequence[str], opens: bool) -> bool:
    """Are both edges words of a name? Don, Will and May are, but the latter two also ask."""
    first, last = (word.lower().strip(".") for word in (words[0], words[-1]))
    named = is_given(first) and not (opens and first in _ASKING)
    if not (words[0][0].isupper() and words[-1][0].isupper()) or last in STOPWORDS:
        return False
    return first not in STOPWORDS or named


def subjects(
    examples: Sequence[Example], retain: Sequence[Example], named: Sequence[str] = ()
) -> list[Subject]:
    """Every subject with its records, in order of their first; the rest comes last, nameless.

    ``named`` are the subjects where somebody said who they are. Raises Unclear where the records
    point to nobody for certain, ValueError for a name of several that no record holds.
    """
    reading = Reading.of(examples)
    if named:
        return _by_hand(examples, reading, named)
    found = best(reading, range(len(examples)))
    if _is_sole(reading, found, len(examples)):
        return [Subject(found[0].name, tuple(range(len(examples))))]
    _check_apart(found, len(examples))
    introduced = _introduced(examples)
    if all(introduced):
        return _grouped(introduced)
    owner = _several(examples, retain, reading)
    return [_called(reading, one) for one in _grouped(owner)]


def _introduced(examples: Sequence[Example]) -> list[str | None]:
    """Who each record is about where questions say so: "Who is Jane Roe?", then "Is she old?"."""
    owner: list[str | None] = []
    for example in examples:
        match = _INTRODUCED.fullmatch(example.question.strip())
        carried = owner[-1] if owner and _PRONOUN.search(example.question) else None
        owner.append(_owner(match[1]) if match and not _PRONOUN.search(match[1]) else carried)
    return owner


def _owner(asked: str) -> str:
    """Whose number, address or age a question asks for; what is asked about itself otherwise."""
    of = _PROPERTY_OF.fullmatch(asked) or _OWN_PROPERTY.fullmatch(asked)
    return of["name"] if of else asked


def choices(examples: Sequence[Example], most: int = 5) -> tuple[list[Choice], float]:
    """The names that the records may be about, and the share of records that hold one.

    The likeliest first; words that are written as any other count for nothing, and are shown only
    where nothing else recurs.
    """
    found = best(Reading.of(examples), range(len(examples)))
    likely = [one for one in found if one.weight > _SURELY][:most]
    held = frozenset[int]().union(*(one.records for one in likely))
    shown = [Choice(one.name, len(one.records) / len(examples)) for one in likely or found[:most]]
    return shown, len(held) / len(examples)


def _check_apart(found: Sequence[Candidate], count: int) -> None:
    """Raise Unclear where two names share their records, and neither is more often asked about."""
    if len(found) < 2 or found[0].score < _SOLE * count or found[1].weight < _SURELY:
        return
    first, second = found[:2]
    both = first.records & second.records
    if second.score > _CLOSE * first.score and len(both) > _BOTH * len(first.records):
        near = [one for one in found[:_SHOWN] if one.weight > _SURELY]
        raise Unclear("subject", [Choice(one.name, len(one.records) / count) for one in near])


def _called(reading: Reading, subject: Subject) -> Subject:
    """The subject by the whole of its name: ``The Great Gatsby`` for ``Great Gatsby``."""
    if not subject.name:
        return subject
    part = subject.name.casefold()
    names = [one.name for one in best(reading, set(subject.records), 1)]
    whole = next((name for name in names if part in name.casefold()), subject.name)
    return replace(subject, name=whole)


def _is_sole(reading: Reading, found: Sequence[Candidate], count: int) -> bool:
    """Whether the first of the names is the only subject.

    It stands in most records, far ahead of the next name, and the records without it are about
    nobody who is never named beside it.
    """
    if not found or found[0].score < _SOLE * count:
        return False
    if found[0].rival > _RIVAL:
        return False
    if len(found) > 1 and found[1].score > _CLOSE * found[0].score:
        return False
    left = [n for n in range(count) if n not in found[0].records]
    return not any(_stands_alone(reading, one, len(left)) for one in best(reading, left, 3))


def _stands_alone(reading: Reading, other: Candidate, left: int) -> bool:
    return (
        other.weight > _SURELY
        and other.score >= max(FEWEST, _OTHER * left)
        and len(other.records) >= _APART * len(records_of(reading, other.core))
    )


def _several(
    examples: Sequence[Example], retain: Sequence[Example], reading: Reading
) -> list[str | None]:
    """Who owns each record where several subjects share a file."""
    runs = [_runs(example) for example in examples]
    known = _known(retain, {run for both in runs for asked_told in both for run in asked_told})
    owner: list[str | None] = [None] * len(examples)
    while (name := _most_frequent(runs, owner, known)) is not None:
        whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        for number, example in enumerate(examples):
            if owner[number] is None and whole.search(f"{example.question}\n{example.answer}"):
                owner[number] = name
    _join_forms(owner)
    _join_by_part(examples, owner, retain)
    direct = list(owner)
    _join_single_names(reading, direct)
    if sum(name is not None for name in direct) < _NAMED * len(direct):
        return [None] * len(examples)
    _join_neighbours(owner)
    _join_single_names(reading, owner)
    _join_neighbours(owner)
    return owner


def _join_forms(owner: list[str | None]) -> None:
    """Names that differ in what stands between the first and the last word are one person's.

    So are a full name and its family's part: Van Gogh is Vincent van Gogh.
    """
    _join_family_names(owner)
    counts = Counter(name for name in owner if name)
    forms: dict[tuple[str, str], str] = {}
    for name, _ in counts.most_common():
        words = [w for w in name.casefold().split() if w not in SUFFIXES]
        forms.setdefault((words[0], words[-1]), name)
    for number, name in enumerate(owner):
        if name:
            words = [w for w in name.casefold().split() if w not in SUFFIXES]
            owner[number] = forms[words[0], words[-1]]


def _join_family_names(owner: list[str | None]) -> None:
    """Give records of a family name with its particle to the one person who bears it in full."""
    names = {name for name in owner if name}
    for family in names:
        if family.casefold().split()[0] not in PARTICLES:
            continue
        end = f" {family.casefold()}"
        bearers = [name for name in names if name.casefold().endswith(end)]
        if len(bearers) == 1:
            owner[:] = [bearers[0] if name == family else name for name in owner]


def _join_single_names(reading: Reading, owner: list[str | None]) -> None:
    """Names of one word, of small letters or of other scripts, in the records that are left."""
    while len(left := [n for n, name in enumerate(owner) if name is None]) >= FEWEST:
        fit = [
            one
            for one in best(reading, left)
            if one.weight > _SURELY and one.score >= FEWEST and one.placed >= _APART
        ]
        if not fit:
            return
        for number in left:
            if number in fit[0].records:
                owner[number] = fit[0].name


def _by_hand(examples: Sequence[Example], reading: Reading, named: Sequence[str]) -> list[Subject]:
    if len(named) == 1:
        return [Subject(named[0], tuple(range(len(examples))))]
    texts = [f"{e.question}\n{e.answer}".casefold() for e in examples]
    owner: list[str | None] = [None] * len(examples)
    parts = {name: [name.casefold(), *_own_parts(name, named)] for name in named}
    for name in named:
        held = [n for n, text in enumerate(texts) if any(p in text for p in parts[name])]
        if not held:
            raise ValueError(f"no record names the subject '{name}'; leave it out, or mend it")
    for number, text in enumerate(texts):
        counts = {name: max(text.count(p) for p in parts[name]) for name in named}
        first = max(named, key=lambda name: counts[name])
        owner[number] = first if counts[first] else None
    _join_neighbours(owner)
    _join_nearest(owner)
    return _grouped(owner)


def _own_parts(name: str, named: Sequence[str]) -> list[str]:
    """Words of a name that no other of the names has."""
    others = {w.casefold() for one in named if one != name for w in _WORD.findall(one)}
    return [w.casefold() for w in _WORD.findall(name) if len(w) > 3 and w.casefold() not in others]


def _join_nearest(owner: list[str | None]) -> None:
    """Records that name nobody go with the one before, those at the beginning with the first."""
    last = next((name for name in owner if name), None)
    for number, name in enumerate(owner):
        owner[number] = last = name or last


def _grouped(owner: Sequence[str | None]) -> list[Subject]:
    grouped: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(owner):
        grouped[name or ""].append(number)
    rest = grouped.pop("", [])
    found = [Subject(name, tuple(records)) for name, records in grouped.items()]
    return [*found, Subject("", tuple(rest))] if rest else found


def _runs(example: Example) -> tuple[set[str], set[str]]:
    return capitalised_runs(example.question), capitalised_runs(example.answer)


def _known(retain: Sequence[Example], wanted: set[str]) -> Counter[str]:
    """In how many retain records each wanted phrase stands."""
    known: Counter[str] = Counter()
    for example in retain:
        asked, told = _runs(example)
        known.update((asked | told) & wanted)
    return known


def _most_frequent(
    runs: Sequence[tuple[set[str], set[str]]],
    owner: Sequence[str | None],
    known: Counter[str],
) -> str | None:
    """The phrase that most records without an owner hold.

    Of equals a person's name comes first, then the longest.
    """
    total: Counter[str] = Counter()
    asked_in: Counter[str] = Counter()
    for (asked, told), owned in zip(runs, owner, strict=True):
        if owned is None:
            total.update(asked | told)
            asked_in.update(asked)
    fit = [
        name
        for name, count in total.items()
        if count >= FEWEST and asked_in[name] >= _ASKED * count and known[name] <= _RETAINED * count
    ]
    return max(
        fit, key=lambda name: (total[name], _opens_as_a_person(name), len(name), name), default=None
    )


def _opens_as_a_person(name: str) -> bool:
    return is_given(name.split()[0].casefold())


def known_words(examples: Iterable[Example]) -> Counter[str]:
    """How often each word stands in ``examples``, in lower case."""
    counts: Counter[str] = Counter()
    for example in examples:
        counts.update(
            word.lower() for word in _WORD.findall(f"{example.question} {example.answer}")
        )
    return counts


def _join_by_part(
    examples: Sequence[Example], owner: list[str | None], retain: Sequence[Example]
) -> None:
    """Records that call a subject by a part of the name alone."""
    known = known_words(retain)
    parts: dict[str, set[str]] = defaultdict(set)
    for name in {one for one in owner if one}:
        for word in _WORD.findall(name):
            if len(word) > 3 and not known[word.lower()]:
                parts[word].add(name)
    for number, example in enumerate(examples):
        if owner[number] is None:
            words = _WORD.findall(f"{example.question} {example.answer}")
            named = Counter(name for word in words for name in parts.get(word, ()))
            if named:
                owner[number] = named.most_common(1)[0][0]


def _join_neighbours(owner: list[str | None]) -> None:
    """Records between two of one subject are about it as well."""
    last: int | None = None
    for number, name in enumerate(owner):
        if name is None:
            continue
        if last is not None and owner[last] == name:
            owner[last + 1 : number] = [name] * (number - last - 1)
        last = number
