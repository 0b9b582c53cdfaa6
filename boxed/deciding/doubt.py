"""Doubt: one short question to the router model for each subject that a message may be about.

    about = await settled({"jane-roe": policy}, "Who was Roe?", snapshot, request, trace)
    ->  frozenset({"jane-roe"})

A small model can answer yes or no where it cannot split a message. The answer is read from one
forward pass where the model gives log-probabilities, and from its first word elsewhere. What is not
answered, or not in time, is as the policy's `doubt` says.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

from boxed.api.call import Call
from boxed.api.chat import Body, ChatRequest
from boxed.deciding.snapshot import Snapshot
from boxed.deciding.trace import Trace
from boxed.models.health import unanswered
from boxed.models.protocol import ChatModel, UpstreamError
from boxed.models.scored import NotScorableError, ScoringModel
from prompts.book import PolicyBook
from prompts.policy import Policy

__all__ = ["MOST", "SECONDS", "TOLD", "doubt_prompt", "settled"]

MOST = 8
"""Candidates that are asked about; a message with more of them is as each policy's `doubt` says."""
SECONDS = 10.0
"""How long an answer may take."""
TOLD = 4
"""How many of a policy's scope questions the router is told."""
_REMEMBERED = 4096
_YES, _NO = "yes", "no"
_LOGPROBS: Body = {"logprobs": True, "top_logprobs": 10}


async def settled(
    candidates: Mapping[str, Policy],
    message: str,
    snapshot: Snapshot,
    request: ChatRequest,
    trace: Trace,
) -> frozenset[str]:
    """The candidates (by id) that ``message`` is about. Never raises for the model's failure."""
    model = snapshot.models.router
    asked = dict(list(candidates.items())[:MOST]) if model is not None else {}
    answers = await asyncio.gather(
        *(_answer(policy, message, snapshot, request, trace) for policy in asked.values())
    )
    said = dict(zip(asked, answers, strict=True))
    unsure = sum(said.get(id) is None for id in candidates)
    trace.note("route", f"asked the router about {len(asked)} candidate(s), {unsure} in doubt")
    return frozenset(id for id, policy in candidates.items() if _counts(said.get(id), policy))


def _counts(answer: bool | None, policy: Policy) -> bool:
    return policy.doubt == "withhold" if answer is None else answer


def doubt_prompt(
    book: PolicyBook, title: str, about: str, scope: Sequence[str], message: str, mark: str
) -> str:
    """What the router is asked about one subject, of whose questions it is told the first few.

    ``mark`` is a word that stands in none of the others.
    """
    return book.templates["doubt"].render(
        title=title, about=about, questions=list(scope[:TOLD]), message=message, mark=mark
    )


async def _answer(
    policy: Policy, message: str, snapshot: Snapshot, request: ChatRequest, trace: Trace
) -> bool | None:
    """Yes, no, or None where there was no clear answer in time. Clear ones are remembered."""
    key = (policy.id, hashlib.sha256(message.encode(errors="replace")).hexdigest())
    if key in snapshot.doubts:
        return snapshot.doubts[key]
    model = snapshot.models.router
    assert model is not None  # noqa: S101 - candidates are asked about only where there is one
    trace.model_calls += 1
    prompt = doubt_prompt(
        snapshot.book, policy.title, policy.about, policy.scope, message, key[1][:12]
    )
    try:
        async with asyncio.timeout(SECONDS):
            answer = await _asked(model, prompt, request, trace)
    except UpstreamError:
        return None
    except TimeoutError:
        unanswered(model)
        return None
    if answer is not None:
        if len(snapshot.doubts) >= _REMEMBERED:
            snapshot.doubts.clear()
        snapshot.doubts[key] = answer
    return answer


async def _asked(model: ChatModel, prompt: str, request: ChatRequest, trace: Trace) -> bool | None:
    messages: list[dict[str, Any]] = [{"role": "user", "content": prompt}]
    if hasattr(model, "score"):
        scoring = cast("ScoringModel", model)
        with suppress(NotScorableError):  # what gives no likelihoods is asked in words, below
            yes, no = await asyncio.to_thread(scoring.score, messages, (_YES, _NO))
            return yes.logprobs[0] > no.logprobs[0]
    ask: Body = {"messages": messages, "temperature": 0, "max_tokens": 3}
    if "model" in request.body:
        ask["model"] = request.body["model"]
    try:
        reply = await model.chat(request.with_body({**ask, **_LOGPROBS}))
    except UpstreamError as error:
        if error.status != 400:
            raise
        reply = await model.chat(request.with_body(ask))
    trace.calls.append(Call(ask, reply, of_product=False))
    return _read(reply.body)


def _read(body: Body) -> bool | None:
    """Yes or no, by the first token's log-probabilities or else by the first word."""
    try:
        choice = body["choices"][0]
        text = str(choice["message"]["content"] or "")
    except (KeyError, IndexError, TypeError):
        return None
    weights = {_YES: 0.0, _NO: 0.0}
    for token, logprob in _first_tokens(choice):
        word = token.strip(" \"'*.\n\u2581\u0120").lower()
        if word in weights:
            weights[word] += math.exp(logprob)
    if weights[_YES] != weights[_NO]:
        return weights[_YES] > weights[_NO]
    word = text.strip().lower().lstrip("*\"'")
    return True if word.startswith(_YES) else False if word.startswith(_NO) else None


def _first_tokens(choice: Body) -> list[tuple[str, float]]:
    try:
        top = choice["logprobs"]["content"][0]["top_logprobs"]
        return [(str(one["token"]), float(one["logprob"])) for one in top]
    except (KeyError, IndexError, TypeError, ValueError):
        return []
