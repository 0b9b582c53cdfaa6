"""A reply that the product did not write, in every field as the product would have given it.

    made = Made(body of the graph, calls that were made for it)
    await likeness.whole(request, made)             ->  a ChatReply in the product's JSON style
    likeness.streamed(request, made, new_gate)      ->  chunks cut, gated and paced like its own

What is not known yet of the product's form is asked of it once, with a word and no client's text.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from boxed.api.call import Made
from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.api.replies import wants_json
from boxed.api.token_logprobs import entries_of, values_in
from boxed.likeness.choices import Written, shares, written_choices
from boxed.likeness.counting import Counting, answered, smallest
from boxed.likeness.filling import Counts, filled_choice, filled_top
from boxed.likeness.json_bytes import written
from boxed.likeness.limits import most_tokens
from boxed.likeness.listening import Listening
from boxed.likeness.memory import Key, Memory, Streamed, Whole, choices_of, key_of, text_in
from boxed.likeness.outline import NOTHING, outline
from boxed.likeness.pacing import paced
from boxed.likeness.streaming import Head, as_stream, continuing, gated_alike
from boxed.models.protocol import ChatModel, UpstreamError
from boxed.release.gate import NewGate

__all__ = ["Likeness", "Stopped"]

_HELLO: Body = {"role": "user", "content": "Hello"}
_SMALL = 64  # tokens; a limit above is rarely reached by what is said in the product's place
_FEW = 8  # tokens of a stream that shows its form


@dataclass(slots=True)
class Stopped:
    """A stream of the product's that the gate stopped; ``tokens`` are those of what has left."""

    heard: Listening
    tokens: int = 0


