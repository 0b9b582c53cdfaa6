"""The graph of one request with evidence: screen, route, work in parallel, compose, release.

    screen -> route -> work (one per part, in parallel) -> compose -> release
                        ^__| a draft that would leak is answered again by a stricter worker

Only ``release`` hands anything out: the graph is invoked, never streamed, and has no checkpointer.
A plan of one part takes the same nodes by plain calls: the graph's steps cost more than they do.
The snapshot of the book is pinned in the runtime context, so a reload changes nothing midway.
"""

from __future__ import annotations

import operator
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Annotated, Any, TypedDict, cast

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from boxed.api.chat import Body, ChatReply, ChatRequest, map_texts, prompts_of
from boxed.api.completions import as_chat, as_completion
from boxed.api.replies import fixed_reply, still_json, texts_of_choices, wants_json, with_texts
from boxed.deciding.aside import aside, length_of
from boxed.deciding.composer import joined, merged_by_model
from boxed.deciding.leak_check import LeakCheck
from boxed.deciding.plan import Plan
from boxed.deciding.router import Question, route
from boxed.deciding.snapshot import Live, Snapshot
from boxed.deciding.trace import Trace
from boxed.deciding.work import Draft, PartWork, about, draft_part
from boxed.workers.ignorance import lines_for
from boxed.workers.language import written_by_user
from guards.verdicts import Evidence


@dataclass(frozen=True, slots=True)
class Context:
    """What every node reads and none changes, but for the trace that they write."""

    snapshot: Snapshot
    live: Live
    trace: Trace


@dataclass(frozen=True, slots=True)
class Decision:
    """A reply and how it came about; ``drafts`` are those that it was made of, in order.

    ``as_it_came`` says that it is the product's own, unchanged, or looks like it already.
    """

    reply: ChatReply
    trace: Trace
    drafts: tuple[Draft, ...] = ()
    as_it_came: bool = False


class State(TypedDict):
    """The request on its way through the graph."""

    request: ChatRequest
    evidence: tuple[Evidence, ...]
    plan: Plan
    drafts: Annotated[list[Draft], operator.add]
    reply: Body


Node = Callable[[State, Runtime[Context]], Awaitable[dict[str, Any]]]


class PartState(TypedDict):
    """What one run of ``work`` receives."""

    job: PartWork


