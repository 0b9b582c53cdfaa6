"""A policy book made ready to guard with: built once, read by every request, never changed."""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime

from guards.described import Asked, DescribedIndex
from guards.meaning.answers import ProtectedAnswers
from guards.meaning.clues import titles_of
from guards.meaning.own_words import OwnWords
from guards.meaning.scope import ScopeIndex
from guards.meaning.topic import FEWEST, TopicModel, learn
from guards.names.ambiguous import ambiguous
from guards.names.faint import FaintNames
from guards.names.forms import parse
from guards.names.identifiers import is_identifier, spellings
from guards.names.mentions import MentionIndex
from guards.names.seal import SealKey
from guards.names.sealed import SealedIndex
from guards.names.sealed_book import sealed_index
from guards.names.weak import WeakNames, weak_forms
from guards.names.word_names import WordNames
from guards.periods.later import Period
from guards.reading.wording import folded_words
from guards.stream_gate import StreamGate
from guards.verdicts import Embed, Vectors
from prompts.book import PolicyBook
from prompts.policy import DRAWN, Policy

__all__ = ["CompiledBook", "ambiguous_names", "compile_book"]


@dataclass(frozen=True, slots=True)
class CompiledBook:
    """The `book` and its indexes. Policy number n is `book.policies[n]`, its id `ids[n]`.

    `mentions` finds the names of all policies, sealed ones too; `sealed` only the latter. `weak`
    finds those that others bear, which are evidence only with something beside them; `lone` tells
    surnames that decide alone from the same with another's first name. `faint` finds first names
    alone and initials, which need more beside them.
    `topics` are the models of the topics that a policy gives enough questions of; every other
    policy's meaning is in `scope`. `periods` are the days that policies of a period forget.
    `clues` finds titles of the subjects' works. `exact` knows every scope question: without an
    embedder, or before one is asked, a question asked in the file's own words is recognised.
    `described` judges questions that describe a subject together with their reply. `told` remembers
    vectors of what a policy says of its subject and of what must still be answered, made when they
    are first needed.
    """

    book: PolicyBook
    ids: tuple[str, ...]
    mentions: MentionIndex
    weak: WeakNames
    lone: WeakNames
    clues: MentionIndex
    scope: ScopeIndex | None
    answers: dict[str, ProtectedAnswers]
    exact: OwnWords
    conditional: frozenset[int] = field(default=frozenset())
    sealed: SealedIndex | None = None
    topics: tuple[tuple[int, TopicModel], ...] = ()
    told: dict[int, tuple[Vectors, Vectors]] = field(
        default_factory=dict[int, tuple[Vectors, Vectors]]
    )
    described: DescribedIndex = field(default_factory=DescribedIndex)
    periods: tuple[tuple[int, Period], ...] = ()
    faint: FaintNames = field(default_factory=lambda: FaintNames(()))

    def live(
        self, now: datetime, tenant: str | None, *, drawn: bool = False
    ) -> Callable[[int], bool] | None:
        """Which policy numbers are in force; None where every one always is.

        Those of concepts are for what is `drawn` alone. Asked about hits only, so it costs nothing
        per policy.
        """
        if not self.conditional:
            return None
        policies, conditional = self.book.policies, self.conditional

        def in_force(number: int) -> bool:
            if number not in conditional:
                return True
            policy = policies[number]
            return (drawn or policy.kind != DRAWN) and policy.in_force(now, tenant)

        return in_force

    def spoken(self, text: str) -> frozenset[str]:
        """Keys of every name in `text`: what a client said itself it may hear again."""
        return frozenset(mention.key for mention in self.mentions.find(text))

    def others_in(self, text: str) -> frozenset[str]:
        """Keys of surnames that decide alone, but in `text` are another's of the same surname."""
        if not self.lone:
            return frozenset()
        hits = [hit for hit in self.mentions.find(text) if self.lone.names(hit)]
        theirs = {hit.key for hit in hits if self.lone.leave(text, hit)}
        return frozenset(hit.key for hit in hits) - theirs

    def another_s(self, policy: int, text: str) -> bool:
        """Is this person's surname in `text`, and everywhere somebody or something else's?"""
        if self.book.policies[policy].kind != "person":
            return False
        if not (self.weak.others_only(policy, text) or self.lone.others_only(policy, text)):
            return False
        own = (hit for hit in self.mentions.find(text) if hit.policy == policy)
        return all(self.lone.names(hit) for hit in own)

    def gate(
        self, *, live: Callable[[int], bool] | None = None, exempt: frozenset[str] = frozenset()
    ) -> StreamGate:
        """Make a fresh gate for one stream."""
        return StreamGate(self.mentions, live=live, exempt=exempt, ids=self.ids)

    def fact_gate(self, asked: Asked) -> StreamGate:
        """Make a gate for facts about the subjects that a client's turns describe."""
        return StreamGate(asked.facts, live=asked.about, exempt=asked.heard, ids=self.ids)


