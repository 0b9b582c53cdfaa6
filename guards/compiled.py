"""A policy book made ready to guard with: built once, read by every request, never changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from guards.described import Asked, DescribedIndex
from guards.indexes import NameIndexes, ambiguous_names, index_names
from guards.meaning.answers import ProtectedAnswers
from guards.meaning.own_words import OwnWords
from guards.meaning.scope import ScopeIndex
from guards.meaning.topic import FEWEST, TopicModel, learn
from guards.names.faint import FaintNames
from guards.names.mentions import MentionIndex
from guards.names.seal import SealKey
from guards.names.sealed import SealedIndex
from guards.names.sealed_book import sealed_index
from guards.names.weak import WeakNames
from guards.periods.later import Period
from guards.stream_gate import StreamGate
from guards.verdicts import Embed, Vectors
from prompts.book import PolicyBook
from prompts.policy import DRAWN, Policy

__all__ = ["CompiledBook", "ambiguous_names", "compile_book"]

_ANY_TEXT = "Nobody is named."


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
    book: PolicyBook,
    embed: Embed | None = None,
    seal_key: SealKey | None = None,
    indexed: Callable[[PolicyBook], NameIndexes] | None = None,
) -> CompiledBook:
    """Build the indexes of `book`; without `embed` there is no scope by meaning.

    `indexed` gives those of its names where somebody keeps them. Raises BookError where the book
    has sealed policies that `seal_key` does not open.
    """
    policies = book.policies
    sealed = sealed_index(policies, seal_key)
    scope, topics = _meanings(policies, embed)
    names = index_names(policies) if indexed is None else indexed(book)
    shared = (names.weak, names.faint)
    compiled = CompiledBook(
        book=book,
        ids=tuple(p.id for p in policies),
        mentions=names.mentions.beside(sealed),
        weak=names.weak,
        lone=names.lone,
        faint=names.faint,
        clues=names.clues,
        scope=scope,
        answers=_answers(policies),
        exact=names.exact,
        conditional=_conditional(policies),
        sealed=sealed,
        topics=topics,
        described=DescribedIndex(names.facts, names.told, policies, scope, embed, shared),
        periods=tuple(
            (n, Period(p.since, p.until)) for n, p in enumerate(policies) if p.since is not None
        ),
    )
    # No request waits for what codes make of a hundred thousand names, or for lists of words.
    for index in (compiled.mentions, compiled.clues, *compiled.described.indexes):
        index.coded.make()
    compiled.mentions.find(_ANY_TEXT)
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


def _is_learnt(policy: Policy) -> bool:
    return policy.kind == "topic" and len(policy.scope) >= FEWEST


def _texts(policy: Policy) -> tuple[str, ...]:
    """A topic's texts: its scope, and its examples with their answers."""
    told = (f"{example.question}\n{example.answer}" for example in policy.examples)
    return tuple(dict.fromkeys([*policy.scope, *told]))
