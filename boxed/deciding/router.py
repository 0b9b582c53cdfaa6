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
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from boxed.api.call import Call
from boxed.api.chat import last_user_text
from boxed.deciding.doubt import settled
from boxed.deciding.plan import Plan, whole
from boxed.deciding.reading import Reader
from boxed.deciding.rules import Question, by_rules, certain_of, part_of, plan_of, reader_of
from boxed.deciding.trace import Trace
from boxed.models.protocol import ChatModel, UpstreamError
from guards.reading.canonical import fold, squash
from guards.verdicts import Evidence

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


async def route(question: Question, trace: Trace) -> Plan:
    """The plan for a request with evidence. Never raises for a router LLM's failure."""
    certain = certain_of(question)
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
    return question.text is None or not reader_of(question, ()).asks_apart


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
    """The router's parts, with what is certain put back where the LLM let it go.

    It may part questions and nothing else: where it cuts into a text, the message stays whole.
    """
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
    owners = [frozenset({part.policy} if part.policy else ()) for part in routed.parts]
    cuts = _cuts(message, [part.text for part in routed.parts])
    reader = reader_of(question, certain_of(question))
    if not reader.asks_apart:
        return _kept_whole(question, reader, named, hidden)
    borders = {one.start for one in reader.sentences}
    parts = _at_borders(message, cuts, owners, borders)
    certain = [e for e in certain_of(question) if e.kind == "mention"]
    found: list[tuple[str, frozenset[str]]] = []
    for start, end, own in parts:
        said = {e.policy for e in certain if e.start < end and start < e.end}
        if message[start:end].strip():
            found.append((message[start:end].strip(), own | said))
    return Plan(
        tuple(
            part_of(question, None if len(found) == 1 else words, policies)
            for words, policies in found
        ),
        tuple(sorted(hidden)),
        "router",
    )


def _kept_whole(question: Question, reader: Reader, named: set[str], hidden: set[str]) -> Plan:
    """The plan for a message that is not questions alone: by rules, but for what the LLM names."""
    pieces = reader.read()
    mentioned = {policy for piece in pieces for policy in piece.mentioned}
    asked = {policy for piece in pieces for policy in piece.about}
    if named - asked - mentioned or not (asked or mentioned):
        return whole(question.live.policies(frozenset(named | asked)), hidden, "router")
    return replace(plan_of(question, pieces, frozenset(hidden)), decided_by="router")


def _at_borders(
    message: str, cuts: Sequence[int], owners: Sequence[frozenset[str]], borders: Iterable[int]
) -> list[tuple[int, int, frozenset[str]]]:
    """The router's parts, those joined that it cut within a sentence."""
    ends = [*cuts[1:], len(message)]
    found: list[tuple[int, int, frozenset[str]]] = []
    wanted = {_first_word(message, at) for at in borders}
    for start, end, own in zip(cuts, ends, owners, strict=True):
        if found and _first_word(message, start) not in wanted:
            found[-1] = (found[-1][0], end, found[-1][2] | own)
        else:
            found.append((start, end, own))
    return found


def _first_word(message: str, at: int) -> int:
    return at + len(message[at:]) - len(message[at:].lstrip())


def _cuts(message: str, texts: Sequence[str]) -> list[int]:
    """Where each part begins in the message: letters agree, spelling and marks may not."""
    folded = fold(message)
    letters = [at for at in range(len(folded.text)) if squash(folded.text[at])]
    cuts, count = [0], 0
    for text in texts[:-1]:
        count += len(squash(fold(text).text))
        cuts.append(folded.start(letters[count]) if count < len(letters) else len(message))
    return cuts
