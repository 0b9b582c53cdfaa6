"""A local chat model through llama.cpp, for speed on a CPU: any GGUF file, with a LoRA beside it.

    model = LlamaCppModel(Path("model.gguf"), "smollm2")
    await model.chat(request)

Requests and replies are those of ``LocalModel``: greedy unless asked otherwise, 256 tokens at most
unless asked for more, no control token of the model inside a message. It gives log-probabilities of
what it writes, never of an answer that it is handed: those come from ``LocalModel``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path

from boxed.api.chat import Body, ChatReply, ChatRequest, prompts_of
from boxed.api.completions import as_completion
from boxed.models.llama_prompts import Defusing, plain_messages
from boxed.models.llama_server import CONTEXT, LlamaServer
from boxed.models.openai_http import HttpModel
from boxed.models.protocol import UpstreamError
from boxed.models.sampling import Sampling, sampling_of

__all__ = ["LlamaCppModel"]

_PATIENCE = 3600.0
"""Seconds without a byte: a long prompt on a slow machine, behind others that wait."""
_SEEDS = 2**32 - 1
_HEAD = ("id", "object", "created")
_TOO_LONG = "exceed_context_size_error"


class LlamaCppModel:
    """Implements ``ChatModel`` on a GGUF file that this process holds."""

    def __init__(self, model: Path, label: str | None = None, adapter: Path | None = None) -> None:
        """``adapter`` is a LoRA in GGUF form. Raises ``EngineError`` (an OSError)."""
        self.label = label or model.stem
        self._server = LlamaServer(model, adapter)
        self._defusing = Defusing(self._server.url, self._server.key)
        self._http = HttpModel(
            f"{self._server.url}/v1", self._server.key, read_timeout=_PATIENCE, retries=0
        )

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The whole reply, every choice of it."""
        if request.endpoint == "completions":
            chats: list[Body] = [
                {**request.body, "messages": [{"role": "user", "content": prompt}]}
                for prompt in prompts_of(request.body)
            ]
            return ChatReply(as_completion([await self._whole(chat) for chat in chats]))
        return ChatReply(await self._whole(request.body))

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """The reply as chunks while it is generated; closing early stops the engine."""
        if request.endpoint == "completions":
            yield (await self.chat(request)).body
            return
        sampling = sampling_of(request.body)
        messages = await self._messages(request.body)
        head: Body | None = None
        used: list[Body] = []
        for index in range(sampling.n or 1):
            source = self._http.stream(self._request(messages, sampling, index, streamed=True))
            async with aclosing(source):
                try:
                    async for chunk in source:
                        head = head or self._head(chunk)
                        if chunk.get("usage"):
                            used.append(chunk["usage"])
                        for choice in chunk["choices"]:
                            yield {
                                **head,
                                "choices": [_plain_choice(choice, index, "delta", sampling)],
                            }
                except UpstreamError as error:
                    raise _told(error) from None
        if head is not None and (request.body.get("stream_options") or {}).get("include_usage"):
            yield {**head, "choices": [], "usage": _together(used)}

    async def models(self) -> Body:
        """The one model there is."""
        return {
            "object": "list",
            "data": [{"id": self.label, "object": "model", "created": 0, "owned_by": "local"}],
        }

    async def close(self) -> None:
        """Stop the engine and give its memory back."""
        await self._http.close()
        await self._defusing.close()
        await asyncio.to_thread(self._server.close)

    async def _whole(self, body: Body) -> Body:
        sampling = sampling_of(body)
        messages = await self._messages(body)
        made: list[Body] = []
        for index in range(sampling.n or 1):
            try:
                reply = await self._http.chat(self._request(messages, sampling, index))
            except UpstreamError as error:
                raise _told(error) from None
            made.append(reply.body)
        choices = [
            _plain_choice(reply["choices"][0], index, "message", sampling)
            for index, reply in enumerate(made)
        ]
        if sampling.logprobs:  # an empty reply has none, and says so as the API does
            choices = [{**c, "logprobs": c["logprobs"] or {"content": []}} for c in choices]
        used = _together([reply.get("usage") or {} for reply in made])
        return {**self._head(made[0]), "choices": choices, "usage": used}

    def _head(self, reply: Body) -> Body:
        return {**{name: reply.get(name) for name in _HEAD}, "model": self.label}

    async def _messages(self, body: Body) -> list[Body]:
        return await self._defusing.defused(plain_messages(body["messages"]))

    def _request(
        self, messages: Sequence[Body], sampling: Sampling, index: int, *, streamed: bool = False
    ) -> ChatRequest:
        """One choice as llama.cpp is asked for it, with its own defaults for sampling off."""
        body: Body = {
            "model": self.label, "messages": list(messages), "max_tokens": sampling.limit,
            "temperature": sampling.heat, "top_p": sampling.top_p or 1.0, "top_k": 0, "min_p": 0.0,
        }  # fmt: skip
        if sampling.seed is not None:
            body["seed"] = (sampling.seed + index) % _SEEDS
        if sampling.stop:
            body["stop"] = [word for word in sampling.stop if word]
        if sampling.logprobs:
            # Asked for no likeliest tokens it would give no log-probabilities at all.
            body |= {"logprobs": True, "top_logprobs": sampling.top_logprobs or 1}
        if streamed:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        return ChatRequest(body)


def _plain_choice(choice: Body, index: int, part: str, sampling: Sampling) -> Body:
    """A choice with the API's own fields and nothing of the engine's."""
    said: Body = {
        name: value
        for name, value in choice[part].items()
        if name in ("role", "content") and value is not None
    }
    if part == "message" or "role" in said:
        said.setdefault("content", "")
    found: Body = {"index": index, part: said, "logprobs": None}
    if choice.get("logprobs"):
        entries = choice["logprobs"].get("content") or []
        found["logprobs"] = {"content": [_plain_entry(one, sampling) for one in entries]}
    return {**found, "finish_reason": choice.get("finish_reason")}


def _plain_entry(entry: Body, sampling: Sampling) -> Body:
    """A token's log-probability, and as many of the likeliest tokens as were asked for."""
    likeliest = entry["top_logprobs"][: sampling.top_logprobs or 0]
    return {**_token(entry), "top_logprobs": [_token(one) for one in likeliest]}


def _token(entry: Body) -> Body:
    return {name: entry[name] for name in ("token", "logprob", "bytes")}


def _together(used: Sequence[Body]) -> dict[str, int]:
    """The prompt's tokens once, as the API counts them, and those of every choice."""
    prompt = int(used[0].get("prompt_tokens", 0)) if used else 0
    generated = sum(int(one.get("completion_tokens", 0)) for one in used)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": generated,
        "total_tokens": prompt + generated,
    }


def _told(error: UpstreamError) -> UpstreamError:
    """The engine's refusal of a prompt that is too long, in the API's words."""
    detail = error.theirs or error.body.get("error") or {}
    if detail.get("type") != _TOO_LONG:
        return error
    fresh = {
        "message": f"The prompt is too long: this model reads {CONTEXT} tokens at most.",
        "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded",
    }  # fmt: skip
    return UpstreamError(400, {"error": fresh})
