"""Described subjects: what only the question and its reply together give away.

    index = compile_book(book_of([policy]), embed).described
    asked = index.asked(["Which pen name did the author of 'Misery' use?"])
    asked.facts.find("Richard Bachman.", live=asked.about)                 # one mention of policy 0

A question that describes betrays nothing until the answer is there. So a reply is read for the
facts of all policies (one automaton: the cost does not grow with them), and a fact counts where
the question is about its subject: it describes somebody, and holds a clue to the subject or lies
near what the policy's scope asks. A clue is a title, name or place that the policy's examples,
terms or `about` tie to the subject; it never decides alone, because it belongs to others as well.
Several clues to one subject together, in a text about somebody whom it does not name, do; and so
does a fact in the reply to a question in which a name stands that the subject bears among others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from guards.meaning.answers import COMMONPLACE, facts_of
from guards.meaning.descriptions import descriptions, nameless_descriptions
from guards.meaning.scope import ScopeIndex
from guards.meaning.unnamed import is_referred_to, leaves_unnamed, speaks_of_somebody
from guards.names.common_words import is_given, is_ordinary
from guards.names.mentions import Mention, MentionIndex
from guards.names.used_as import is_thing
from guards.reading.canonical import fold, squash
from guards.reading.wording import (
    KINDS,
    STOPWORDS,
    asks_for_facts,
    folded_words,
    full_names,
    key_phrases,
    quoted_spans,
    sentences_from,
)
from guards.verdicts import Embed
from prompts.policy import Policy

__all__ = ["NEAR", "Asked", "DescribedIndex", "clues_of", "facts_of_policy"]

Live = Callable[[int], bool]


class SharedNames(Protocol):
    """Names that others bear as well: `guards.names.weak.WeakNames` holds some."""

    def find(self, text: str, *, live: Live | None = None) -> list[Mention]:
        """Each of them in `text`, by place."""
        ...


Span = tuple[int, int]

NEAR = 0.35
"""Cosine from which a question that describes somebody asks what a policy's scope asks."""
_SHORTEST = 3  # letters of a fact
_SHORTEST_CLUE = 5
_EDGE = 1000  # characters of a long turn's beginning and end that are compared by meaning
_CLUES = 2  # that point to a subject without a description
_CHAIN = 3  # that point to one, whoever else is named beside

