"""Route a message with evidence: rules first, the router LLM where rules cannot tell, else safety.

Rules decide when the evidence is certain: names and clear descriptions say which part of the
message is about which policy. The LLM is asked when a similarity is in the grey zone (``auto``),
every time (``always``) or not at all (``never``), and never about a sealed policy. Its answer is
parsed by pydantic and checked against the message; a bad one is asked for once more, then the safe
plan gives the whole message to the strictest worker. Where the message is one part and only
similarity is in doubt, a yes or no for each candidate is all that is asked (``doubt``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from boxed.api.call import Call
from boxed.api.chat import ChatRequest, last_user, last_user_text
from boxed.deciding.doubt import settled
from boxed.deciding.plan import Part, Plan, whole, worker_for
from boxed.deciding.snapshot import Live, Snapshot
from boxed.deciding.split import segments
from boxed.deciding.trace import Trace
from boxed.models.protocol import ChatModel, UpstreamError
from guards.reading.canonical import fold, squash
from guards.screen import is_context_dependent
from guards.verdicts import Evidence, Turn
from prompts.policy import Policy

ATTEMPTS = 2


class RoutedPart(BaseModel):
    """One part as the router LLM names it."""

    model_config = ConfigDict(extra="forbid")
    text: str
    policy: str | None


class Routed(BaseModel):
    """The router LLM's whole answer."""

    model_config = ConfigDict(extra="forbid")
    parts: list[RoutedPart]


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


async def route(question: Question, trace: Trace) -> Plan:
    """The plan for a request with evidence. Never raises for a router LLM's failure."""
    asked = question.position
    certain = tuple(
        e for e in question.evidence if e.certain and (e.turn == asked or e.kind == "draft")
    )
    grey = tuple(e for e in question.evidence if not e.certain and e.kind == "scope")
    mode, model = question.snapshot.router_mode, question.snapshot.models.router
    wanted = mode == "always" or (mode == "auto" and grey)
    if model is not None and wanted and not _names_what_is_sealed(question):
        if mode == "auto" and _is_one_part(question):
            certain = (*certain, *await _beyond_doubt(question, grey, trace))
            judged = replace(question, evidence=_settled(question.evidence, grey, certain))
            plan = await asyncio.to_thread(by_rules, judged, certain)
            return replace(plan, decided_by="router")
        plan = await _ask_router(question, model, trace)
        if plan is not None:
            return plan
        candidates = frozenset(e.policy for e in question.evidence)
        trace.note("route", "the router's answer was unusable twice: the safe plan")
        return whole(question.live.policies(candidates), candidates, "safe plan")
    # A scope text is embedded for each segment, which would hold up the event loop.
    return await asyncio.to_thread(by_rules, question, certain)


def _is_one_part(question: Question) -> bool:
    return question.text is None or len(segments(question.text)) == 1


async def _beyond_doubt(
    question: Question, grey: Sequence[Evidence], trace: Trace
) -> tuple[Evidence, ...]:
    """The uncertain evidence that the router, or in doubt the policy, says to act upon."""
    candidates = question.live.policies(e.policy for e in grey)
    message = question.text or last_user_text(question.request.body)
    about = await settled(candidates, message, question.snapshot, question.request, trace)
    return tuple(replace(e, certain=True) for e in grey if e.policy in about)


def _settled(
    found: Sequence[Evidence], grey: Sequence[Evidence], certain: Sequence[Evidence]
) -> tuple[Evidence, ...]:
    """All evidence, with what was uncertain either certain now or gone."""
    return tuple(e for e in found if e not in grey and e not in certain) + tuple(certain)


def _names_what_is_sealed(question: Question) -> bool:
    """Is a sealed policy concerned? Then the message holds a name that no prompt may carry."""
    book = question.snapshot.book
    return any(book.get(e.policy).sealed for e in question.evidence)


def by_rules(question: Question, certain: tuple[Evidence, ...]) -> Plan:
    """The plan that certain evidence alone gives; grey similarity is left to the release check."""
    hidden = frozenset(e.policy for e in question.evidence if e.kind != "scope" or e.certain)
    touched = frozenset(e.policy for e in certain)
    text = question.text
    if not touched:
        return Plan((Part(None, (), "pass_through"),), tuple(sorted(hidden)), "rules")
    if any(e.kind == "draft" for e in certain):
        return _again(question.live.policies(touched), hidden)
    if text is None:
        return whole(question.live.policies(touched), hidden, "rules")
    spans = segments(text)
    if len(spans) == 1:
        return whole(question.live.policies(touched), hidden, "rules")
    owners = _owners(question, certain, text, spans)
    missed = touched - frozenset().union(*owners)
    if missed:
        return whole(question.live.policies(touched), hidden, "rules")
    return Plan(_merged(question, text, spans, owners), tuple(sorted(hidden)), "rules")


def _again(policies: dict[str, Policy], hidden: frozenset[str]) -> Plan:
    """The plan for a question whose answer gave a subject away that the question did not name."""
    chosen = worker_for(policies.values())
    part = Part(None, tuple(policies), chosen if chosen in ("refuse", "as_of") else "pseudonymise")
    return Plan((part,), tuple(sorted(hidden)), "rules")


def _owners(
    question: Question,
    certain: Sequence[Evidence],
    text: str,
    spans: Sequence[tuple[int, int]],
) -> list[frozenset[str]]:
    """Which policies each segment touches; a segment that leans on the one before inherits."""
    own: list[set[str]] = [set() for _ in spans]
    for evidence in certain:
        for index, (start, end) in enumerate(spans):
            if evidence.kind == "carried":
                touches = is_context_dependent(text[start:end])
            elif evidence.kind == "scope" and evidence.end - evidence.start >= len(text):
                touches = _is_about(question, text[start:end], evidence.policy)
            else:
                touches = evidence.start < end and start < evidence.end
            if touches:
                own[index].add(evidence.policy)
    owners: list[frozenset[str]] = []
    for index, (start, end) in enumerate(spans):
        leans = index > 0 and is_context_dependent(text[start:end])
        owners.append(frozenset(own[index] or (owners[-1] if leans else ())))
    return owners


