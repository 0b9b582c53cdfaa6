"""One part of a plan answered by one worker: render, ask the model, undo the swap, check."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from boxed.api.call import Call
from boxed.api.chat import Body, ChatRequest, last_user, last_user_text, map_texts, turns_of
from boxed.api.replies import fixed_reply, text_of, texts_of_choices
from boxed.api.token_logprobs import respelled
from boxed.deciding.aside import aside, length_of
from boxed.deciding.by_chance import may_be_named, named_by_chance
from boxed.deciding.leak_check import LeakCheck
from boxed.deciding.own_text import OwnText
from boxed.deciding.plan import Part, Plan
from boxed.deciding.snapshot import Live, Snapshot
from boxed.deciding.trace import Trace
from boxed.deciding.unquoted import unquoted
from boxed.deciding.who_questions import asks_who, names_somebody
from boxed.hiding.anybody import Anybody
from boxed.models.protocol import ChatModel
from boxed.workers.catalogue import WORKERS, stricter
from boxed.workers.icul import RETAIN_SHOTS, nearest
from boxed.workers.instructing import repeats
from boxed.workers.protocol import Rendered, Task, Worker, never_knew
from guards.only_ignorance import only_ignorance
from guards.reading.views import TooManyEncodingsError, is_readable
from guards.verdicts import Evidence
from prompts.policy import Example, Policy

_NOT_FOR_WORKERS = ("stream", "stream_options")
_IDENTIFIERS = frozenset({"id", "object", "model", "role", "type", "finish_reason"})
# An answer that opens with not knowing and goes on for longer than this tells something after all.
_LONGEST_IGNORANCE = 600
_ROOM = 64  # tokens; a sentence, in any script


@dataclass(frozen=True, slots=True)
class Attempt:
    """One worker's try at part ``number``: its prompt for ``model``, and what judges the reply.

    ``must_profess`` holds back every draft but ignorance. ``may_guess`` lets a fact pass that a
    model hits on without having seen the subject; ``no_names`` holds back a guess at who it is,
    ``own_text`` what adds to the client's own text about a subject. ``by_chance`` is who stands for
    the subject, where its name may be said by chance. ``unfit`` says why the prompt may not be
    sent.
    """

    number: int
    worker: Worker
    task: Task
    rendered: Rendered
    model: ChatModel
    check: LeakCheck
    must_profess: bool = False
    may_guess: bool = False
    no_names: bool = False
    own_text: OwnText | None = None
    by_chance: Anybody | None = None
    unfit: str | None = None

    @property
    def is_blind(self) -> bool:
        """Can the model say a fact by chance only?

        It saw a stand-in alone, or is one that never learnt the subject.
        """
        return self.may_guess and (self.rendered.hid or never_knew(self.worker))

    def judged(self, said: Body) -> Draft:
        """The draft that the model's reply ``said`` makes, with its fault if it has one."""
        worker, rendered, check = self.worker, self.rendered, self.check
        if rendered.hid and not worker.shows_subject:
            recognised = check.names_alone.leak_in_reply(said)
            if recognised is not None:
                return Draft(self, {}, "its model recognised a hidden subject", recognised.policy)
        body = _turned_back(said, rendered)
        texts = texts_of_choices(body)
        if self.must_profess and not all(_professes(text, check.said) for text in texts):
            return Draft(self, body, "it did not profess ignorance")
        if self.no_names and any(names_somebody(text, check.said) for text in texts):
            return Draft(self, body, "it named somebody else in the place of a forgotten name")
        if self.own_text is not None and any(map(self.own_text.is_extended, texts)):
            return Draft(self, body, "it added to the client's own text about a subject")
        judge = check.without_facts if self.is_blind else check
        leak = judge.leak_in_reply(body, strict=worker.shows_subject and not self.is_blind)
        if leak is not None:
            return Draft(self, body, f"leak ({leak.kind})", leak.policy)
        if any(repeats(text, rendered.instructions, check.said) for text in texts):
            return Draft(self, body, "it repeated its instructions")
        return Draft(self, self._named(said) or body)

    def _named(self, said: Body) -> Body | None:
        """The turned-back reply with the subject's name in it, where it may be said by chance."""
        if self.by_chance is None:
            return None
        to_client, named = self.rendered.to_client, self.by_chance.apply

        def show(text: str) -> str:
            return named(to_client(text))

        return _turned_back(said, replace(self.rendered, to_client=show))


@dataclass(frozen=True, slots=True)
class Draft:
    """What an attempt came to; with a ``fault`` it may not leave.

    ``leaked`` is the policy that it would have given away, where that was the fault.
    """

    attempt: Attempt
    body: Body
    fault: str | None = None
    leaked: str | None = None

    @property
    def number(self) -> int:
        """The part that it answers."""
        return self.attempt.number

    @property
    def worker(self) -> str:
        """Whose answer it is."""
        return self.attempt.worker.name


