"""The box: a chat request in, a guarded reply out.

    box = Box(Models(product), load_book(folder), embed)
    reply = await box.answer(ChatRequest({"messages": [{"role": "user", "content": "Hello"}]}))

A request without evidence goes to the product unchanged, byte for byte, and its answer runs
through the stream gate alone; every other one runs through the graph. A box with a store answers
from it where it holds passages near a question without evidence. ``swap_book`` takes a new book
for the requests that come after it.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from boxed.api.call import Call
from boxed.api.chat import Body, ChatReply, ChatRequest, prompts_of, turns_of
from boxed.api.completions import joined_completions, prompts_apart, unstreamed
from boxed.api.replies import texts_of_choices
from boxed.deciding.aside import HEAVY, aside, length_of
from boxed.deciding.audit import Figures, current
from boxed.deciding.graph import Context, Decision, build_graph, through
from boxed.deciding.in_place import found_in_draft
from boxed.deciding.likelihood import BoxScore, score_one
from boxed.deciding.made import made_of
from boxed.deciding.other_routes import OtherRoutes
from boxed.deciding.snapshot import Models, Snapshot
from boxed.deciding.trace import Trace
from boxed.deciding.upstream_said import in_its_words
from boxed.deciding.work import Attempt, Draft, untouched
from boxed.fronts import Making
from boxed.keys.caller import upstream_of_caller
from boxed.likeness.reply import Likeness
from boxed.likeness.timing import Pace, Timing
from boxed.models.batches import one_by_one
from boxed.models.health import Health, amiss
from boxed.models.protocol import ChatModel, UpstreamError
from boxed.passing import Passing
from boxed.release.outgoing import without_broken_calls
from boxed.store.retrieving import Retriever, draft_from_store
from guards.compiled import CompiledBook
from guards.names.seal import SealKey
from guards.verdicts import Embed, Evidence
from prompts.book import PolicyBook
from prompts.salvage import Stale
from retrieval.kept_book import KeptBook
from retrieval.kept_vectors import KeptVectors


class Box:
    """Guards a product, or several that callers are sent to. For tasks of one event loop."""

    def __init__(
        self,
        models: Models,
        book: PolicyBook | CompiledBook,
        embed: Embed | None = None,
        router_mode: str = "auto",
        retriever: Retriever | None = None,
        seal_key: SealKey | None = None,
        tenants: Iterable[str] = (),
        health: Health | None = None,
        upstreams: Mapping[str, ChatModel] | None = None,
        pace: Pace = "answers",
        vectors: KeptVectors | None = None,
        kept: KeptBook | None = None,
    ) -> None:
        """``embed`` None screens by names alone; ``router_mode`` is auto, always or never.

        With a ``retriever`` the box owns its store and closes it. ``seal_key`` opens sealed
        policies; raises ``BookError`` where it does not. ``tenants`` are known beside those that
        policies name: they meet only what holds for everyone. ``health`` knows which of the models
        do not answer. ``upstreams`` are other products by name, each for the callers sent to it.
        ``pace`` says what waits so that time tells nothing. ``vectors`` keeps those of policies,
        ``kept`` their tables of names.
        """
        self._making = Making(
            models, upstreams or {}, embed, router_mode, seal_key, tenants, pace, vectors, kept
        )
        self._embed = embed
        self._retriever = retriever
        self._health = health or Health()
        self._graph = build_graph()
        self.stale: Callable[[], Stale | None] = lambda: None
        """What of the prompt folder is not in force; set by whoever watches it."""
        self._fronts = self._making.fronts(book)
        self._reloads = 0

    @property
    def snapshot(self) -> Snapshot:
        """What a request of this caller that starts now is answered with."""
        return self._fronts[upstream_of_caller()].snapshot

    @property
    def _likeness(self) -> Likeness:
        return self._fronts[upstream_of_caller()].likeness

    @property
    def _timing(self) -> Timing:
        return self._fronts[upstream_of_caller()].timing

    def swap_book(self, book: PolicyBook) -> None:
        """Use ``book`` from the next request on; requests under way keep theirs. Of any thread.

        Raises ``BookError``, and keeps the book it had, where a sealed policy does not open.
        """
        self._fronts = self._making.fronts(book)
        self._reloads += 1

    async def answer(self, request: ChatRequest) -> ChatReply:
        """The guarded reply; raises ``UpstreamError`` where the product does not answer."""
        begun = time.monotonic()
        decision = await self.decide(request)
        reply = await self._alike(request, decision)
        own = not decision.trace.workers
        await self._timing.settle(own, begun, length_of(texts_of_choices(reply.body)))
        return reply

    async def _alike(self, request: ChatRequest, decision: Decision) -> ChatReply:
        """The reply of a decision, with the fields that the product's own would have."""
        if decision.as_it_came:
            return decision.reply
        return await self._likeness.whole(
            request, made_of(decision, request, self.snapshot.models.product)
        )

    async def decide(self, request: ChatRequest) -> Decision:
        """The guarded reply with the trace of decisions."""
        way = self._way(request)
        try:
            return await self._decided(way, request)
        except UpstreamError as error:
            raise await in_its_words(error, way, request) from None

    async def _decided(self, way: Context, request: ChatRequest) -> Decision:
        if request.endpoint == "completions" and len(prompts_of(request.body)) > 1:
            evidence = [await self._evidence(way, one) for one in prompts_apart(request)]
            if any(evidence):
                return await self._each_prompt(way, request)
            return await self._decide(way, request, ())
        return await self._decide(way, request, await self._evidence(way, request))

    async def _decide(
        self, way: Context, request: ChatRequest, evidence: tuple[Evidence, ...]
    ) -> Decision:
        snapshot, trace = way.snapshot, way.trace
        if not evidence:
            drawn, evidence = await self._from_store(way, request)
            if drawn is not None:
                return drawn
        if not evidence:
            trace.note("screen", "no evidence: the request passes unchanged")
            trace.model_calls += 1
            with trace.phase("product"):
                reply = await snapshot.models.product.chat(request)
            trace.calls.append(Call(request.body, reply, of_product=True))
            attempt = await self._untouched(way, request)
            judge = partial(attempt.check.leak_in_reply, reply.body)
            with trace.phase("release"):
                leak = await aside(length_of(reply.body), judge)
            if leak is None:
                trace.note("release", "released unchanged")
                self._likeness.learn(request, reply)
                whole = without_broken_calls(reply.body)
                left = reply if whole is None else ChatReply(whole)
                return Decision(left, trace, (Draft(attempt, reply.body),), as_it_came=True)
            trace.note("release", f"the product's draft was held back: leak ({leak.kind})")
            if request.endpoint == "completions" and len(prompts_of(request.body)) > 1:
                return await self._each_prompt(way, request)
            evidence = (found_in_draft(request, leak.policy),)
        return await through(self._graph, way, request, evidence)

    async def _from_store(
        self, way: Context, request: ChatRequest
    ) -> tuple[Decision | None, tuple[Evidence, ...]]:
        """An answer from passages that may leave, else the evidence that its draft gave, if any."""
        if self._retriever is None:
            return None, ()
        draft = await draft_from_store(request, self._retriever, way)
        if draft is None:
            return None, ()
        if draft.fault is not None:
            way.trace.note("release", f"the draft from passages was held back: {draft.fault}")
            return None, (found_in_draft(request, draft.leaked),) if draft.leaked else ()
        way.trace.note("release", "released")
        return Decision(ChatReply(draft.body), way.trace, (draft,)), ()

    async def _each_prompt(self, way: Context, request: ChatRequest) -> Decision:
        """Prompts of one request where some show evidence: each is answered on its own."""
        bodies: list[Body] = []
        for one in prompts_apart(request):
            alone = replace(way, trace=Trace())
            decision = await self._decide(alone, one, await self._evidence(alone, one))
            way.trace.add(alone.trace)
            bodies.append((await self._alike(one, decision)).body)
        return Decision(ChatReply(joined_completions(bodies)), way.trace, as_it_came=True)

    async def score(self, request: ChatRequest, answers: Sequence[str]) -> BoxScore:
        """How likely each answer is as this box's whole reply: see ``boxed.deciding.likelihood``.

        Costs one greedy ``decide`` besides; raises ``NotScorableError`` where it is undefined.
        """
        return await score_one(self, request, answers)

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """The guarded reply as chunks; nothing is yielded before it may be released."""
        async with aclosing(one_by_one(self.batches(request))) as chunks:
            async for chunk in chunks:
                yield chunk

    async def batches(self, request: ChatRequest) -> AsyncGenerator[Sequence[Body]]:
        """The same chunks, those in one list that may leave at the same moment."""
        way = self._way(request)
        try:
            ready = self._timing.stream(self._streamed(way, request), lambda: not way.trace.workers)
            async with aclosing(ready) as batches:
                async for batch in batches:
                    yield batch
        except UpstreamError as error:
            raise await in_its_words(error, way, request) from None

    async def _streamed(self, way: Context, request: ChatRequest) -> AsyncGenerator[Sequence[Body]]:
        if request.endpoint == "completions" and len(prompts_of(request.body)) > 1:
            whole = request.with_body(unstreamed(request.body))
            decision = await self._decided(way, whole)
        else:
            evidence = await self._evidence(way, request)
            drawn = None
            if not evidence:
                drawn, evidence = await self._from_store(way, request)
            if drawn is None and not evidence:
                way.trace.model_calls += 1
                judged = (await self._untouched(way, request)).check
                new_gate = way.snapshot.new_gate(way.live, judged.asked, judged.exempt)
                passing = Passing(way, request, self._likeness, new_gate)
                async with aclosing(passing.batches()) as released:
                    async for batch in released:
                        yield batch
                if (leak := passing.first_of_all) is None:
                    return
                evidence = (found_in_draft(request, leak.policy),)
            decision = drawn or await through(self._graph, way, request, evidence)
        made = made_of(decision, request, self.snapshot.models.product)
        sent = self._likeness.streamed(request, made, way.snapshot.new_gate(way.live))
        async with aclosing(sent) as batches:
            async for batch in batches:
                yield batch

    async def _untouched(self, way: Context, request: ChatRequest) -> Attempt:
        """The attempt of a request without evidence. A description in it is compared by meaning."""
        described = self._embed is not None and way.snapshot.compiled.described.facts.longest
        length = HEAVY + 1 if described else length_of(request.body)
        return await aside(length, partial(untouched, request, way.snapshot, way.live))

    def _way(self, request: ChatRequest, *, drawn: bool = False) -> Context:
        """What this request is answered with to its end, whatever is reloaded meanwhile."""
        snapshot, audit = self.snapshot, current.get()
        live = snapshot.live(datetime.now(UTC), request.tenant, drawn=drawn)
        way = Context(snapshot, live, Trace())
        if audit is not None:
            audit.book, audit.trace = snapshot.book.digest[:12], way.trace
        return way

    async def _evidence(self, way: Context, request: ChatRequest) -> tuple[Evidence, ...]:
        """Evidence that calls for the graph; grey similarity does only if a router can judge it."""
        turns = turns_of(request.body)
        snapshot, live = way.snapshot, way.live
        judged = snapshot.asks_router
        screen = partial(snapshot.screen.screen, turns, live.now, live.tenant, grey=judged)
        threaded = self._embed is not None and bool(snapshot.book.policies)
        length = HEAVY + 1 if threaded else sum(len(turn.text) for turn in turns)
        with way.trace.phase("screen"):
            found = await aside(length, screen)
        weighty = any(e.certain or e.kind != "scope" for e in found)
        return found if weighty or (found and judged) else ()

    def to_embed(self, request: ChatRequest) -> tuple[str, ...]:
        """The texts of a request that deciding on it compares by meaning, for an embedder's cache.

        One that is found by a name may need more.
        """
        snapshot = self.snapshot
        return snapshot.screen.to_embed(turns_of(request.body), grey=snapshot.asks_router)

    def others(self, request: ChatRequest, *, drawn: bool = False) -> OtherRoutes:
        """What answers a request that is no chat; concepts count where a picture is ``drawn``."""
        return OtherRoutes(self._way(request, drawn=drawn), request)

    async def models(self) -> Body:
        """The product's model list."""
        try:
            return await self.snapshot.models.product.models()
        except UpstreamError as error:
            now = self.snapshot.live(datetime.now(UTC), None)
            raise await in_its_words(error, Context(self.snapshot, now, Trace())) from None

    def in_force(self, tenant: str | None) -> str:
        """Tells apart what policies a client meets now from what it met at another time."""
        return self.snapshot.live(datetime.now(UTC), tenant).mark()

    async def may_leave(self, request: ChatRequest, reply: Body, released: str) -> bool:
        """May a reply to ``request`` leave again that was released under the policies then?

        Under others not where the request shows evidence: it would be answered otherwise now.
        """
        if released == self.in_force(request.tenant):
            return True
        way = self._way(request)
        if await self._evidence(way, request):
            return False
        judge = partial((await self._untouched(way, request)).check.leak_in_reply, reply)
        return await aside(length_of(reply), judge) is None

    def ready(self) -> str | None:
        """None, or why not all is guarded: of a file that never was good nothing is in force."""
        stale = self.stale()
        if stale is None or not stale.missing:
            return None
        return f"{len(stale.missing)} policy file(s) cannot be put in force; the log names them"

    def condition(self) -> Body:
        """What is amiss: files that are stale, by numbers the log explains, and dead models."""
        return amiss(self.stale(), self._health.failing)

    def figures(self) -> Figures:
        """The book in force and how often it was replaced, for metrics."""
        return Figures.of(self.snapshot.book, self._reloads)

    async def close(self) -> None:
        """Close every model instance, and the store."""
        if self._retriever is not None:
            self._retriever.store.close()
        await self._making.close()