# Where the description is what is asked for, its subject's name is the answer: the reply tells.
# "Whom did the author marry?" asks for another's.
_WHO = re.compile(
    r"\b(?:who|whom|name|wer|wen|quién(?:es)?|qui|quem|chi|кто)\b(?: (?!(?:did|does|has|had)\b)"
    r"[\w']{1,12}){0,3}\s*\Z",
    re.IGNORECASE,
)
_ITS_NAME = re.compile(r"(?:the |his |her )?(?:\w+ )?name of\b", re.IGNORECASE)
# What stands before the name of a place, in the languages of most questions.
_OF_PLACE = re.compile(
    r"\b(?:in|from|at|near|to|around|outside|aus|bei|nach|en|de|desde|dans|à|du|di|da|em|no|na|uit|"
    r"te|z|w|из|в)\s+\Z",
    re.IGNORECASE,
)
_IS_BLANK = re.compile(r"\b(?:is|was|named|called)\s+_{2,}")
# What joins something else to a question: another sentence or clause, or "and".
_GOES_ON = re.compile(
    r"[;:.?!\n]\s*\w|,\s+(?!(?-i:[A-Z])|\d)|\b(?:and|with|but|also|und|mit|aber|y|con|pero|et|"
    r"avec|mais|e|ed|com|ma|mas|en|met|и|но|или|также)\b",
    re.IGNORECASE,
)
_MARKS = frozenset("\"'\u2018\u2019\u201c\u201d\u00ab\u00bb\u201e")
_BEFORE = 60  # characters in front of a description in which that is told


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asked: its reply may hold none of the `facts` of policies that it is `about`.

    `about` is asked only of policies of which the reply holds a fact, and remembers; `heard` are
    the keys of facts, and of names that others bear, that the client said itself.
    """

    facts: MentionIndex
    about: Live
    heard: frozenset[str]

    def hearing(self, texts: Iterable[str]) -> Asked:
        """The same, where the facts in `texts` are no news to the client."""
        told = frozenset(hit.key for text in texts for hit in self.facts.find(text))
        return replace(self, heard=self.heard | told)


class DescribedIndex:
    """The facts and clues of all policies on somebody or something. Immutable, safe to share."""

    def __init__(
        self,
        facts: MentionIndex | None = None,
        clues: MentionIndex | None = None,
        policies: Sequence[Policy] = (),
        scope: ScopeIndex | None = None,
        embed: Embed | None = None,
        shared: Sequence[SharedNames] = (),
    ) -> None:
        self._shared = tuple(shared)
        self.facts = facts or MentionIndex.build(())
        self._clues = clues or MentionIndex.build(())
        self._policies = policies
        self._scope = scope
        self._embed = embed

    @property
    def indexes(self) -> tuple[MentionIndex, MentionIndex]:
        """What finds facts, and what finds clues."""
        return self.facts, self._clues

    def in_question(self, text: str, live: Live | None = None) -> list[tuple[int, int, int]]:
        """(policy, start, end) of descriptions in `text` that hold a clue to their subject.

        Passed over is a description that is itself asked for ("Who is the director of ...?").
        Where `text` is about somebody whom it does not name, several clues are a description, and
        the last of them stands for it.
        """
        found = self._clues.find(text, live=live)
        hits = [hit for hit in found if _is_telling(hit, text) or _is_rare(hit, text)]
        if not hits:
            return []
        spans = descriptions(text)
        described = [
            (policy, start, end)
            for start, end in spans
            if not _is_asked_for(text, start, end)
            for policy in dict.fromkeys(
                hit.policy for hit in hits if start <= hit.start and hit.end <= end
            )
            if not self._names_another(policy, text, spans)
        ]
        if _means_somebody(text):
            known = {policy for policy, _, _ in described}
            weights = self._weights(text, found, live)
            last = {hit.policy: (hit.policy, hit.start, hit.end) for hit in hits}
            described += [
                clue
                for policy, clue in last.items()
                if policy not in known and self._is_chain(policy, weights[policy], text, spans)
            ]
        return described

    def hinted(self, text: str, live: Live | None = None) -> list[tuple[int, int, int]]:
        """(policy, start, end) of the last clue to each subject that a text may leave unnamed.

        Those to which most points come first.
        """
        if not leaves_unnamed(text):
            return []
        found = self._clues.find(text, live=live)
        weights = self._weights(text, found, live)
        last = {hit.policy: (hit.policy, hit.start, hit.end) for hit in found}
        likely = [policy for policy in last if weights[policy] >= 1]
        return [last[policy] for policy in sorted(likely, key=lambda policy: -weights[policy])]

    def _weights(self, text: str, found: Sequence[Mention], live: Live | None) -> dict[int, float]:
        """How much the clues `found` and the facts in `text` say of each policy's subject."""
        by_policy: dict[int, list[Mention]] = {}
        for hit in (*found, *self.facts.find(text, live=live)):
            by_policy.setdefault(hit.policy, []).append(hit)
        return {policy: _weight(hits, text) for policy, hits in by_policy.items()}

    def _is_chain(self, policy: int, weight: float, text: str, spans: Sequence[Span]) -> bool:
        """Do clues that weigh so much together point to this policy's subject?"""
        if weight < _CLUES:
            return False
        if leaves_unnamed(text) or weight >= _CHAIN:
            return True
        return not self._names_another(policy, text, spans)

    def holds_clue(self, policy: int, text: str) -> bool:
        """Does `text` hold a title or a name of several words that goes with the subject?"""
        return policy in self.clued(text, lambda number: number == policy)

    def clued(self, text: str, live: Live | None = None) -> frozenset[int]:
        """The policies to whose subject a title or a name of several words in `text` belongs."""
        hits = self._clues.find(text, live=live)
        return frozenset(hit.policy for hit in hits if _is_telling(hit, text))

    def asked(self, turns: Sequence[str], live: Live | None = None) -> Asked | None:
        """What a client's `turns` ask, to judge a reply by; None where no facts are known.

        Embeds the last turn where it describes somebody.
        """
        if not self.facts.longest or not turns:
            return None
        text, last = "\n".join(turns), _edges(turns[-1])
        near: frozenset[int] = frozenset()
        if self._scope is not None and self._embed is not None and _leaves_more(last):
            near = self._scope.within(self._embed([last])[0], NEAR)
        found: dict[int, bool] = {}

        def about(policy: int) -> bool:
            if policy not in found:
                counts = live is None or live(policy)
                found[policy] = counts and self._is_about(policy, text, near)
            return found[policy]

        said = [*self.facts.find(text), *(hit for one in self._shared for hit in one.find(text))]
        return Asked(self.facts, about, frozenset(hit.key for hit in said))

    def _is_about(self, policy: int, text: str, near: frozenset[int]) -> bool:
        if self._calls(policy, text):
            return True
        spans = descriptions(text)
        hits = self._clues.find(text, live=lambda number: number == policy)
        clues = {hit.key for hit in hits if _is_telling(hit, text)}
        if self._names_another(policy, text, spans):
            return leaves_unnamed(text) and _weight(hits, text) >= 1
        if spans or _means_somebody(text):
            return bool(clues) or policy in near
        return len(_apart(clues)) >= _CLUES

    def _calls(self, policy: int, text: str) -> bool:
        """Does `text` ask about somebody by a name that the subject bears, among others?"""
        return any(
            asks_for_facts(sentences_from(text, hit.start))
            and not is_thing(text, hit.start, hit.end)
            for names in self._shared
            for hit in names.find(text, live=lambda number: number == policy)
        )

    def names_another(self, policy: int, text: str) -> bool:
        """Does `text` name in full somebody else than the subject and what goes with it?"""
        return self._names_another(policy, text, descriptions(text))

    def _names_another(self, policy: int, text: str, described: Sequence[Span]) -> bool:
        """Does `text` name in full somebody else, outside every description and quotation?"""
        clues = self._clues.find(text, live=lambda number: number == policy)
        own = {word for name in self._policies[policy].names for word in folded_words(name)}
        rest = list(text)
        for start, end in (
            *described, *quoted_spans(text), *((hit.start, hit.end) for hit in clues)
        ):  # fmt: skip
            rest[start:end] = "." * (end - start)
        return any(own.isdisjoint(name) for name in full_names("".join(rest)))