def compile_book(
    book: PolicyBook, embed: Embed | None = None, seal_key: SealKey | None = None
) -> CompiledBook:
    """Build the indexes of `book`; without `embed` there is no scope by meaning.

    Raises BookError where the book has sealed policies that `seal_key` does not open.
    """
    policies = book.policies
    sealed = sealed_index(policies, seal_key)
    shared = _shared(policies)
    strong, weak = _names_of(policies, shared)
    people = [n for n, policy in enumerate(policies) if policy.kind == "person"]
    scope, topics = _meanings(policies, embed)
    shared_names = WeakNames(
        ((n, policies[n].names, names) for n, names in enumerate(weak) if names),
        _unshared(policies, shared),
    )
    del shared
    faint = FaintNames((n, policies[n].names) for n in people)
    compiled = CompiledBook(
        book=book,
        ids=tuple(p.id for p in policies),
        mentions=_mentions(policies, strong, sealed),
        weak=shared_names,
        lone=WeakNames((n, policies[n].names, _lone(policies[n], strong[n])) for n in people),
        faint=faint,
        clues=MentionIndex.build((n, t) for n, p in enumerate(policies) for t in titles_of(p)),
        scope=scope,
        answers=_answers(policies),
        exact=OwnWords(policy.scope for policy in policies),
        conditional=_conditional(policies),
        sealed=sealed,
        topics=topics,
        described=DescribedIndex.build(policies, scope, embed, (shared_names, faint)),
        periods=tuple(
            (n, Period(p.since, p.until)) for n, p in enumerate(policies) if p.since is not None
        ),
    )
    # No request waits for what codes make of a hundred thousand names.
    for index in (compiled.mentions, compiled.clues, *compiled.described.indexes):
        index.coded.make()
    return compiled


def _meanings(
    policies: Sequence[Policy], embed: Embed | None
) -> tuple[ScopeIndex | None, tuple[tuple[int, TopicModel], ...]]:
    """The scopes by meaning and the topics that are learnt; neither without an embedder."""
    if embed is None:
        return None, ()
    learnt = {number for number, policy in enumerate(policies) if _is_learnt(policy)}
    entries = [(n, p.scope, p.retain) for n, p in enumerate(policies) if n not in learnt]
    scope = ScopeIndex.build(entries, embed)
    return scope, tuple(
        (n, learn(_texts(policies[n]), policies[n].retain, embed)) for n in sorted(learnt)
    )


def _answers(policies: Sequence[Policy]) -> dict[str, ProtectedAnswers]:
    return {
        p.id: ProtectedAnswers([(e.question, e.answer) for e in p.examples], p.names)
        for p in policies
        if p.examples
    }


def _conditional(policies: Sequence[Policy]) -> frozenset[int]:
    """The numbers of the policies that are not in force for everybody and always."""
    return frozenset(
        number
        for number, p in enumerate(policies)
        if p.tenants or p.effective is not None or p.expires is not None or p.kind == DRAWN
    )


def _mentions(
    policies: Sequence[Policy], strong: Sequence[Sequence[str]], sealed: SealedIndex | None
) -> MentionIndex:
    """Finds the names that decide alone, however they are spelled, and the sealed ones."""
    named = [
        (n, name, policies[n].kind == "person") for n, names in enumerate(strong) for name in names
    ]
    forms = ((n, form) for n, name, person in named for form in _spelled(name, person))
    return MentionIndex.build(forms, sealed, WordNames(named))


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


def _is_learnt(policy: Policy) -> bool:
    return policy.kind == "topic" and len(policy.scope) >= FEWEST


def _texts(policy: Policy) -> tuple[str, ...]:
    """A topic's texts: its scope, and its examples with their answers."""
    told = (f"{example.question}\n{example.answer}" for example in policy.examples)
    return tuple(dict.fromkeys([*policy.scope, *told]))