@dataclass(frozen=True, slots=True)
class PartWork:
    """What a draft is made from; ``attempt`` 0 is the plan's own worker.

    ``leaked`` are the policies that the drafts before would have given away.
    """

    request: ChatRequest
    evidence: tuple[Evidence, ...]
    plan: Plan
    part: Part
    number: int
    attempt: int = 0
    leaked: tuple[str, ...] = ()


async def draft_part(job: PartWork, snapshot: Snapshot, live: Live, trace: Trace) -> Draft:
    """Draft an answer to one part; raises ``UpstreamError`` where its model does not answer."""
    attempt = await render_part(job, snapshot, live, trace)
    name, request = attempt.worker.name, attempt.rendered.request
    if request is None:
        trace.note("work", f"{name} answered part {job.number + 1} without a model")
        rendered = attempt.rendered
        fixed = fixed_reply(rendered.reply or "", job.request.body, rendered.others)
        return Draft(attempt, fixed)
    if attempt.unfit is not None:
        return Draft(attempt, {}, attempt.unfit)
    trace.model_calls += 1
    with unquoted(attempt.rendered, job.request):
        reply = await attempt.model.chat(request)
    trace.calls.append(Call(request.body, reply, attempt.model is snapshot.models.product))
    trace.note("work", f"{name} drafted part {job.number + 1}")
    return await aside(length_of(reply.body), partial(attempt.judged, reply.body))


async def render_part(job: PartWork, snapshot: Snapshot, live: Live, trace: Trace) -> Attempt:
    """The attempt whose turn it is; only icul asks the product here, for its retain questions."""
    first, own = WORKERS[job.part.worker], job.part.mentioned
    worker = WORKERS[stricter(first.name, job.attempt, bool(own))] if job.attempt else first
    policies = live.policies(frozenset(job.part.policies))
    hidden = live.policies(frozenset((*job.plan.hidden, *job.part.policies, *job.leaked)))
    shown = _shown(worker, policies.values())
    asked = _with_part(job.request, job.part)
    if first.professes_ignorance:
        asked = asked.with_body(_with_room(asked.body))
    retained: tuple[Example, ...] = ()
    if worker.name == "icul" and len(shown) == 1:
        retained = await _retained(asked, shown[0], snapshot, trace)
    concerned = [
        p for p in live.policies((*job.part.policies, *job.leaked)).values() if not p.since
    ]
    length = length_of(job.request.body)
    check = await aside(length, partial(_check, job, snapshot, live))
    unnamed = first.may_guess and not check.nameless.isdisjoint(job.part.policies)
    no_names = unnamed and not first.shows_subject and asks_who(last_user_text(asked.body))
    task = Task(
        asked,
        shown[0] if shown else None,
        tuple(hidden.values()),
        snapshot.book,
        snapshot.masking,
        retained,
        also=tuple(shown[1:]),
        own_text=bool(own),
        anybody=unnamed and worker is first and may_be_named(hidden.values()),
    )
    # A fixed reply is in the client's language, and telling that may load a classifier first.
    rendered = await asyncio.to_thread(worker.render, task)
    trace.workers.append(worker.name)
    unfit = partial(_unfit, worker, rendered, shown, hidden, snapshot, live)
    chance = await aside(length, partial(named_by_chance, task, rendered, snapshot))
    return Attempt(
        job.number,
        worker,
        task,
        rendered,
        snapshot.models.for_worker(worker.name),
        check,
        must_profess=worker.professes_ignorance or _is_bolder(worker, concerned),
        may_guess=worker.may_guess and all(p.response == worker.name for p in concerned),
        no_names=no_names and chance is None,
        own_text=await asyncio.to_thread(OwnText.of, check, asked.body, own) if own else None,
        by_chance=chance,
        unfit=await aside(length, unfit),
    )


def _check(job: PartWork, snapshot: Snapshot, live: Live) -> LeakCheck:
    """What the reply to a part must not say."""
    touched = (*about(job.part, job.evidence), *job.leaked)
    request, own = job.request.body, job.part.mentioned
    return LeakCheck.of(snapshot, live, request, job.evidence, touched, mentioned=own)


def _shown(worker: Worker, policies: Iterable[Policy]) -> list[Policy]:
    """The policies that the worker answers for, and whose subject its model may see if any may.

    A day is judged in every reply; where a subject stands beside it, the part is about that.
    """
    every = list(policies)
    subjects = [p for p in every if p.since is None] or every
    if worker.name != "pretend":
        return subjects
    return [p for p in subjects if WORKERS[p.response].shows_subject] or subjects


def _is_bolder(worker: Worker, concerned: Iterable[Policy]) -> bool:
    """Would a draft tell more of a subject than its policy's own worker may?

    Only ignorance is allowed of one that pretends, or that keeps to the policy's own account.
    """
    return any(p.response != worker.name and WORKERS[p.response].shows_subject for p in concerned)


def untouched(request: ChatRequest, snapshot: Snapshot, live: Live) -> Attempt:
    """The attempt of a request without evidence: the product is asked in the client's own words."""
    worker = WORKERS["pass_through"]
    task = Task(request, None, (), snapshot.book, snapshot.masking)
    check = LeakCheck.of(snapshot, live, request.body)
    return Attempt(0, worker, task, worker.render(task), snapshot.models.product, check)


