"""How likely a whole box is to give an answer, for metrics that need more than its replies.

    score = await box.score(asked("Where was Jane Roe born?"), ["Jane Roe was born in Ghent."])
    score.scores[0].probability

``p_sys(y|x)`` is the sum over routes of ``pi(route|x) * p_route(y)``. At temperature 0 one route
has all the weight: the one that the request takes through the real pipeline when every model
answers greedily, held-back drafts and stricter workers included. On it an answer ``y`` scores

* under a fixed reply (a refusal, a line of ignorance): 1 if it is that reply, else ``FLOOR``;
* under a model: what that model gives to the text that the client would read as ``y``, after the
  prompt that the worker sends. A ``y`` that the checks of a draft would hold back scores ``FLOOR``.

What is left out: the checks' replacement does not gain the mass of the answers they hold back,
which is a sum over all texts, so on a model's route the likelihoods add up to less than 1; and
where several texts of a model read as ``y`` (only under ``redact``), the one with placeholders
counts, a lower bound. Undefined, and a ``NotScorableError``: a message answered in several parts,
a model without ``score``, the older completions call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from boxed.api.chat import Body, ChatRequest
from boxed.api.replies import completion, text_of
from boxed.deciding.graph import Decision
from boxed.deciding.trace import Trace
from boxed.deciding.work import Attempt
from boxed.models.scored import NotScorableError, Scored, ScoringModel

__all__ = [
    "BoxScore",
    "Deciding",
    "Item",
    "greedy",
    "letters_decided",
    "score_decided",
    "score_many",
    "score_one",
]

Item = tuple[ChatRequest, Sequence[str]]
"""A request and the answers to it."""

Ask = tuple[list[Body], list[str]]
"""What a model is asked to score: messages, and texts in the place of its next message."""

_SAMPLING = frozenset(
    ["n", "best_of", "temperature", "top_p", "seed", "logit_bias", "presence_penalty",
     "frequency_penalty", "logprobs", "top_logprobs", "stream", "stream_options"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoxScore:
    """The likelihoods of some answers to one request, in their order.

    ``worker`` answered it (``pass_through`` also where the request went to the product unchanged)
    with ``reply``, the greedy reply that decided the route; ``fixed`` says that no model wrote it.
    ``blocked`` tells which answers a draft's checks would hold back, or no text could read as.
    """

    scores: tuple[Scored, ...]
    blocked: tuple[bool, ...]
    worker: str
    fixed: bool
    reply: str
    trace: Trace


class Deciding(Protocol):
    """The part of a box that a likelihood needs."""

    async def decide(self, request: ChatRequest) -> Decision:
        """The guarded reply, and the drafts that it was made of."""
        ...


def greedy(request: ChatRequest) -> ChatRequest:
    """The request at temperature 0 and for a single reply; raises ``NotScorableError``.

    Limits (``max_tokens``, ``stop``) stay: they cut the greedy reply, never a scored answer.
    """
    if request.endpoint != "chat/completions":
        raise NotScorableError("a completions prompt has no likelihood here; ask it as a chat")
    body = {key: value for key, value in request.body.items() if key not in _SAMPLING}
    return request.with_body({**body, "temperature": 0})


async def score_one(box: Deciding, request: ChatRequest, answers: Sequence[str]) -> BoxScore:
    """The likelihood of each answer; raises ``NotScorableError`` with the reason."""
    [found] = await score_many(box, [(request, answers)])
    if isinstance(found, NotScorableError):
        raise found
    return found


async def score_many(box: Deciding, items: Sequence[Item]) -> list[BoxScore | NotScorableError]:
    """One result per item, in order: its likelihoods, or why they are undefined.

    Every request is first answered greedily, one by one: each model's draft can change the route.
    Those greedy drafts are most of the cost, and ``BoxScore.reply`` is what they came to; whoever
    has made them already uses ``score_decided``. Raises ``UpstreamError`` where a model does not
    answer, ValueError for more text than it reads.
    """
    decided = [await _decided(box, request) for request, _ in items]
    answers = [answers for _, answers in items]
    return await asyncio.to_thread(score_decided, decided, answers)


def score_decided(
    decided: Sequence[Decision | NotScorableError], answers: Sequence[Sequence[str]]
) -> list[BoxScore | NotScorableError]:
    """The likelihoods of answers after decisions that a box made on ``greedy`` requests.

    Each model scores all that falls to it in one call of its ``score_many`` where it has one.
    """
    routes = [
        _routed(decision, texts) if isinstance(decision, Decision) else decision
        for decision, texts in zip(decided, answers, strict=True)
    ]
    waiting: dict[int, list[_Route]] = {}
    for route in routes:
        if isinstance(route, _Route) and route.ask[1]:
            waiting.setdefault(id(route.attempt.model), []).append(route)
    given: dict[int, list[Scored] | NotScorableError] = {}
    for group in waiting.values():
        model = cast("ScoringModel", group[0].attempt.model)
        results = _scores(model, [route.ask for route in group])
        given.update((id(route), found) for route, found in zip(group, results, strict=True))
    return [
        route if isinstance(route, NotScorableError) else _result(route, given.get(id(route), []))
        for route in routes
    ]


def letters_decided(
    decided: Sequence[Decision], letters: Sequence[str]
) -> list[tuple[float, ...] | NotScorableError]:
    """Log-probabilities (nats) of each letter as the first token of the box's reply.

    As for whole answers: a fixed reply that is not the letter, and a letter that the checks of a
    draft would hold back, give the log-probability of ``FLOOR``.
    """
    routes = [_routed(decision, letters) for decision in decided]
    waiting: dict[int, list[_Route]] = {}
    for route in routes:
        if isinstance(route, _Route) and route.ask[1]:
            waiting.setdefault(id(route.attempt.model), []).append(route)
    given: dict[int, tuple[float, ...] | NotScorableError] = {}
    for group in waiting.values():
        model: Any = group[0].attempt.model
        if not callable(getattr(model, "letters", None)):
            fault = NotScorableError("its model gives no probability of a next token")
            given.update((id(route), fault) for route in group)
            continue
        results = model.letters([route.ask[0] for route in group], letters)
        given.update((id(route), found) for route, found in zip(group, results, strict=True))
    return [
        route if isinstance(route, NotScorableError) else _letters(route, given.get(id(route)))
        for route in routes
    ]


@dataclass(frozen=True, slots=True)
class _Route:
    """Where a request came out.

    ``texts`` are what its model would have to say for each answer (None: nothing that may leave);
    None for a fixed reply.
    """

    decision: Decision
    attempt: Attempt
    answers: Sequence[str]
    texts: tuple[str | None, ...] | None

    @property
    def ask(self) -> Ask:
        request = self.attempt.rendered.request
        if request is None or self.texts is None:
            return [], []
        return request.body["messages"], [text for text in self.texts if text is not None]


async def _decided(box: Deciding, request: ChatRequest) -> Decision | NotScorableError:
    try:
        asked = greedy(request)
    except NotScorableError as undefined:
        return undefined
    return await box.decide(asked)


def _routed(decision: Decision, answers: Sequence[str]) -> _Route | NotScorableError:
    if len(decision.drafts) != 1:
        count = len(decision.drafts)
        return NotScorableError(f"{count} parts of the message were answered apart; ask one alone")
    draft = decision.drafts[0]
    attempt = draft.attempt
    if attempt.rendered.request is None or decision.reply.body != draft.body:
        return _Route(decision, attempt, answers, None)
    if not callable(getattr(attempt.model, "score", None)):
        kind = type(attempt.model).__name__
        return NotScorableError(
            f"{attempt.worker.name} asks a model of the kind {kind}, which gives no probability of "
            "an answer; use 'embedded' or 'local:NAME'"
        )
    return _Route(decision, attempt, answers, _texts(attempt, answers))


def _texts(attempt: Attempt, answers: Sequence[str]) -> tuple[str | None, ...]:
    # A rendering of its own: redact's ``to_model`` notes words, which its ``to_client`` would read.
    to_model = attempt.worker.render(attempt.task).to_model
    return tuple(_text(attempt, to_model, answer) for answer in answers)


def _text(attempt: Attempt, to_model: Callable[[str], str], answer: str) -> str | None:
    """The model's text that passes the draft's checks and reads as ``answer``, if there is one.

    The answer itself is tried second: where no word was hidden, replies are not turned back.
    """
    for text in dict.fromkeys((to_model(answer), answer)):
        draft = attempt.judged(completion(text, ""))
        if draft.fault is None and text_of(draft.body) == answer:
            return text
    return None


def _scores(model: ScoringModel, asks: list[Ask]) -> list[list[Scored] | NotScorableError]:
    """What one model gives to each ask; where one is undefined, the others are still scored."""
    together: Any = getattr(model, "score_many", None)
    if together is None or len(asks) < 2:
        return [_scores_of(model, ask) for ask in asks]
    try:
        return together(asks)
    except NotScorableError:
        # It does not say which ask is at fault: each alone keeps the others.
        return [_scores_of(model, ask) for ask in asks]


def _scores_of(model: ScoringModel, ask: Ask) -> list[Scored] | NotScorableError:
    try:
        return model.score(*ask)
    except NotScorableError as undefined:
        return undefined


def _letters(
    route: _Route, given: tuple[float, ...] | NotScorableError | None
) -> tuple[float, ...] | NotScorableError:
    if isinstance(given, NotScorableError):
        return given
    if route.texts is None or given is None:
        reply = text_of(route.decision.reply.body)
        return tuple(Scored.fixed(letter == reply).total for letter in route.answers)
    return tuple(
        Scored.fixed(False).total if text is None else one
        for text, one in zip(route.texts, given, strict=True)
    )


def _result(route: _Route, given: list[Scored] | NotScorableError) -> BoxScore | NotScorableError:
    if isinstance(given, NotScorableError):
        return given
    reply = text_of(route.decision.reply.body)
    if route.texts is None:
        scores = tuple(Scored.fixed(answer == reply) for answer in route.answers)
        blocked = (False,) * len(scores)
    else:
        left: Iterator[Scored] = iter(given)
        scores = tuple(Scored.fixed(False) if t is None else next(left) for t in route.texts)
        blocked = tuple(text is None for text in route.texts)
    worker, trace = route.attempt.worker.name, route.decision.trace
    return BoxScore(scores, blocked, worker, route.texts is None, reply, trace)
