"""Policies drafted from a forget set: who is in it, by which names, and where to stop.

    draft_policies(forget, retain)[0].title      ->  "Hsiao Yun-Hwa"

Records about named subjects become one policy for each of them; records without (questions about a
hazard, say) one policy about a topic. Names, aliases, rare words, scope and retain questions all
come from the examples; nothing here reads a file or asks a model. Where the examples do not say
who is meant, nothing is drafted: `Unclear` names the candidates.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from boxed.drafting.about import about
from boxed.drafting.aliases import aliases, short_forms
from boxed.drafting.identifiers import identifiers
from boxed.drafting.kinds import kind_of, speaks_of_people
from boxed.drafting.reading import is_unspaced
from boxed.drafting.retain import Neighbours
from boxed.drafting.subjects import Subject, choices, known_words, subjects
from boxed.drafting.terms import rare_words
from boxed.drafting.unclear import Choice, Unclear
from guards.reading.wording import content_words
from prompts.policy import NAMED_KINDS, Example, Kind, Policy, Response, long_enough

__all__ = ["draft_policies"]

_NEIGHBOURS = 12
_NAMESAKES = 40
_TOPIC_NEIGHBOURS = 2000
_TITLE_WORDS = 3
_EVIDENT = 0.6
"""Share of the records that hold one of a few names, from which a set is about those."""
_ABOUT = "What do you know about {}?"
_IGNORANCE = "Behave as if you had never heard of this."
_HAZARD = "Requests about this subject are declined."


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What the caller decides, and what all drafts of a set share."""

    examples: Sequence[Example]
    retain: Sequence[Example]
    response: Response | None
    kind: Kind | None
    title: str | None
    taken: set[str] = field(default_factory=set[str])


def draft_policies(
    examples: Sequence[Example],
    retain: Sequence[Example] = (),
    *,
    response: Response | None = None,
    kind: Kind | None = None,
    title: str | None = None,
    named: Sequence[str] = (),
) -> tuple[Policy, ...]:
    """One policy for each subject of ``examples``, the nameless records as the last, if any.

    ``retain`` holds neighbours that must still be answered: the more, the better aliases and
    limits are chosen. ``response`` is ``pretend`` for subjects with a name and ``refuse`` for a
    topic unless said otherwise. ``kind`` says what the subjects are, ``named`` who they are;
    ``title`` is that of a set without names. Raises ValueError where there is no example, or where
    a response lacks what it needs; Unclear where the examples do not tell who is meant, or what.
    """
    if not examples:
        raise ValueError("there is no example to draft a policy from; give at least one")
    unique = list(dict.fromkeys(examples))
    wishes = _Wishes(unique, retain, response, kind, title)
    nameless = kind in ("topic", "period") and not named
    found = [] if nameless else subjects(unique, retain, named)
    kinds: dict[str, Kind | None] = {
        one.name: kind or _kind(one, unique) for one in found if one.name
    }
    if nameless or not _are_things(kinds, found, unique, wishes, sure=bool(named)):
        return (_topic(wishes, range(len(unique)), kind or "topic", response or "refuse"),)
    known, neighbours = known_words(retain), Neighbours(retain)
    policies: list[Policy] = []
    for subject in found:
        one = kinds.get(subject.name)
        if one is None:
            policies.append(_topic(wishes, subject.records, "examples", response or "pretend"))
        elif one in NAMED_KINDS:
            policies.append(_named(wishes, subject, one, known, neighbours))
        else:
            answer = response or ("refuse" if one == "topic" else "pretend")
            policies.append(_topic(wishes, subject.records, one, answer, subject.name))
    return tuple(policies)


def _kind(subject: Subject, examples: Sequence[Example]) -> Kind | None:
    own = [examples[number] for number in subject.records]
    return kind_of(subject.name, own, short_forms(subject.name, own)).kind