def about(part: Part, evidence: tuple[Evidence, ...]) -> tuple[str, ...]:
    """The policies whose facts the answer to a part could give away.

    Those that it touches, those whose name the client may have handed over piece by piece, and
    those that the product told of unasked.
    """
    beside = {
        e.policy for e in evidence if e.kind == "draft" or (e.kind == "mention" and not e.certain)
    }
    return tuple(sorted(beside.union(part.policies, part.mentioned)))


def _unfit(
    worker: Worker,
    rendered: Rendered,
    shown: Sequence[Policy],
    hidden: dict[str, Policy],
    snapshot: Snapshot,
    live: Live,
) -> str | None:
    """Why a prompt may not be sent: it hides nothing, or a subject can still be read in it."""
    if rendered.request is None or (worker.name == "pass_through" and not hidden):
        return None
    if never_knew(worker) and snapshot.models.for_worker(worker.name) is snapshot.models.product:
        return "no instance is named for it, and the product may know the subject"
    if not (worker.shows_subject or worker.name == "pass_through" or rendered.hid):
        return "there was no name to hide, so it would have sent the client's own words"
    seen = {policy.id for policy in shown if worker.shows_subject}
    turns = turns_of(rendered.request.body)
    try:
        named = snapshot.screen.lexical(turns, live.check)
    except TooManyEncodingsError:
        # The client's own words were read: it is what a product or a store has said beside them.
        return "its prompt holds more encodings than are read"
    for found in named:
        certain = found.certain and found.kind in ("mention", "encoded")
        if certain and found.policy in hidden and found.policy not in seen:
            return "a hidden subject could still be read in its prompt"
    return None


def _professes(text: str, said: str) -> bool:
    return len(text) <= _LONGEST_IGNORANCE and only_ignorance(text, said)


def _turned_back(body: Body, rendered: Rendered) -> Body:
    """A reply with every text of it turned back; identifiers stay.

    Log-probabilities stay the model's own, under the tokens of the words that the client reads.
    """
    if not rendered.hid:
        return body
    out = cast("Body", _with_changes({**body, "choices": _unlogged(body)}, rendered))
    for choice, before in zip(out["choices"], body.get("choices") or [], strict=True):
        if "logprobs" in before:
            text = text_of({"choices": [choice]})
            choice["logprobs"] = respelled(before["logprobs"], text)
    return out


def _unlogged(body: Body) -> list[Body]:
    choices: list[Body] = body.get("choices") or []
    return [{key: item for key, item in one.items() if key != "logprobs"} for one in choices]


def _with_changes(value: Any, rendered: Rendered) -> Any:
    if isinstance(value, dict):
        return {
            key: item if key in _IDENTIFIERS else _with_changes(item, rendered)
            for key, item in cast("dict[str, Any]", value).items()
        }
    if isinstance(value, list):
        return [_with_changes(item, rendered) for item in cast("list[Any]", value)]
    return map_texts(value, rendered.to_client)


def _with_part(request: ChatRequest, part: Part) -> ChatRequest:
    """The request without streaming fields and with the part as its last user message."""
    body = {key: value for key, value in request.body.items() if key not in _NOT_FOR_WORKERS}
    if part.text is not None:
        messages = list(body["messages"])
        position = last_user(body)
        messages[position] = {**messages[position], "content": part.text}
        body["messages"] = messages
    return request.with_body(body)


def _with_room(body: Body) -> Body:
    """The request with tokens enough to profess ignorance in a whole sentence.

    Cut off, no ignorance can be told from the beginning of an answer. The client's own limit is
    kept when the reply leaves.
    """
    limits = ("max_tokens", "max_completion_tokens")
    small = {key: _ROOM for key in limits if isinstance(body.get(key), int) and body[key] < _ROOM}
    return {**body, **small}


async def _retained(
    request: ChatRequest, policy: Policy, snapshot: Snapshot, trace: Trace
) -> tuple[Example, ...]:
    """The nearest retain questions with the product's own answers, asked once per book."""
    questions = tuple(Example(question=text, answer="-") for text in policy.retain)
    model = request.body.get("model")
    found: list[Example] = []
    for example in nearest(last_user_text(request.body), questions, RETAIN_SHOTS):
        key = (str(model), example.question)
        if key not in snapshot.ready_answers:
            ask: Body = {"messages": [{"role": "user", "content": example.question}]}
            ask["temperature"] = 0
            if model is not None:
                ask["model"] = model
            trace.model_calls += 1
            asked = request.with_body(ask)
            with unquoted(Rendered(asked), request):
                reply = await snapshot.models.product.chat(asked)
            trace.calls.append(Call(ask, reply, of_product=False))  # no answer to the client
            answer = text_of(reply.body)
            snapshot.ready_answers[key] = answer if is_readable(answer) else ""
        if snapshot.ready_answers[key].strip():
            found.append(Example(question=example.question, answer=snapshot.ready_answers[key]))
    return tuple(found)