def _means_somebody(text: str) -> bool:
    """Is somebody meant who is not named? Where a person is, "she" may be that one."""
    if leaves_unnamed(text):
        return True
    return speaks_of_somebody(text) and not any(is_given(name[0]) for name in full_names(text))


def _is_asked_for(text: str, start: int, end: int) -> bool:
    """Is the description at these offsets what the question wants a name for?"""
    before = _WHO.search(text, max(0, start - _BEFORE), start) or _ITS_NAME.match(text, start, end)
    return before is not None or _IS_BLANK.search(text, start, end) is not None


def _leaves_more(turn: str) -> bool:
    """Does it describe somebody, and ask more than who that is? For then a name is the answer."""
    spans, bare = nameless_descriptions(turn), _unquoted(turn)
    if spans and (is_referred_to(bare) or _GOES_ON.search(bare)):
        return True
    return any(not _is_asked_for(turn, start, end) for start, end in spans)


def _unquoted(text: str) -> str:
    """`text` without what stands in quotation marks: "His Dark Materials" is nobody's."""
    for start, end in reversed(quoted_spans(text)):
        text = text[:start] + text[end:]
    return text


def _edges(turn: str) -> str:
    """A turn's beginning and end: in a long one a question stands before or after the material."""
    return turn if len(turn) <= 2 * _EDGE else f"{turn[:_EDGE]}\n{turn[-_EDGE:]}"


def facts_of_policy(policy: Policy) -> list[str]:
    """What the answers of a policy's examples say of its subject."""
    found = dict.fromkeys(
        fact
        for example in policy.examples
        for fact in facts_of(example.question, example.answer, policy.names)
    )
    return [fact for fact in found if _says_something(fact, _SHORTEST)]


def clues_of(policy: Policy) -> list[str]:
    """Titles, names and places of a policy but its own names, and none that a neighbour has."""
    own = {word for name in policy.names for word in folded_words(name)}
    examples = [text for e in policy.examples for text in (e.question, e.answer)]
    texts = (*policy.scope, *examples, policy.about)
    kept = {_key(phrase) for text in policy.retain for phrase in key_phrases(text)}
    found: dict[str, str] = {}
    for phrase in (*policy.terms, *(p for text in texts for p in key_phrases(text))):
        words = [w for w in folded_words(phrase) if w not in own and w not in STOPWORDS]
        if words and not all(word.isdigit() for word in words):
            found.setdefault(_key(phrase), phrase)
    return [
        phrase
        for key, phrase in found.items()
        if key not in kept and _says_something(phrase, _SHORTEST_CLUE)
    ]


def _says_something(phrase: str, letters: int) -> bool:
    words = folded_words(phrase)
    telling = [w for w in words if w not in COMMONPLACE and w not in STOPWORDS]
    return bool(telling) and len("".join(words)) >= letters


def _is_telling(clue: Mention, text: str) -> bool:
    """A title or a name of several words, or one in quotation marks: a town is many people's."""
    written = text[clue.start : clue.end]
    words = folded_words(written)
    if written.islower() and not text.islower() and all(map(is_ordinary, words)):
        return False  # "a 40-year-old man" is no title
    beside = text[max(0, clue.start - 1) : clue.start] + text[clue.end : clue.end + 1]
    return len(words) > 1 or not _MARKS.isdisjoint(beside)


def _weight(hits: Iterable[Mention], text: str) -> float:
    """How much these clues say together: names and titles that go with a kind of thing say half."""
    telling = {hit.key: hit for hit in hits}
    return sum(_weight_of(telling[key], text) for key in _apart(telling))


def _weight_of(clue: Mention, text: str) -> float:
    words = folded_words(text[clue.start : clue.end])
    if not (_is_telling(clue, text) or _is_rare(clue, text)):
        return 0.5
    return 0.5 if not KINDS.isdisjoint(words) and all(map(is_ordinary, words)) else 1.0


def _is_rare(clue: Mention, text: str) -> bool:
    """A single word that no text holds by chance, such as a surname that few bear.

    One behind "in" or "from" is a place, where many people were born.
    """
    words = folded_words(text[clue.start : clue.end])
    if len(words) != 1 or not words[0].isalpha() or is_ordinary(words[0]):
        return False
    return _OF_PLACE.search(text, max(0, clue.start - _BEFORE), clue.start) is None


def _apart(keys: Iterable[str]) -> list[str]:
    """The keys that are no part of another."""
    known = list(keys)
    return [one for one in known if not any(one != other and one in other for other in known)]


def _key(phrase: str) -> str:
    return squash(fold(phrase).text)
