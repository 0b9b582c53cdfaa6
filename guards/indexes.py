"""The indexes of a book's names: what does not depend on a model or on a key, and so can be kept.

indexes = index_names(book.policies)
indexes_of(book.policies, indexes.parts())     # the same, without the work
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from guards.described import clues_of, facts_of_policy
from guards.meaning.clues import titles_of
from guards.meaning.own_words import OwnWords
from guards.names.ambiguous import ambiguous
from guards.names.faint import FaintNames
from guards.names.forms import parse
from guards.names.identifiers import is_identifier, spellings
from guards.names.mentions import MentionIndex
from guards.names.weak import WeakNames, weak_forms
from guards.names.word_names import WordNames
from guards.parts import Part, Parts, joined, within
from guards.reading.wording import folded_words
from prompts.policy import Policy

__all__ = ["NameIndexes", "ambiguous_names", "index_names", "indexes_of"]


@dataclass(frozen=True, slots=True)
class NameIndexes:
    """What finds names, words that others bear, titles, facts, clues and a policy's own questions.

    Each is as `guards.compiled.CompiledBook` and `guards.described` have it; names that are sealed
    are in none.
    """

    mentions: MentionIndex
    weak: WeakNames
    lone: WeakNames
    clues: MentionIndex
    exact: OwnWords
    faint: FaintNames = field(default_factory=lambda: FaintNames(()))
    facts: MentionIndex = field(default_factory=lambda: MentionIndex.build(()))
    told: MentionIndex = field(default_factory=lambda: MentionIndex.build(()))

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says, without the policies."""
        return joined(
            mentions=self.mentions.parts(),
            weak=self.weak.parts(),
            lone=self.lone.parts(),
            clues=self.clues.parts(),
            exact=self.exact.parts(),
            faint=self.faint.parts(),
            facts=self.facts.parts(),
            told=self.told.parts(),
        )


def indexes_of(policies: Sequence[Policy], parts: Parts) -> NameIndexes:
    """The indexes that gave these parts, of the same policies."""
    return NameIndexes(
        mentions=MentionIndex.of_parts(within(parts, "mentions")),
        weak=WeakNames.of_parts(within(parts, "weak")),
        lone=WeakNames.of_parts(within(parts, "lone")),
        clues=MentionIndex.of_parts(within(parts, "clues")),
        exact=OwnWords((policy.scope for policy in policies), within(parts, "exact")),
        faint=FaintNames.of_parts(within(parts, "faint")),
        facts=MentionIndex.of_parts(within(parts, "facts")),
        told=MentionIndex.of_parts(within(parts, "told")),
    )


def index_names(policies: Sequence[Policy]) -> NameIndexes:
    """Work out the indexes of a book's policies."""
    shared = _shared(policies)
    strong, weak = _names_of(policies, shared)
    people = [n for n, policy in enumerate(policies) if policy.kind == "person"]
    shared_names = WeakNames(
        ((n, policies[n].names, names) for n, names in enumerate(weak) if names),
        _unshared(policies, shared),
    )
    del shared, weak
    known = [(n, p) for n, p in enumerate(policies) if p.kind not in ("topic", "period")]
    return NameIndexes(
        weak=shared_names,
        faint=FaintNames((n, policies[n].names) for n in people),
        mentions=_mentions(policies, strong),
        lone=WeakNames((n, policies[n].names, _lone(policies[n], strong[n])) for n in people),
        clues=MentionIndex.build((n, t) for n, p in enumerate(policies) for t in titles_of(p)),
        exact=OwnWords(policy.scope for policy in policies),
        facts=MentionIndex.build((n, fact) for n, p in known for fact in facts_of_policy(p)),
        told=MentionIndex.build((n, clue) for n, p in known for clue in clues_of(p)),
    )


def _mentions(policies: Sequence[Policy], strong: Sequence[Sequence[str]]) -> MentionIndex:
    """Finds the names that decide alone, however they are spelled."""
    named = [
        (n, name, policies[n].kind == "person") for n, names in enumerate(strong) for name in names
    ]
    forms = ((n, form) for n, name, person in named for form in _spelled(name, person))
    return MentionIndex.build(forms, None, WordNames(named))


def ambiguous_names(policies: Sequence[Policy]) -> Iterator[tuple[int, str, str]]:
    """(policy number, name, why) of every title and alias that alone names nobody."""
    return _ambiguous(policies, _shared(policies))


def _ambiguous(policies: Sequence[Policy], shared: Set[str]) -> Iterator[tuple[int, str, str]]:
    for number, policy in enumerate(policies):
        for name in policy.names:
            reason = ambiguous(name, retain=policy.retain, others=shared)
            if reason is not None:
                yield number, name, reason


def _shared(policies: Sequence[Policy]) -> set[str]:
    """The words that stand in names of more than one subject."""
    bearers: dict[str, str] = {}
    shared: set[str] = set()
    for policy in policies:
        for word in {word for name in policy.names for word in folded_words(name)}:
            if bearers.setdefault(word, policy.title) != policy.title:
                shared.add(word)
    return shared


def _unshared(policies: Sequence[Policy], shared: Set[str]) -> Iterator[tuple[int, str]]:
    """(policy number, surname) of those that nobody else is known to bear."""
    for number, policy in enumerate(policies):
        for form in weak_forms(policy.names, policy.kind == "person"):
            if ambiguous(form, retain=policy.retain, others=shared) is None:
                yield number, form


def _names_of(
    policies: Sequence[Policy], shared: Set[str]
) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
    """The names of each policy that decide alone, and those that others bear, too."""
    strong: list[Sequence[str]] = [policy.names for policy in policies]
    weak: list[Sequence[str]] = [()] * len(policies)
    for number, name, _ in _ambiguous(policies, shared):
        strong[number] = tuple(one for one in strong[number] if one != name)
        weak[number] = (*weak[number], name)
    for number, policy in enumerate(policies):
        known = {name.casefold() for name in policy.names}
        forms = weak_forms(policy.names, policy.kind == "person")
        weak[number] = (*weak[number], *(form for form in forms if form.casefold() not in known))
    return strong, weak


def _lone(policy: Policy, strong: Sequence[str]) -> list[str]:
    """Surnames that decide alone, though with another's first name they are that one's."""
    surnames = {form.casefold() for form in weak_forms(policy.names, person=True)}
    return [name for name in strong if name.casefold() in surnames]


def _spelled(name: str, person: bool) -> tuple[str, ...]:
    """The name, and a person's without the middle names: what is looked for letter by letter.

    Of a number, a code or an e-mail address, the other words for it as well.
    """
    if is_identifier(name):
        return name, *spellings(name)
    read = parse(name) if person else None
    if read is None or not read.middle:
        return (name,)
    given, _, family = read.written
    return name, f"{given} {family}"
