"""A local chat model through transformers: a hub name or a folder, on CPU or GPU.

One generation runs at a time, in a thread of its own, token by token with a key/value cache, so
that streams, stop words and log-probabilities work as they do behind the API.
"""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from jinja2 import TemplateError
from transformers import AutoTokenizer

from boxed.api.chat import Body, ChatReply, ChatRequest, prompts_of
from boxed.api.completions import as_completion
from boxed.models.generating import Choose, generate_together
from boxed.models.named import source_of
from boxed.models.protocol import UpstreamError
from boxed.models.sampling import Sampling, sampling_of
from boxed.models.scored import Scored
from boxed.models.scoring import chat_item, next_token_logprobs, score_items, single_token
from boxed.models.text_stop import StopWords
from boxed.models.weights import load_weights

_CUT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that became certain, with the log-probability entries of its tokens."""

    text: str
    entries: tuple[Body, ...] = ()
    finish: str | None = None


class LocalModel:
    """Implements ``ChatModel`` on weights that this process holds."""

    def __init__(
        self, name: str | Path, label: str | None = None, device: str | None = None
    ) -> None:
        """Load what ``name`` means (``named``); raises OSError or ValueError if it is no model."""
        self.label = label or str(name)
        self._device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self._tokenizer: Any = AutoTokenizer.from_pretrained(source_of(str(name))[0])
        kind = torch.bfloat16 if self._device == "cuda" else torch.float32
        self._model: Any = load_weights(str(name), kind).to(self._device).eval()
        self._lock = threading.Lock()
        ends = self._model.generation_config.eos_token_id
        self._ends = frozenset(
            [*(ends if isinstance(ends, list) else [ends]), self._tokenizer.eos_token_id]
        )
        self._room = int(getattr(self._model.config, "max_position_embeddings", 4096))
        added = self._tokenizer.added_tokens_decoder.values()
        self._special = (
            *self._tokenizer.all_special_tokens,
            *(str(token) for token in added if token.special),
        )

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The whole reply, every choice of it."""
        sampling = sampling_of(request.body)
        if request.endpoint == "completions":
            replies = [await self._whole(_chat(p), sampling) for p in prompts_of(request.body)]
            return ChatReply(as_completion(replies))
        return ChatReply(await self._whole(request.body, sampling))

    def chat_many(self, requests: Sequence[ChatRequest]) -> list[ChatReply | UpstreamError]:
        """The replies that ``chat`` gives to each of the requests, generated together.

        Raises ValueError for a request that is not ``batchable``.
        """
        found: list[ChatReply | UpstreamError] = []
        prompts: dict[int, list[int]] = {}
        for index, request in enumerate(requests):
            if not batchable(request):
                raise ValueError("only chats with one choice are answered together")
            try:
                prompts[index] = self._prompt(request.body)
                found.append(ChatReply({}))
            except UpstreamError as refused:
                found.append(refused)
        asked = [sampling_of(requests[index].body) for index in prompts]
        limits = [
            min(sampling.limit, self._room - len(prompt))
            for sampling, prompt in zip(asked, prompts.values(), strict=True)
        ]
        drawn = any(sampling.heat for sampling in asked)
        choose = [_chooser(sampling, self._device) for sampling in asked] if drawn else None
        with self._lock:
            made = generate_together(
                self._model, list(prompts.values()), limits, ends=self._ends, choose=choose
            )
        for (index, prompt), reply in zip(prompts.items(), made, strict=True):
            text = self._tokenizer.decode(reply.tokens, skip_special_tokens=True)
            choice: Body = {"index": 0, "message": {"role": "assistant", "content": text}}
            choice |= {"logprobs": None, "finish_reason": "stop" if reply.ended else "length"}
            found[index] = ChatReply(self._completion([choice], len(prompt), len(reply.tokens)))
        return found

    async def _whole(self, body: Body, sampling: Sampling) -> Body:
        prompt = self._prompt(body)
        choices: list[Body] = []
        generated = 0
        for index in range(sampling.n or 1):
            pieces = await self._pieces(prompt, sampling, index)
            text = "".join(piece.text for piece in pieces)
            entries = [entry for piece in pieces for entry in piece.entries]
            generated += len(entries)
            choice: Body = {"index": index, "message": {"role": "assistant", "content": text}}
            choice["logprobs"] = {"content": entries} if sampling.logprobs else None
            choices.append({**choice, "finish_reason": pieces[-1].finish})
        return self._completion(choices, len(prompt), generated)

    def _completion(self, choices: list[Body], prompt: int, generated: int) -> Body:
        usage = {"prompt_tokens": prompt, "completion_tokens": generated}
        usage["total_tokens"] = prompt + generated
        return {**self._head("chat.completion"), "choices": choices, "usage": usage}

    async def _pieces(self, prompt: list[int], sampling: Sampling, choice: int) -> list[Piece]:
        """Generate one choice in a thread, which stops soon after whoever waits has left."""
        cancelled = threading.Event()
        try:
            return await asyncio.to_thread(
                lambda: list(self._run(prompt, sampling, choice, cancelled))
            )
        finally:
            cancelled.set()

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """The reply as chunks while it is generated."""
        sampling = sampling_of(request.body)
        if request.endpoint == "completions":
            whole = (await self.chat(request)).body
            yield whole
            return
        prompt, head = self._prompt(request.body), self._head("chat.completion.chunk")
        generated = 0
        for index in range(sampling.n or 1):
            yield _chunk(head, index, {"role": "assistant", "content": ""})
            cancelled = threading.Event()
            source = _in_thread(partial(self._run, prompt, sampling, index, cancelled), cancelled)
            async with aclosing(source):
                async for piece in source:
                    generated += len(piece.entries)
                    if piece.text:
                        chunk = _chunk(head, index, {"content": piece.text})
                        if sampling.logprobs:
                            chunk["choices"][0]["logprobs"] = {"content": list(piece.entries)}
                        yield chunk
                    if piece.finish:
                        yield _chunk(head, index, {}, piece.finish)
        if (request.body.get("stream_options") or {}).get("include_usage"):
            total = len(prompt) + generated
            usage = {"prompt_tokens": len(prompt), "completion_tokens": generated}
            yield {**head, "choices": [], "usage": {**usage, "total_tokens": total}}

    def score(self, messages: Sequence[Body], answers: Sequence[str]) -> list[Scored]:
        """One ``Scored`` per answer, given as the assistant's whole next message."""
        return self.score_many([(messages, answers)])[0]

    def score_many(
        self, items: Sequence[tuple[Sequence[Body], Sequence[str]]]
    ) -> list[list[Scored]]:
        """``score`` for many conversations, batched over all of them.

        Raises ValueError where a prompt and its answer exceed what the model reads.
        """
        encoded = [
            chat_item(self._tokenizer, self._encoded(messages), [self._defused(a) for a in answers])
            for messages, answers in items
        ]
        with self._lock:
            return score_items(self._model, encoded, room=self._room)

    def letters(
        self, chats: Sequence[Sequence[Body]], letters: Sequence[str] = ("A", "B", "C", "D")
    ) -> list[tuple[float, ...]]:
        """Log-probabilities (nats) of each letter as the reply's first token: one pass per chat.

        Raises ValueError for a letter that is not a single token, and for a chat too long.
        """
        tokens = [single_token(self._tokenizer, letter) for letter in letters]
        prompts = [self._encoded(messages) for messages in chats]
        with self._lock:
            return next_token_logprobs(self._model, prompts, tokens, room=self._room)

    async def models(self) -> Body:
        """The one model there is."""
        return {
            "object": "list",
            "data": [{"id": self.label, "object": "model", "created": 0, "owned_by": "local"}],
        }

    async def close(self) -> None:
        """Nothing to give back: the weights go with the process."""

    def _head(self, kind: str) -> Body:
        return {
            "id": f"chatcmpl-{uuid.uuid4().hex[:24]}",
            "object": kind,
            "created": int(time.time()),
            "model": self.label,
        }

    def _encoded(self, messages: Sequence[Body]) -> list[int]:
        """A conversation's tokens, up to where the reply begins."""
        text = self._templated(
            [{"role": m.get("role", "user"), "content": self._defused(_plain(m))} for m in messages]
        )
        return list(self._tokenizer.encode(text, add_special_tokens=False))

    def _prompt(self, body: Body) -> list[int]:
        ids = self._encoded(body["messages"])
        if len(ids) >= self._room:
            message = (
                f"The prompt has {len(ids)} tokens; this model reads {self._room - 1} at most."
            )
            detail = {"message": message, "type": "invalid_request_error", "param": "messages"}
            raise UpstreamError(400, {"error": {**detail, "code": "context_length_exceeded"}})
        return ids

    def _templated(self, messages: list[Body]) -> str:
        """The conversation as the model was trained to read it."""
        if self._tokenizer.chat_template is None:
            return "\n".join([*(str(m["content"]) for m in messages), ""])
        try:
            text = self._tokenizer.apply_chat_template(
                messages, add_generation_prompt=True, tokenize=False
            )
        except TemplateError:
            message = "This model's chat template does not take these messages; check the roles."
            detail = {"message": message, "type": "invalid_request_error", "param": "messages"}
            raise UpstreamError(400, {"error": {**detail, "code": None}}) from None
        return str(text)

    def _defused(self, text: str) -> str:
        """A text that cannot end its own message: control tokens in it are broken up."""
        for token in self._special:
            if len(token) > 1:
                text = text.replace(token, f"{token[0]} {token[1:]}")
        return text

    @torch.inference_mode()
    def _run(
        self,
        prompt: list[int],
        sampling: Sampling,
        choice: int,
        cancelled: threading.Event | None = None,
    ) -> Iterator[Piece]:
        """Generate one choice; yields text as soon as no stop word can begin in it."""
        choose = _chooser(sampling, self._device, choice)
        room = self._room - len(prompt)
        stop, shown, made = StopWords(sampling.stop), "", list[int]()
        waiting: list[Body] = []
        with self._lock:
            ids, cache = torch.tensor([prompt], device=self._device), None
            for _ in range(min(sampling.limit, room)):
                if cancelled is not None and cancelled.is_set():
                    return
                out = self._model(input_ids=ids, past_key_values=cache, use_cache=True)
                cache, logits = out.past_key_values, out.logits[0, -1].float()
                token = choose(logits)
                if token in self._ends:
                    yield self._last(stop, made, len(shown), tuple(waiting), "stop")
                    return
                made.append(token)
                waiting.append(self._entry(token, logits, sampling))
                # A character may be cut in two: its first half is held until it is whole.
                text = self._tokenizer.decode(made, skip_special_tokens=True).rstrip(_CUT)
                ready, stopped = stop.feed(text[len(shown) :])
                shown = text
                if stopped:
                    yield Piece(ready, tuple(waiting), "stop")
                    return
                if ready:
                    yield Piece(ready, tuple(waiting))
                    waiting = []
                ids = torch.tensor([[token]], device=self._device)
        yield self._last(stop, made, len(shown), tuple(waiting), "length")

    def _last(
        self, stop: StopWords, made: list[int], shown: int, entries: tuple[Body, ...], finish: str
    ) -> Piece:
        """What is left when the model ends."""
        text = self._tokenizer.decode(made, skip_special_tokens=True)
        ready, stopped = stop.feed(text[shown:])
        return Piece(ready if stopped else ready + stop.close(), entries, finish)

    def _entry(self, token: int, logits: torch.Tensor, sampling: Sampling) -> Body:
        """A token's log-probability entry in the API's shape."""
        if not sampling.logprobs:
            return {}
        logs = torch.log_softmax(logits, -1)

        def entry(number: int) -> Body:
            text = self._tokenizer.decode([number])
            return {"token": text, "logprob": float(logs[number]), "bytes": list(text.encode())}

        top = logs.topk(sampling.top_logprobs).indices.tolist() if sampling.top_logprobs else []
        return {**entry(token), "top_logprobs": [entry(number) for number in top]}


