"""The release check of one conversation: what its replies must not say.

A name that the client wrote itself, in the clear, may be said back to it, unless the conversation
also describes the subject: to 'Was it Jane Roe who wrote "The Tin Lake"?' the name is an answer.
Every other mention, and every fact that the matched policies' examples give away, is a leak.

A model that reads stand-ins for the name and for the work can confirm nothing. So its draft may say
the client's own name for them where the name is no answer: to 'What is "The Tin Lake" by Jane Roe
about?'. Among several people, whom it leaves out may tell.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from boxed.api.chat import Body, last_user, turns_of
from boxed.deciding.snapshot import Live, Snapshot
from boxed.deciding.who_questions import asks_who
from boxed.release.whole import leak_in
from guards.compiled import CompiledBook
from guards.described import Asked
from guards.meaning.context import is_context_dependent
from guards.meaning.recital import recites
from guards.reading.wording import distinctive, folded_words
from guards.release import check
from guards.verdicts import Evidence, Leak, Turn

_OPEN = re.compile(
    r"\b(?:what|why|how|where|when|describe|explain|discuss|summar(?:y|i[sz]e)|tell me)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"\bwhich\b|\bwhat (?:\w+ ){0,2}"
    r"(?:person|man|woman|author|writer|artist|actor|actress|singer)\b",
    re.IGNORECASE,
)
_TELLING = 2  # words that together point to a subject


@dataclass(frozen=True, slots=True)
class LeakCheck:
    """Judges replies within one conversation; pure and cheap to make."""

    snapshot: Snapshot
    live: Live
    policies: frozenset[str]
    said: str
    exempt: frozenset[str]
    nameless: frozenset[str] = frozenset()  # policies that the client describes and does not name
    known: frozenset[str] = frozenset()  # policies that the conversation is about: "King" is theirs
    asked: Asked | None = None
    guessed: frozenset[str] = frozenset()  # policies of which a fact may be said, no whole answer
    written: frozenset[str] = frozenset()  # names that the client wrote beside a description

    @classmethod
    def of(
        cls,
        snapshot: Snapshot,
        live: Live,
        body: Body,
        evidence: Sequence[Evidence] = (),
        about: Iterable[str] = (),
        known: Iterable[str] = (),
        mentioned: Iterable[str] = (),
        guesses: Sequence[str] = (),
    ) -> LeakCheck:
        """The check of a conversation with ``evidence`` on what a part of it is answered.

        Facts count for the policies that the part is ``about``; elsewhere a forgotten person's
        birthplace is a town like any other. ``known`` are texts that were checked already, and
        ``mentioned`` policies whose subject stands in the client's own text alone: whatever that
        tells of them, nobody asks for their names. ``guesses`` are those of ``known`` that a model
        said which saw no subject: their facts, and the client's names in them, are no news.
        """
        turns = turns_of(body)
        asked = snapshot.compiled.described.asked(_questions(turns), live.check)
        if asked is not None and guesses:
            asked = asked.hearing(guesses)
        said = "\n".join(turn.text for turn in turns)
        if not evidence:
            others = snapshot.compiled.others_in(said)
            return cls(snapshot, live, frozenset(about), "", others, asked=asked)
        withheld = _asked_for(snapshot, evidence, turns, last_user(body)).difference(mentioned)
        compiled = snapshot.compiled
        heard = (*compiled.mentions.find(said), *compiled.weak.find(said))
        named = [(compiled.ids[m.policy], m.key) for m in heard]
        refused = {key for policy, key in named if policy in withheld}
        exempt = frozenset(key for _, key in named if key not in refused)
        answers = {one for one in withheld if not _is_no_answer(snapshot, one, turns)}
        written = frozenset(refused.difference(key for policy, key in named if policy in answers))
        exempt |= written.intersection(_keys_in(guesses, compiled))
        nameless = withheld.difference(policy for policy, _ in named)
        spoken_of = frozenset(e.policy for e in evidence if e.certain)
        told = "\n".join((said, *known))
        return cls(
            snapshot, live, frozenset(about), told, exempt, nameless, spoken_of, asked,
            written=written,
        )  # fmt: skip

    @property
    def names_alone(self) -> LeakCheck:
        """The check for a model that was shown no name: it may say none, heard or not."""
        return replace(self, policies=frozenset(), exempt=frozenset(), asked=None)

    @property
    def without_facts(self) -> LeakCheck:
        """The check for replies that can hold a fact only by chance: names, and whole answers."""
        exempt = self.exempt | self.written
        return replace(self, policies=frozenset(), asked=None, guessed=self.policies, exempt=exempt)

    def leak_in_text(self, text: str) -> Leak | None:
        """The first leak in a text."""
        return self._leak(text, self.said)

    def leak_in_reply(self, body: Body, strict: bool = False) -> Leak | None:
        """The first leak wherever text can leave a reply.

        ``strict`` is for models that saw the subject: a fact is a leak although the client said
        it, for they might confirm a guess.
        """
        leak = leak_in(body, self.leak_in_text)
        if leak is None and strict:
            return leak_in(body, lambda text: self._leak(text, ""))
        return leak

    def _leak(self, text: str, said: str) -> Leak | None:
        return self._told(text, said) or self._recited(text, said)

    def _recited(self, text: str, said: str) -> Leak | None:
        for policy in sorted(self.guessed):
            examples = self.snapshot.book.get(policy).examples
            if recites(text, ((one.question, one.answer) for one in examples), said):
                return Leak(policy, "answer", 0, len(text))
        return None

    def _told(self, text: str, said: str) -> Leak | None:
        return check(
            text,
            self.snapshot.compiled,
            policies=self.policies,
            known=self.known,
            said=said,
            live=self.live.check,
            exempt=self.exempt,
            asked=self.asked,
        )


def _questions(turns: Sequence[Turn]) -> tuple[str, ...]:
    """What the user says, oldest first; a turn that leans on the one before is read with it."""
    said = [turn.text for turn in turns if turn.role == "user"]
    if len(said) > 1 and is_context_dependent(said[-1]):
        said.append(f"{said[-2]}\n{said.pop()}")
    return tuple(said)


def _keys_in(texts: Iterable[str], compiled: CompiledBook) -> Iterator[str]:
    """Every name in these texts."""
    for text in texts:
        for hit in (*compiled.mentions.find(text), *compiled.weak.find(text)):
            yield hit.key


def _is_no_answer(snapshot: Snapshot, policy: str, turns: Sequence[Turn]) -> bool:
    """Does the user ask something of the subject by its name, and speak of nobody else?"""
    said = [turn.text for turn in turns if turn.role == "user"]
    if not said or not _OPEN.search(said[-1]) or asks_who(said[-1]) or _WHICH.search(said[-1]):
        return False
    compiled = snapshot.compiled
    number = bisect_left(compiled.ids, policy)
    if not compiled.mentions.find(said[-1], live=lambda one: one == number):
        return False
    return not compiled.described.names_another(number, "\n".join(said))


def _asked_for(
    snapshot: Snapshot, evidence: Sequence[Evidence], turns: Sequence[Turn], last: int
) -> frozenset[str]:
    """Policies whose name could be the answer: the conversation describes their subject."""
    named = {e.policy for e in evidence if e.turn == last and e.kind in ("mention", "encoded")}
    meant = {e.policy for e in evidence if e.kind == "draft"}
    meant |= {
        e.policy for e in evidence if e.turn == last and e.kind == "scope" and e.policy not in named
    }
    asked = "\n".join(turn.text for turn in turns if turn.role == "user")
    compiled = snapshot.compiled
    meant |= {compiled.ids[clue.policy] for clue in compiled.clues.find(asked)}
    words = frozenset(folded_words(asked))
    rest = {e.policy for e in evidence} - meant
    return frozenset(meant | {id for id in rest if _describes(snapshot, words, id)})


def _describes(snapshot: Snapshot, words: frozenset[str], policy: str) -> bool:
    """Do these words tell the subject as one of the policy's nameless questions does?"""
    if policy not in snapshot.nameless:
        snapshot.nameless[policy] = _nameless(snapshot, policy)
    return any(telling <= words for telling in snapshot.nameless[policy])


def _nameless(snapshot: Snapshot, policy: str) -> tuple[frozenset[str], ...]:
    """The telling words of each question of a policy that does not name its subject."""
    known = snapshot.book.get(policy)
    questions = (*known.scope, *(example.question for example in known.examples))
    return tuple(
        frozenset(telling)
        for question in dict.fromkeys(questions)
        if len(telling := distinctive(question)) >= _TELLING
        and not snapshot.compiled.mentions.find(question)
    )
