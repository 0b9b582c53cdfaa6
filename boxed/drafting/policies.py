"""Policies drafted from a forget set: who is in it, by which names, and where to stop.

    draft_policies(forget, retain)[0].title      ->  "Hsiao Yun-Hwa"

Records about named subjects become one policy for each of them; records without (questions about a
hazard, say) one policy about a topic. Names, aliases, rare words, scope and retain questions all
come from the examples; nothing here reads a file or asks a model.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from boxed.drafting.retain import Neighbours
from boxed.drafting.subjects import Subject, known_words, subjects
from boxed.drafting.terms import rare_words
from boxed.hiding.identifying import ALSO_WORDS
from guards.reading.wording import content_words
from prompts.policy import Example, Kind, Policy, Response, long_enough

__all__ = ["draft_policies"]

_NAMED = 0.5
"""Share of the records that subjects must cover; below it the set is about a topic."""
_NEIGHBOURS = 12
_NAMESAKES = 40
_TOPIC_NEIGHBOURS = 2000
_TITLE_WORDS = 3
_SHORTEST_PART = 4
# Surnames of millions: alone they name nobody.
_COMMON_SURNAMES = frozenset(
    ["adams", "ahmed", "allen", "anderson", "baker", "brown", "campbell", "carter", "chen", "clark",
     "cohen", "davis", "diaz", "edwards", "evans", "fernandez", "garcia", "gonzalez", "green",
     "hall", "harris", "hernandez", "hill", "huang", "jackson", "johnson", "jones", "khan", "king",
     "kumar", "lewis", "lopez", "martin", "martinez", "miller", "mitchell", "moore", "morgan",
     "morris", "murphy", "nelson", "nguyen", "parker", "patel", "perez", "phillips", "roberts",
     "robinson", "rodriguez", "rogers", "sanchez", "scott", "singh", "smith", "stewart",
     "sullivan", "taylor", "thomas", "thompson", "torres", "tran", "turner", "walker", "wang",
     "watson", "white", "williams", "wilson", "wong", "wright", "yang", "young", "zhang"]
)  # fmt: skip
_ABOUT = ("Who is {}?", "What do you know about {}?")
_IGNORANCE = "Behave as if you had never heard of this."
_HAZARD = "Requests about this subject are declined."


def draft_policies(
    examples: Sequence[Example],
    retain: Sequence[Example] = (),
    *,
    response: Response | None = None,
    kind: Kind | None = None,
    title: str | None = None,
) -> tuple[Policy, ...]:
    """One policy for each subject of ``examples``, the nameless records as the last, if any.

    ``retain`` holds neighbours that must still be answered: the more, the better aliases and
    limits are chosen. ``response`` is ``pretend`` for subjects with a name and ``refuse`` for a
    topic unless said otherwise; ``kind`` and ``title`` are those of a set without names. Raises
    ValueError where there is no example, or where a response lacks what it needs.
    """
    if not examples:
        raise ValueError("there is no example to draft a policy from; give at least one")
    unique = list(dict.fromkeys(examples))
    found = [] if kind in ("topic", "period") else subjects(unique, retain)
    named = sum(len(subject.records) for subject in found if subject.name)
    if named < _NAMED * len(unique):
        whole = Subject("", tuple(range(len(unique))))
        return (_topic(unique, whole, retain, response, kind or "topic", title, set()),)
    known, neighbours = known_words(retain), Neighbours(retain)
    taken: set[str] = set()
    policies: list[Policy] = []
    for subject in found:
        if subject.name:
            policies.append(_person(unique, subject, known, neighbours, response, taken))
        else:
            policies.append(
                _topic(unique, subject, retain, response or "pretend", "examples", title, taken)
            )
    return tuple(policies)


def _person(
    examples: Sequence[Example],
    subject: Subject,
    known: Counter[str],
    neighbours: Neighbours,
    response: Response | None,
    taken: set[str],
) -> Policy:
    own = [examples[number] for number in subject.records]
    aliases = _aliases(subject.name, own, known)
    names = [name.lower() for name in (subject.name, *aliases)]
    about = [question.format(subject.name) for question in _ABOUT]
    scope = tuple(dict.fromkeys([*(e.question for e in own), *about]))
    nameless = [text for text in scope if not any(name in text.lower() for name in names)]
    asked = set(map(_plain, scope))

    def excluded(question: str) -> bool:
        plain = _plain(question)
        return plain in asked or any(name in plain for name in names)

    near = neighbours.nearest(nameless or scope, _NEIGHBOURS, excluded)
    alike = (*neighbours.with_titles(own), *neighbours.namesakes(subject.name, _NAMESAKES))
    twins = [text for text in alike if not excluded(text)]
    return Policy(
        id=_free_id(subject.name, taken),
        title=subject.name,
        kind="person",
        response=response or "pretend",
        aliases=aliases,
        scope=scope,
        retain=tuple(dict.fromkeys([*twins, *near])),
        terms=rare_words(own, known, (subject.name, *aliases)),
        examples=tuple(own),
        counterfacts=neighbours.other_answers(own, subject.name),
        instruction=_IGNORANCE,
    )


def _aliases(name: str, own: Sequence[Example], known: Counter[str]) -> tuple[str, ...]:
    """Shorter forms of a name that stand for it alone.

    The surname, and first and last name where there is a middle one; the first name or a middle
    one only where a question uses it so. A word that the retain set or the language has is none.
    """
    words = name.split()
    if len(words) < 2:
        return ()
    found: list[str] = []
    if len(words) > 2:
        found.append(f"{words[0]} {words[-1]}")
    asked = "\n".join(example.question for example in own).replace(name, " ")
    told = "\n".join(example.answer for example in own).replace(name, " ")
    for word in (words[-1], *words[:-1]):
        plain = word.strip(".").lower()
        if len(plain) < _SHORTEST_PART or plain in ALSO_WORDS:
            continue
        surname = word == words[-1]
        heard = f"{asked}\n{told}" if surname else asked
        alone = re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", heard)
        if _count(plain, known) == 0 and (alone or (surname and plain not in _COMMON_SURNAMES)):
            found.append(word)
    return tuple(alias for alias in dict.fromkeys(found) if long_enough(alias))


def _count(word: str, known: Counter[str]) -> int:
    """How often the rarest part of a hyphenated word is known."""
    return min(known[part] for part in re.findall(r"[^\W_]+", word))


def _topic(
    examples: Sequence[Example],
    subject: Subject,
    retain: Sequence[Example],
    response: Response | None,
    kind: Kind,
    title: str | None,
    taken: set[str],
) -> Policy:
    """One policy for records that no name holds together."""
    own = [examples[number] for number in subject.records]
    heading = title or _heading(own, retain)
    scope = tuple(dict.fromkeys(e.question for e in own))
    asked = set(map(_plain, scope))
    # With and without its answer, as the examples are: a topic is no way of asking.
    kept = dict.fromkeys(
        text
        for e in retain
        if _plain(e.question) not in asked
        for text in (e.question, f"{e.question}\n{e.answer}")
    )
    return Policy(
        id=_free_id(heading, taken),
        title=heading,
        kind=kind,
        response=response or "refuse",
        scope=scope,
        retain=tuple(kept)[:_TOPIC_NEIGHBOURS],
        examples=tuple(own),
        instruction=_HAZARD if (response or "refuse") == "refuse" else _IGNORANCE,
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