def screen(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Keep evidence of policies in force; note what was found, by kind and opaque id."""
    context = runtime.context
    matched = context.live.policies(frozenset(e.policy for e in state["evidence"]))
    kept = tuple(e for e in state["evidence"] if e.policy in matched)
    context.trace.policies.update(map(context.snapshot.opaque, matched))
    context.trace.kinds.update(policy.kind for policy in matched.values())
    for kind, policy in sorted({(e.kind, e.policy) for e in kept}):
        context.trace.note("screen", f"{kind} evidence on {context.snapshot.opaque(policy)}")
    return {"evidence": kept}


async def choose_route(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Make the plan."""
    context = runtime.context
    question = Question(state["request"], state["evidence"], context.snapshot, context.live)
    with context.trace.phase("route"):
        plan = await route(question, context.trace)
    workers = ", ".join(part.worker for part in plan.parts)
    context.trace.note("route", f"{len(plan.parts)} part(s) by {plan.decided_by}: {workers}")
    return {"plan": plan}


def to_work(state: State) -> list[Send]:
    """One parallel run of ``work`` per part."""
    request, evidence, plan = state["request"], state["evidence"], state["plan"]
    jobs = [PartWork(request, evidence, plan, part, n) for n, part in enumerate(plan.parts)]
    return [Send("work", PartState(job=job)) for job in jobs]


async def work(state: PartState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Answer one part; a draft that may not leave is answered again, more strictly.

    Ends because the last of the stricter workers says a fixed line.
    """
    context, job = runtime.context, state["job"]
    while True:
        with context.trace.phase("work"):
            draft = await draft_part(job, context.snapshot, context.live, context.trace)
        if draft.fault is None:
            return {"drafts": [draft]}
        context.trace.note("work", f"{draft.worker}'s draft was held back: {draft.fault}")
        leaked = (*job.leaked, draft.leaked) if draft.leaked else job.leaked
        job = replace(job, attempt=job.attempt + 1, leaked=leaked)


async def compose(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Merge the drafts in the order of the parts."""
    context, request = runtime.context, state["request"]
    drafts = sorted(state["drafts"], key=lambda draft: draft.number)
    bodies = [draft.body for draft in drafts]
    single = len(bodies) == 1 or (request.body.get("n") or 1) > 1 or wants_json(request.body)
    if context.snapshot.models.composer is not None and not single:
        hidden = list(context.live.policies(state["plan"].hidden).values())
        merged = await merged_by_model(bodies, request, hidden, context.snapshot, context.trace)
        check = await aside(length_of(request.body), partial(_last_check, state, context))
        if merged is not None and check.leak_in_reply(_unnamed(merged, drafts)) is None:
            context.trace.note("compose", f"{len(bodies)} parts merged by the composer model")
            return {"reply": merged}
        context.trace.note("compose", "the composer's text was not used: merged by rule")
    return {"reply": _parsing(joined(bodies, request.body), request.body)}


def _parsing(body: Body, request: Body) -> Body:
    """The same reply, as JSON where the client demanded some and a worker's model gave none.

    What the client's own limit cut off stays cut off, as the product would leave it.
    """
    texts = texts_of_choices(body)
    mended = [
        still_json(text, request) if text and choice.get("finish_reason") != "length" else text
        for text, choice in zip(texts, body.get("choices") or [], strict=True)
    ]
    return body if mended == texts else with_texts(body, mended)


async def release(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """The last check of the whole reply; what would still leak becomes plausible ignorance."""
    context, request = runtime.context, state["request"]
    length = length_of(request.body) + length_of(state["reply"])
    check = await aside(length, partial(_last_check, state, context))
    reply = _unnamed(state["reply"], state["drafts"])
    leak = await aside(length, partial(check.leak_in_reply, reply))
    if leak is None:
        context.trace.note("release", "released")
        return {}
    context.trace.note("release", "held back: plausible ignorance instead")
    lines = lines_for(leak, context.snapshot.book, written_by_user(request.body))
    return {"reply": fixed_reply(lines[0], request.body, lines[1:])}


def _last_check(state: State, context: Context) -> LeakCheck:
    """The check of the whole reply; what its checked drafts say is not new."""
    evidence = state["evidence"]
    touched = {policy for part in state["plan"].parts for policy in about(part, evidence)}
    known = [text for draft in state["drafts"] for text in texts_of_choices(draft.body)]
    blind = [draft for draft in state["drafts"] if draft.attempt.is_blind]
    guesses = [text for draft in blind for text in texts_of_choices(draft.body)]
    mentioned = {policy for part in state["plan"].parts for policy in part.mentioned}
    body = state["request"].body
    return LeakCheck.of(
        context.snapshot, context.live, body, evidence, touched, known, mentioned, guesses
    )


def _unnamed(reply: Body, drafts: Sequence[Draft]) -> Body:
    """The reply as its checked drafts were: a name that was said by chance is its stand-in's."""
    for anybody in [draft.attempt.by_chance for draft in drafts]:
        if anybody is not None:
            reply = cast("Body", map_texts(reply, anybody.apply))
    return reply


def _timed(name: str, node: Node) -> Any:
    """The node, as LangGraph takes one, with its time noted."""

    async def timed(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        with runtime.context.trace.phase(name):
            return await node(state, runtime)

    return timed


_LAST: tuple[tuple[str, Node], ...] = (("compose", compose), ("release", release))


def _begin(state: State) -> str | list[Send]:
    """A request whose plan is made already goes on with the work."""
    return to_work(state) if "plan" in state else "screen"


@cache
def build_graph() -> Any:
    """The compiled graph; one serves all requests of all boxes."""
    graph = StateGraph(State, context_schema=Context)
    graph.add_node("screen", screen)
    graph.add_node("route", choose_route)
    graph.add_node("work", work)
    for name, node in _LAST:
        graph.add_node(name, _timed(name, node))
    graph.add_conditional_edges(START, _begin, ["screen", "work"])
    graph.add_edge("screen", "route")
    graph.add_conditional_edges("route", to_work, ["work"])
    graph.add_edge("work", "compose")
    graph.add_edge("compose", "release")
    graph.add_edge("release", END)
    return graph.compile()


async def through(
    graph: Any, way: Context, request: ChatRequest, evidence: tuple[Evidence, ...]
) -> Decision:
    """The graph's reply; a completions prompt goes through as a chat."""
    if request.endpoint == "chat/completions":
        return await _invoked(graph, way, request, evidence)
    prompt = prompts_of(request.body)[0]
    asked = ChatRequest(as_chat(request.body, prompt), None, request.headers, request.tenant)
    decision = await _invoked(graph, way, asked, evidence)
    echoed = prompt if request.body.get("echo") else ""
    reply = ChatReply(as_completion([decision.reply.body], echoed))
    return replace(decision, reply=reply)


async def _invoked(
    graph: Any, way: Context, request: ChatRequest, evidence: tuple[Evidence, ...]
) -> Decision:
    """Screen and route, then the graph from ``work`` on; one part alone takes the same nodes."""
    runtime = Runtime(context=way)
    begun: Any = {"request": request, "evidence": evidence, "drafts": []}
    begun |= screen(begun, runtime)
    begun |= await choose_route(begun, runtime)
    if len(begun["plan"].parts) == 1:
        done = await _straight_on(begun, runtime)
    else:
        done = await graph.ainvoke(begun, context=way)
    drafts = sorted(done["drafts"], key=lambda draft: draft.number)
    return Decision(ChatReply(done["reply"]), way.trace, tuple(drafts))


async def _straight_on(state: State, runtime: Runtime[Context]) -> State:
    """What the graph makes of a plan with one part, where nothing runs in parallel.

    Each of its steps costs as much as a node's own work; most requests have one part.
    """
    request, evidence, plan = state["request"], state["evidence"], state["plan"]
    job = PartWork(request, evidence, plan, plan.parts[0], 0)
    worked = await work(PartState(job=job), runtime)
    done: Any = {**state, "drafts": worked["drafts"]}
    for name, node in _LAST:
        with runtime.context.trace.phase(name):
            done |= await node(done, runtime)
    return done
