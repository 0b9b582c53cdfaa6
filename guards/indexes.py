"""The indexes of a book's names: what depends on no model and on no key, and so can be kept.

index_names(book.policies, index_names(book.policies).parts())    ->  the same, without the work

``made_from`` says what they were made from: those for which it is as it was are right for another
book as well, so that a policy's new scope or instruction does not cost the tables of all names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from hashlib import sha256

from guards.described import clues_of, facts_of_policy
from guards.meaning.clues import titles_of
from guards.meaning.own_words import OwnWords
from guards.names.ambiguous import ambiguous
from guards.names.faint import FaintNames
from guards.names.forms import parse, run_together
from guards.names.identifiers import is_identifier, spellings
from guards.names.mentions import MentionIndex
from guards.names.weak import WeakNames, weak_forms
from guards.names.word_names import WordNames
from guards.parts import Part, Parts, joined, within
from guards.reading.wording import folded_words
from prompts.policy import Policy

__all__ = ["GROUPS", "NameIndexes", "ambiguous_names", "index_names", "made_from"]

GROUPS = {
    "names": ("mentions", "weak", "lone", "faint"),
    "texts": ("exact", "clues", "facts", "told"),
}
"""Indexes that are made from the same."""


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
    faint: FaintNames
    facts: MentionIndex
    told: MentionIndex

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


def made_from(policies: Sequence[Policy]) -> dict[str, str]:
    """A digest of what each group of indexes is made from; `GROUPS` says which these are."""
    totals = {name: sha256() for name in GROUPS}
    for policy in policies:
        names = (policy.kind, policy.title, policy.names, policy.retain)
        told = [(pair.question, pair.answer) for pair in policy.examples]
        texts = (*names, policy.scope, policy.about, policy.terms, told)
        for name, row in (("names", names), ("texts", texts)):
            totals[name].update(repr(row).encode("utf-8", "surrogatepass"))
    return {name: total.hexdigest() for name, total in totals.items()}


def index_names(policies: Sequence[Policy], kept: Parts | None = None) -> NameIndexes:
    """The indexes of a book's policies, from the parts of whole groups where they are `kept`."""
    known = {name: within(kept or {}, name) for names in GROUPS.values() for name in names}
    if known["mentions"]:
        mentions = MentionIndex.of_parts(known["mentions"])
        weak, lone = WeakNames.of_parts(known["weak"]), WeakNames.of_parts(known["lone"])
        faint = FaintNames.of_parts(known["faint"])
    else:
        mentions, weak, lone, faint = _of_names(policies)
    scopes = (policy.scope for policy in policies)
    if known["told"]:
        exact = OwnWords(scopes, known["exact"])
        clues, facts, told = (
            MentionIndex.of_parts(known[name]) for name in ("clues", "facts", "told")
        )
    else:
        exact, clues, facts, told = OwnWords(scopes), *_of_texts(policies)
    return NameIndexes(mentions, weak, lone, clues, exact, faint, facts, told)


def _of_names(
    policies: Sequence[Policy],
) -> tuple[MentionIndex, WeakNames, WeakNames, FaintNames]:
    """Names that decide alone, those that others bear, lone surnames, and faint ones."""
    shared = _shared(policies)
    surnames = [weak_forms(policy.names, policy.kind == "person") for policy in policies]
    strong, weak = _names_of(policies, shared, surnames)
    people = [n for n, policy in enumerate(policies) if policy.kind == "person"]
    shared_names = WeakNames(
        ((n, policies[n].names, names) for n, names in enumerate(weak) if names),
        _unshared(policies, shared, surnames),
    )
    del shared, weak
    lone = WeakNames((n, policies[n].names, _lone(strong[n], surnames[n])) for n in people)
    del surnames
    faint = FaintNames((n, policies[n].names) for n in people)
    return _mentions(policies, strong), shared_names, lone, faint


def _of_texts(policies: Sequence[Policy]) -> tuple[MentionIndex, MentionIndex, MentionIndex]:
    """Titles of works, facts, and clues."""
    known = [(n, p) for n, p in enumerate(policies) if p.kind not in ("topic", "period")]
    return (
        MentionIndex.build((n, t) for n, p in enumerate(policies) for t in titles_of(p)),
        MentionIndex.build((n, fact) for n, p in known for fact in facts_of_policy(p)),
        MentionIndex.build((n, clue) for n, p in known for clue in clues_of(p)),
    )


def _mentions(policies: Sequence[Policy], strong: Sequence[Sequence[str]]) -> MentionIndex:
    """Finds the names that decide alone, however they are spelled."""
    named = [
        (n, name, policies[n].kind == "person")
        for n, names in enumerate(strong)
        for name in (names if policies[n].kind != "person" else _with_joined(names))
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


def _unshared(
    policies: Sequence[Policy], shared: Set[str], surnames: Sequence[Sequence[str]]
) -> Iterator[tuple[int, str]]:
    """(policy number, surname) of those that nobody else is known to bear."""
    for number, policy in enumerate(policies):
        for form in surnames[number]:
            if ambiguous(form, retain=policy.retain, others=shared) is None:
                yield number, form


def _names_of(
    policies: Sequence[Policy], shared: Set[str], surnames: Sequence[Sequence[str]]
) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
    """The names of each policy that decide alone, and those that others bear, too."""
    strong: list[Sequence[str]] = [policy.names for policy in policies]
    weak: list[Sequence[str]] = [()] * len(policies)
    for number, name, _ in _ambiguous(policies, shared):
        strong[number] = tuple(one for one in strong[number] if one != name)
        weak[number] = (*weak[number], name)
    for number, policy in enumerate(policies):
        known = {name.casefold() for name in policy.names}
        others = (form for form in surnames[number] if form.casefold() not in known)
        weak[number] = (*weak[number], *others)
    return strong, weak


def _lone(strong: Sequence[str], surnames: Sequence[str]) -> list[str]:
    """Surnames that decide alone, though with another's first name they are that one's."""
    known = {form.casefold() for form in surnames}
    return [name for name in strong if name.casefold() in known]


def _with_joined(names: Sequence[str]) -> Iterator[str]:
    """People's names, each followed by itself with the words of its surname run together."""
    for name in names:
        yield name
        if (joined_name := run_together(name)) is not None:
            yield joined_name


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