def _is_about(question: Question, segment: str, policy: str) -> bool:
    """Is a segment on its own certainly a question about the policy's subject?"""
    turns, screen = (Turn("user", segment),), question.snapshot.screen
    found = (
        *screen.lexical(turns, question.live.check),
        *screen.semantic(turns, question.live.check),
    )
    return any(hit.policy == policy and hit.certain for hit in found)


def _merged(
    question: Question,
    text: str,
    spans: Sequence[tuple[int, int]],
    owners: Sequence[frozenset[str]],
) -> tuple[Part, ...]:
    """Neighbouring segments of one owner as one part; a single part stands for the message."""
    groups: list[tuple[int, int, frozenset[str]]] = []
    for (start, end), owner in zip(spans, owners, strict=True):
        if groups and groups[-1][2] == owner:
            groups[-1] = (groups[-1][0], end, owner)
        else:
            groups.append((start, end, owner))
    parts: list[Part] = []
    for start, end, owner in groups:
        policies = question.live.policies(owner)
        words = None if len(groups) == 1 else text[start:end].strip()
        parts.append(Part(words, tuple(sorted(policies)), worker_for(policies.values())))
    return tuple(parts)


async def _ask_router(question: Question, model: ChatModel, trace: Trace) -> Plan | None:
    candidates = question.live.policies(frozenset(e.policy for e in question.evidence))
    body = question.request.body
    message = question.text or last_user_text(body)
    if not message.strip() or not candidates:
        return None
    prompt = question.snapshot.book.templates["router"].render(
        candidates=list(candidates.values()), message=message
    )
    messages: list[dict[str, Any]] = [{"role": "user", "content": prompt}]
    ask: dict[str, Any] = {"temperature": 0, "response_format": {"type": "json_object"}}
    if "model" in body:
        ask["model"] = body["model"]
    for attempt in range(ATTEMPTS):
        trace.model_calls += 1
        try:
            asked = {**ask, "messages": messages}
            reply = await model.chat(question.request.with_body(asked))
            trace.calls.append(Call(asked, reply, of_product=False))
            said = _unfenced(str(reply.body["choices"][0]["message"]["content"]))
        except (UpstreamError, KeyError, IndexError, TypeError):
            trace.note("route", f"the router did not answer (attempt {attempt + 1})")
            ask.pop("response_format", None)  # not every server knows it
            continue
        fault = _fault(said, message, frozenset(candidates))
        if fault is None:
            trace.note("route", "asked the router LLM")
            return _routed_plan(question, message, Routed.model_validate_json(said))
        messages = [
            *messages,
            {"role": "assistant", "content": said},
            {"role": "user", "content": f"{fault} Reply again with JSON only."},
        ]
    return None


def _unfenced(said: str) -> str:
    """The answer without the Markdown fence that many models put around JSON."""
    said = said.strip()
    if said.startswith("```"):
        said = said.split("\n", 1)[-1].rsplit("```", 1)[0]
    return said


def _fault(said: str, message: str, candidates: frozenset[str]) -> str | None:
    """What is wrong with a router's answer, in words for the router, or None."""
    try:
        routed = Routed.model_validate_json(said)
    except ValidationError:
        return "That was not the JSON that was asked for."
    unknown = [
        p.policy for p in routed.parts if p.policy is not None and p.policy not in candidates
    ]
    if unknown:
        return "An id was used that is not in the list."
    joined = "".join(part.text for part in routed.parts)
    if squash(fold(joined).text) != squash(fold(message).text):
        return "The parts joined in order do not give the whole message."
    return None


def _routed_plan(question: Question, message: str, routed: Routed) -> Plan:
    """The router's parts, with what is certain put back where the LLM let it go."""
    named = {part.policy for part in routed.parts if part.policy is not None}
    hidden = {e.policy for e in question.evidence if e.kind != "scope" or e.certain} | named
    forced = {
        e.policy
        for e in question.evidence
        if e.certain and e.kind in ("encoded", "carried", "draft", "date") and e.policy not in named
    }
    if forced or question.text is None:
        touched = question.live.policies(frozenset(named | forced))
        return whole(touched, hidden, "router")
    pieces = _in_the_clients_words(message, [part.text for part in routed.parts])
    kept = [(p, words) for p, words in zip(routed.parts, pieces, strict=True) if words]
    parts: list[Part] = []
    for one, words in kept:
        policies = question.live.policies(frozenset({one.policy} if one.policy else ()))
        text = None if len(kept) == 1 else words
        parts.append(Part(text, tuple(policies), worker_for(policies.values())))
    return Plan(tuple(parts), tuple(sorted(hidden)), "router")


def _in_the_clients_words(message: str, texts: Sequence[str]) -> list[str]:
    """The message cut where the parts end: their letters agree, spelling and marks may not."""
    folded = fold(message)
    letters = [at for at in range(len(folded.text)) if squash(folded.text[at])]
    cuts, count = [0], 0
    for text in texts[:-1]:
        count += len(squash(fold(text).text))
        cuts.append(folded.start(letters[count]) if count < len(letters) else len(message))
    return [
        message[start:end].strip()
        for start, end in zip(cuts, [*cuts[1:], len(message)], strict=True)
    ]