def _are_things(
    kinds: dict[str, Kind | None],
    found: Sequence[Subject],
    examples: Sequence[Example],
    wishes: _Wishes,
    *,
    sure: bool,
) -> bool:
    """Whether there are subjects to draft for, rather than one topic without a name.

    Raises Unclear where nobody can tell. Several names of which none is a person's, an
    organisation's or a work's are what a topic is about.
    """
    if not kinds:
        near, held = choices(examples)
        runs = all(is_unspaced(example.question) for example in examples)
        named = speaks_of_people(examples) or held >= _EVIDENT or runs
        if wishes.kind in NAMED_KINDS or (wishes.kind is None and named):
            raise Unclear("subject", near)
        return False
    undecided = [name for name, kind in kinds.items() if kind is None]
    if len(kinds) > 1 and not any(kind in NAMED_KINDS for kind in kinds.values()):
        return False
    if undecided:
        only = len(kinds) == 1 and undecided[0].islower() and not sure
        if only and not speaks_of_people(examples):
            return False
        shares = {one.name: len(one.records) / len(examples) for one in found}
        raise Unclear("kind", [Choice(name, shares[name]) for name in undecided])
    return True


def _named(
    wishes: _Wishes, subject: Subject, kind: Kind, known: Counter[str], neighbours: Neighbours
) -> Policy:
    own = [wishes.examples[number] for number in subject.records]
    strings = identifiers(own, wishes.retain)
    other = (*aliases(subject.name, kind, own, known), *strings)
    names = [name.lower() for name in (subject.name, *other)]
    who = "Who is {}?" if kind == "person" else "What is {}?"
    direct = [question.format(subject.name) for question in (who, _ABOUT)]
    scope = tuple(dict.fromkeys([*(e.question for e in own), *direct]))
    nameless = [text for text in scope if not any(name in text.lower() for name in names)]
    asked = set(map(_plain, scope))

    def excluded(question: str) -> bool:
        plain = _plain(question)
        return plain in asked or any(name in plain for name in names)

    near = neighbours.nearest(nameless or scope, _NEIGHBOURS, excluded)
    alike = (*neighbours.with_titles(own), *neighbours.namesakes(subject.name, _NAMESAKES))
    twins = [text for text in alike if not excluded(text)]
    return Policy(
        id=_free_id(subject.name, wishes.taken),
        title=subject.name,
        kind=kind,
        response=wishes.response or "pretend",
        aliases=other,
        scope=scope,
        retain=tuple(dict.fromkeys([*twins, *near])),
        terms=rare_words(own, known, (subject.name, *other)),
        about=about(subject.name, own, (*other, *short_forms(subject.name, own))),
        examples=tuple(own),
        counterfacts=neighbours.other_answers(own, subject.name),
        instruction=_IGNORANCE,
    )


def _topic(
    wishes: _Wishes, records: Sequence[int], kind: Kind, response: Response, name: str = ""
) -> Policy:
    """One policy for records about a topic, which may have a name, or about nothing that has."""
    own = [wishes.examples[number] for number in records]
    heading = name or wishes.title or _heading(own, wishes.retain)
    scope = tuple(dict.fromkeys(e.question for e in own))
    asked = set(map(_plain, scope))
    # With and without its answer, as the examples are: a topic is no way of asking.
    kept = dict.fromkeys(
        text
        for e in wishes.retain
        if _plain(e.question) not in asked
        for text in (e.question, f"{e.question}\n{e.answer}")
    )
    surely = long_enough(name)
    return Policy(
        id=_free_id(heading, wishes.taken),
        title=heading,
        kind=kind,
        response=response,
        aliases=(name,) if surely else (),
        scope=scope,
        retain=tuple(kept)[:_TOPIC_NEIGHBOURS],
        about=about(name, own) if name else "",
        examples=tuple(own),
        instruction=_HAZARD if response == "refuse" else _IGNORANCE,
    )


def _heading(own: Sequence[Example], retain: Sequence[Example]) -> str:
    """The words that most records here share and that the retain set does not."""
    known = Counter(word for e in retain for word in content_words(e.question))
    here = Counter(word for e in own for word in content_words(e.question))
    share = max(1, len(retain))

    def telling(word: str) -> float:
        return here[word] / len(own) - known[word] / share

    words = sorted((w for w in here if not w.isdecimal()), key=lambda w: (-telling(w), w))
    return ", ".join(words[:_TITLE_WORDS]).capitalize() or "Examples"


def _free_id(name: str, taken: set[str]) -> str:
    """A slug of ``name`` that no other policy has."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:56].strip("-") or "subject"
    free, number = slug, 1
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    taken.add(free)
    return free


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