class Likeness:
    """One product's manners; shared by all requests of one event loop."""

    def __init__(self, product: ChatModel, clean: Callable[[str], bool]) -> None:
        """``clean`` says that a text gives nobody away: nothing else is kept of a reply."""
        self._product = product
        self._memory = Memory(clean)
        self._counting = Counting(product)

    def learn(self, request: ChatRequest, reply: ChatReply) -> None:
        """Take note of a whole reply of the product's own that leaves."""
        key = key_of(request)
        if self._memory.due(key):
            self._memory.whole(key, reply, time.time())

    def listening(self, request: ChatRequest) -> Listening:
        """What takes note of a stream of the product's own."""
        return Listening(self._memory, request)

    async def whole(self, request: ChatRequest, made: Made) -> ChatReply:
        """The whole reply, in the bytes that the product would send."""
        form = await self._whole_form(request, made)
        rows, counts = await self._written(request, made)
        out = filled_top(form.outline, counts, form.counts, _fresh(request, made), form.offset)
        kind = "message" if request.endpoint == "chat/completions" else "text"
        out["choices"] = [_choice(form.outline, row, kind) for row in rows]
        return ChatReply(out, written(out, form.style))

    async def streamed(
        self, request: ChatRequest, made: Made, new_gate: NewGate
    ) -> AsyncGenerator[list[Body]]:
        """The reply as the product would stream it, through gates and at the product's pace."""
        form = await self._stream_form(request)
        rows, counts = await self._written(request, made)
        fresh = _fresh(request, made)
        head = Head(form, counts, fresh, _counts_wanted(request), request.endpoint)
        async for batch in self._sent(request, as_stream(head, rows), rows, new_gate):
            yield batch

    async def continued(
        self,
        request: ChatRequest,
        stopped: Stopped,
        choice: int,
        said: str,
        line: str,
        new_gate: NewGate,
    ) -> AsyncGenerator[list[Body]]:
        """The rest of a choice of which ``said`` has left, and the gate stopped what came next."""
        heard, known = stopped.heard, self._memory.known(key_of(request))
        # Of the product's own words only some have left.
        share = len(said) / max(heard.lengths.get(choice, 0), len(said), 1)
        spent = round(heard.pieces.get(choice, 0) * share)
        tokens = await self._tokens_of(request, line)
        rows = written_choices(
            [{"index": choice, "text": line}], [tokens], request, known, before=said, spent=spent
        )
        stopped.tokens += spent + rows[0].tokens
        counts = await self._stopped_counts(request, stopped)
        form = await self._form_of(request, heard)
        head = Head(form, counts, heard.last, False, request.endpoint)
        chunks = list(continuing(head, rows[0], opened=not said))
        async for batch in self._sent(request, chunks, rows, new_gate):
            yield batch

    async def counts_of(self, request: ChatRequest, stopped: Stopped) -> list[Body]:
        """The last chunk, with the counts, of a stream that was stopped before it came."""
        if not _counts_wanted(request):
            return []
        counts = await self._stopped_counts(request, stopped)
        form = await self._form_of(request, stopped.heard)
        return Head(form, counts, stopped.heard.last, True, request.endpoint).usage()

    async def _sent(
        self,
        request: ChatRequest,
        chunks: Sequence[Body],
        rows: Sequence[Written],
        new_gate: NewGate,
    ) -> AsyncGenerator[list[Body]]:
        gaps = tuple(self._memory.known(key_of(request)).gaps)
        paces = list(paced(chunks, gaps))
        batches = [batch for _, batch in paces]
        left = await asyncio.to_thread(gated_alike, batches, rows, new_gate)
        for (seconds, _), ready in zip(paces, left, strict=True):
            if seconds:
                await asyncio.sleep(seconds)
            if ready:
                yield ready

    async def _written(self, request: ChatRequest, made: Made) -> tuple[list[Written], Counts]:
        """The choices within the client's limits, and what they count."""
        known = self._memory.known(key_of(request))
        for call in made.calls:
            for choice in choices_of(call.reply.body) if call.of_product else ():
                known.logprobs.extend(values_in(choice.get("logprobs")))
        prompt = await self._counting.prompt(request, made.calls)
        tokens = made.counted + sum(map(known.tokens, made.foreign))
        for line in made.fixed:
            tokens += await self._tokens_of(request, line) if prompt else known.tokens(line)
        given = choices_of(made.body)
        parts = shares(given, tokens)
        for place, choice in enumerate(given):
            given[place], parts[place] = await self._cut(request, choice, parts[place])
        rows = written_choices(given, parts, request, known)
        return rows, (prompt, sum(row.tokens for row in rows)) if prompt else (0, 0)

    async def _cut(self, request: ChatRequest, choice: Body, tokens: int) -> tuple[Body, int]:
        """A choice at the client's own limit if it is small: there a letter more or less shows."""
        most, text = most_tokens(request.body), text_in(choice)
        plain = text and not wants_json(request.body) and not request.body.get("echo")
        if not plain or most is None or most >= min(tokens, _SMALL):
            return choice, tokens
        entries = entries_of(choice.get("logprobs"))
        cut: str | None = "".join(str(entry.get("token", "")) for entry in entries[:most])
        if not cut or not text.startswith(cut):
            cut = await self._counting.beginning(text, most, request)
        if cut is None:
            return choice, tokens
        said: Body = {"text": cut} if "text" in choice else {}
        if isinstance(choice.get("message"), dict):
            said["message"] = {**choice["message"], "content": cut}
        return {**choice, **said, "finish_reason": "length"}, most

    async def _tokens_of(self, request: ChatRequest, line: str) -> int:
        counted = await self._counting.said(line, request)
        return counted or self._memory.known(key_of(request)).tokens(line)

    async def _stopped_counts(self, request: ChatRequest, stopped: Stopped) -> Counts:
        prompt = await self._counting.asked(request)
        return (prompt, stopped.tokens) if prompt else (0, 0)

    async def _whole_form(self, request: ChatRequest, made: Made) -> Whole:
        key, now = key_of(request), time.time()
        chat = request.endpoint == "chat/completions"
        for call in made.calls:
            if call.of_product and chat:
                return self._memory.whole(key, call.reply, now)
        if (found := _near(self._memory.wholes, key)) is not None:
            return found
        reply = await answered(self._product, smallest(request, [_HELLO] if chat else None))
        if reply is None:
            return Whole(outline(made.body, NOTHING))
        return self._memory.whole(key, reply, now)

    async def _form_of(self, request: ChatRequest, heard: Listening) -> Streamed:
        """The form of a stream that was stopped: its own, and of its end what is known besides."""
        known, own = _near(self._memory.streams, key_of(request)), heard.form
        if known is None and (own.words or own.first):
            return own
        known = known or await self._stream_form(request)
        return replace(
            known, words=own.words or known.words, first=own.first or known.first,
            opening=own.opening, offset=own.offset,
        )  # fmt: skip

    async def _stream_form(self, request: ChatRequest) -> Streamed:
        key = key_of(request)
        if (found := _near(self._memory.streams, key)) is not None:
            return found
        chat = request.endpoint == "chat/completions"
        asked = smallest(request, [_HELLO] if chat else None, _FEW)
        extra = {name: request.body[name] for name in ("stream_options",) if name in request.body}
        asked = asked.with_body({**asked.body, "stream": True, **extra})
        heard = Listening(self._memory, asked)
        try:
            async for chunk in self._product.stream(asked):
                heard.chunk(chunk)
        except UpstreamError:
            return Streamed()  # only likeness is lost: the answer has the API's plain form
        heard.over()
        self._memory.stream(key, heard.form)
        return heard.form


def _choice(form: Body, row: Written, kind: str) -> Body:
    made = filled_choice(form, row.index, kind, row.said(kind), row.reason)
    if row.entries is not None:
        made["logprobs"] = row.logprobs(kind)
    return made


def _fresh(request: ChatRequest, made: Made) -> Body:
    """What stood beside the choices in the product's own reply to this request."""
    own = [call.reply.body for call in made.calls if call.of_product]
    if not own:
        return {}
    left_out = ("object", "choices", "usage")
    if request.endpoint != "chat/completions":
        left_out = (*left_out, "id")
    return {key: value for key, value in own[-1].items() if key not in left_out}


def _counts_wanted(request: ChatRequest) -> bool:
    return key_of(request)[3]


def _near(table: Any, key: Key) -> Any:
    """What is known under this key, or under one that differs in log-probabilities alone."""
    return table.get(key) or table.get((key[0], key[1], not key[2], key[3]))
