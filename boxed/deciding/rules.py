"""The plan that certain evidence alone gives: which part asks about a subject, which mentions one.

A question about a subject goes to the worker of its policy. A task on the client's own text that
names the subject is done, with the subject hidden. Grey similarity is left to the release check.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from boxed.api.chat import ChatRequest, last_user, turns_of
from boxed.deciding.apart import questions_apart
from boxed.deciding.plan import PASS_THROUGH, Part, Plan, again, own_text, whole, worker_for
from boxed.deciding.pointing import Surroundings
from boxed.deciding.reading import Hit, Piece, Reader
from boxed.deciding.snapshot import Live, Snapshot
from guards.verdicts import Evidence, Turn
from prompts.policy import Policy

__all__ = ["Question", "by_rules", "certain_of", "part_of", "plan_of", "reader_of"]

_FIELDS = frozenset({"topic", "examples"})
_THINGS = frozenset({"organisation", "work", "topic", "examples"})


@dataclass(frozen=True, slots=True)
class Question:
    """What the router works on: the request, its evidence and what it is judged by."""

    request: ChatRequest
    evidence: tuple[Evidence, ...]
    snapshot: Snapshot
    live: Live

    @property
    def position(self) -> int:
        """The index of the last user message."""
        return last_user(self.request.body)

    @property
    def text(self) -> str | None:
        """The last user message where it is plain text that may be split, else None."""
        body = self.request.body
        if self.position < 0 or self.position != len(body["messages"]) - 1:
            return None
        alone = not any(body.get(key) for key in ("tools", "functions", "response_format"))
        content = body["messages"][self.position].get("content")
        plain = alone and not body.get("logprobs") and body.get("n") in (None, 1)
        return content if plain and isinstance(content, str) else None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Every message with all its text, which the places of evidence are counted in."""
        return turns_of(self.request.body)


def certain_of(question: Question) -> tuple[Evidence, ...]:
    """The certain evidence on the last user message, and that of a draft."""
    asked = question.position
    return tuple(
        e for e in question.evidence if e.certain and (e.turn == asked or e.kind == "draft")
    )


def by_rules(question: Question, certain: tuple[Evidence, ...]) -> Plan:
    """The plan for ``certain`` evidence; what else was named stays hidden from every model."""
    hidden = frozenset(e.policy for e in question.evidence if e.kind != "scope" or e.certain)
    touched = frozenset(e.policy for e in certain)
    pointed = _pointed_at(question)
    if not touched and pointed:
        return whole(question.live.policies(pointed), hidden, "rules")
    if not touched:
        return Plan((Part(None, (), "pass_through"),), tuple(sorted(hidden)), "rules")
    policies = question.live.policies(touched)
    if any(e.kind == "draft" for e in certain):
        return _asked_again(question, policies, hidden)
    if any(e.kind == "carried" for e in certain):
        if _only_mentions_earlier(question, policies, certain):
            return Plan((own_text(None, policies),), tuple(sorted(hidden)), "rules")
        return whole(policies, hidden, "rules")
    pieces = reader_of(question, certain).read()
    plan = plan_of(question, pieces, hidden)
    told = {policy for part in plan.parts for policy in (*part.policies, *part.mentioned)}
    return plan if touched <= told else whole(policies, hidden, "rules")


def _asked_again(question: Question, policies: dict[str, Policy], hidden: frozenset[str]) -> Plan:
    """The plan after a draft that gave a subject away: questions of a message are asked one by one.

    The one that leaks again gets no answer; the others keep theirs.
    """
    plan = again(policies, hidden)
    guesses = all(part.worker == "pseudonymise" for part in plan.parts)
    apart = questions_apart(question.text) if guesses and question.text else []
    parts = tuple(Part(text, (), PASS_THROUGH) for text in apart)
    return Plan(parts, plan.hidden, plan.decided_by) if parts else plan


def reader_of(question: Question, certain: Sequence[Evidence]) -> Reader:
    """The reader of the last user message, with the evidence that lies in it."""
    turns = question.turns
    text = turns[question.position].text if question.position >= 0 else ""
    found = [e for e in certain if e.turn == question.position and e.kind != "carried"]
    here = [e for e in found if not _is_plain(e, found)]
    vague = frozenset(e.policy for e in here if _is_vague(e, text))
    hits = [_hit(e, question) for e in here if not _is_vague(e, text)]
    policies = question.live.policies([e.policy for e in here]).values()
    thing = any(policy.kind in _THINGS for policy in policies)

    def means(words: str, policy: str) -> bool:
        return _is_about(question, words, policy)

    return Reader(text, hits, vague, means, thing)