def batchable(request: ChatRequest) -> bool:
    """Can ``LocalModel.chat_many`` answer it: one choice, no stop words, no probabilities?

    Raises ``UpstreamError`` for sampling fields that are no sampling fields.
    """
    sampling = sampling_of(request.body)
    single = sampling.n in (None, 1)
    plain = not sampling.stop and not sampling.logprobs
    return request.endpoint == "chat/completions" and single and plain


def _chooser(sampling: Sampling, device: Any, choice: int = 0) -> Choose:
    """What picks the tokens of one choice, with random numbers of its own."""
    random = torch.Generator(device)
    if sampling.seed is None:
        random.seed()
    else:
        random.manual_seed(sampling.seed + choice)
    return lambda logits: _choose(logits, sampling, random)


def _choose(logits: torch.Tensor, sampling: Sampling, random: torch.Generator) -> int:
    """The next token: greedy at temperature 0, else nucleus sampling."""
    if sampling.heat == 0:
        return int(logits.argmax())
    probabilities = torch.softmax(logits / sampling.heat, -1)
    if sampling.top_p is not None and sampling.top_p < 1:
        ordered, order = probabilities.sort(descending=True)
        ordered[ordered.cumsum(0) - ordered > sampling.top_p] = 0
        return int(order[torch.multinomial(ordered, 1, generator=random)])
    return int(torch.multinomial(probabilities, 1, generator=random))


def _plain(message: Body) -> str:
    """A message's text parts joined; a local model reads nothing else."""
    content = message.get("content")
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if "text" in part)
    return str(content or "")


def _chat(prompt: str) -> Body:
    return {"messages": [{"role": "user", "content": prompt}]}


def _chunk(head: Body, index: int, delta: Body, finish: str | None = None) -> Body:
    return {**head, "choices": [{"index": index, "delta": delta, "finish_reason": finish}]}


async def _in_thread(
    make: Callable[[], Iterator[Piece]], cancelled: threading.Event
) -> AsyncGenerator[Piece]:
    """Iterate ``make()`` in a thread; leaving early tells the thread to stop."""
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[Piece | BaseException | None]()

    def run() -> None:
        try:
            for piece in make():
                loop.call_soon_threadsafe(queue.put_nowait, piece)
            loop.call_soon_threadsafe(queue.put_nowait, None)
        except Exception as error:  # noqa: BLE001  (handed to the waiting task, which raises it)
            loop.call_soon_threadsafe(queue.put_nowait, error)

    worker = loop.run_in_executor(None, run)
    try:
        while (item := await queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        cancelled.set()
        await worker