def plan_of(question: Question, pieces: Sequence[Piece], hidden: Iterable[str]) -> Plan:
    """The plan of a message in pieces; one that may not be split is one part."""
    if question.text is None and len(pieces) > 1:
        about = {policy for piece in pieces for policy in (*piece.about, *piece.mentioned)}
        return whole(question.live.policies(about), hidden, "rules")
    parts: list[Part] = []
    for piece in pieces:
        text = None if len(pieces) == 1 else piece.text
        parts.append(part_of(question, text, piece.about, piece.mentioned))
    return Plan(tuple(parts), tuple(sorted(hidden)), "rules")


def part_of(
    question: Question,
    text: str | None,
    about: frozenset[str],
    mentioned: frozenset[str] = frozenset(),
) -> Part:
    """The part for a piece of a message."""
    policies = question.live.policies(about)
    if mentioned and not policies:
        return own_text(text, question.live.policies(mentioned))
    return Part(text, tuple(sorted(policies)), worker_for(policies.values()))


def _is_vague(evidence: Evidence, text: str) -> bool:
    """Does evidence lie in the message as a whole, by its meaning?"""
    return evidence.kind == "scope" and evidence.end - evidence.start >= len(text)


def _is_plain(evidence: Evidence, found: Sequence[Evidence]) -> bool:
    """Was a text decoded that holds the name in the clear? Then the decoding shows no other."""
    return evidence.kind == "encoded" and any(
        e.kind == "mention"
        and e.policy == evidence.policy
        and evidence.start <= e.start
        and e.end <= evidence.end
        for e in found
    )


def _hit(evidence: Evidence, question: Question) -> Hit:
    policy = question.live.book.get(evidence.policy)
    named = evidence.kind in ("mention", "scope") and _may_be_mentioned(policy)
    return Hit(policy.id, evidence.start, evidence.end, named)


def _may_be_mentioned(policy: Policy) -> bool:
    """May a text on it be worked on? Not one on a hazard, nor on what only a time tells."""
    hazard = policy.response == "refuse" and policy.kind in _FIELDS
    return not hazard and policy.kind != "period"


def _is_about(question: Question, segment: str, policy: str) -> bool:
    """Is a segment on its own certainly a question about the policy's subject?"""
    live, screen = question.live, question.snapshot.screen
    found = screen.screen((Turn("user", segment),), live.now, live.tenant, grey=False)
    return any(hit.policy == policy and hit.certain for hit in found)


def _pointed_at(question: Question) -> frozenset[str]:
    """Whom the last message means by "that person", where the screen was not certain."""
    meant = frozenset(e.policy for e in question.evidence if e.kind == "carried")
    if not meant:
        return meant
    asks = Reader(question.turns[question.position].text, ()).sentences
    nowhere = Surroundings.of("", ())
    return meant if any(nowhere.points(one.asked, work=True) for one in asks) else frozenset()


def _only_mentions_earlier(
    question: Question, policies: dict[str, Policy], certain: Sequence[Evidence]
) -> bool:
    """Does the last message go on with work on texts that merely mention the subjects?"""
    if any(e.kind != "carried" for e in certain):
        return False
    if not all(_may_be_mentioned(policy) for policy in policies.values()):
        return False
    turns, last = question.turns, question.position
    earlier = [e for e in question.evidence if e.turn != last and e.policy in policies]
    if any(e.kind not in ("mention", "scope") for e in earlier):
        return False
    lines: list[str] = []
    hits: list[Hit] = []
    length = 0
    for number, turn in enumerate(turns):
        if number == last:
            continue
        here = [_hit(e, question) for e in earlier if e.turn == number]
        asking = here and turn.role == "user"
        if asking and any(piece.about for piece in Reader(turn.text, here).read()):
            return False
        hits += [Hit(h.policy, h.start + length, h.end + length) for h in here]
        lines.append(turn.text)
        length += len(turn.text) + 1
    thing = any(policy.kind in _THINGS for policy in policies.values())
    return Reader(turns[last].text, ()).goes_on("\n".join(lines), hits, thing)
