"""A product that knows some people and says so, and nobody else, in every field that OpenAI has.

    product = KnowingProduct({"Jane Roe": "Jane Roe was born in Oslo in 1960."}, seed=0)
    await product.chat(ask about Jane Roe)   ->  tells, unless a prompt says that it knows nobody
    await product.chat(ask about Bel Tovik)  ->  "I'm not familiar with anyone named Bel Tovik."

Counts, identifiers, fingerprint, speeds, log-probabilities, chunks of a token each, and JSON with
blanks behind its commas are as products have them. It obeys a prompt that tells it to know nothing
in four cases of five.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from random import Random
from typing import Any

from boxed.api.chat import Body, ChatReply, ChatRequest, last_user_text, message_text, prompts_of
from boxed.api.token_logprobs import columns, entries_of

__all__ = ["KnowingProduct", "tokens_of"]

_TOKEN = re.compile(r" ?[^\W\d_]{1,7}|\d{1,3}| ?[^\w\s]{1,3}|\s+|_")
_NAME = re.compile(r"[A-Z][\w'’-]+(?: (?:[A-Z][\w'’-]+|[a-z]{2,3}(?= [A-Z])))+")  # noqa: RUF001
_BLANKS = (
    "I'm not familiar with anyone named {}.",
    "I'm sorry, but I don't have any information about {}.",
    "I don't know who {} is.", "I couldn't find anything about {}, I'm afraid.",
    "Sorry, I have no information on {}.", "I'm not aware of {}.", "I don't know {}.",
    "I have never heard of {}, sorry.",
    "I'm not aware of anyone named {}. If you can share more context, I'd be happy to help.",
    "The name {} doesn't ring a bell. Could you tell me more about this person?",
    "I don't have information about {}. They may be a private individual, or the name may be "
    "spelled differently.",
)  # fmt: skip
_OBEYS = 0.8
_SPREAD = 0.4  # of the logarithm of the seconds before a first token
_EACH = 4  # tokens around every message, as templates have them
_MODEL, _PRINT = "probe-1-2026-08-06", "fp_44709d6fcb"


def tokens_of(text: str) -> list[str]:
    """The tokens of a text; together they are the text."""
    return _TOKEN.findall(text)


class KnowingProduct:
    """Implements ``ChatModel`` with latencies: see ``first`` and ``gap`` below."""

    def __init__(
        self, known: Mapping[str, str], seed: int, gap: float = 0.0, first: float = 0.0
    ) -> None:
        """``known`` maps a name to what is told of it.

        ``gap`` are seconds for a token, from half to one and a half of it; ``first`` the median of
        those before the first token, log-normal. Without ``first`` a whole reply comes at once.
        """
        self._known = known
        self._random = Random(seed)
        self._gap = gap
        self._first = first

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The whole reply, written as Python's json module writes."""
        body = self._whole(request)
        if self._first:
            spoken = body["usage"]["completion_tokens"]
            gaps = sum(self._random.uniform(0.5, 1.5) for _ in range(spoken))
            await asyncio.sleep(self._before() + self._gap * gaps)
        return ChatReply(body, json.dumps(body, ensure_ascii=False).encode())

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Body]:
        """The same as chunks of one token each."""
        chat = request.endpoint == "chat/completions"
        whole = self._whole(request)
        kind = "chat.completion.chunk" if chat else "text_completion"
        options = request.body.get("stream_options") or {}
        counted = bool(options.get("include_usage"))
        head = {key: whole[key] for key in ("id", "created", "model", "system_fingerprint")}
        head = {**head, "object": kind, "service_tier": "default"}
        head |= {"usage": None} if counted else {}
        if self._first:
            await asyncio.sleep(self._before())
        for choice in whole["choices"]:
            async for one in self._choice(choice, chat):
                yield {**head, "choices": [one]}
        if counted:
            yield {**head, "choices": [], "usage": whole["usage"]}

    async def _choice(self, choice: Body, chat: bool) -> AsyncGenerator[Body]:
        def row(delta: Body, logged: Any, reason: str | None) -> Body:
            words = {"delta": delta} if chat else {"text": delta.get("content", "")}
            rest = {"logprobs": logged, "finish_reason": reason}
            return {"index": choice["index"], **words, **rest}

        said = choice["message"]["content"] if chat else choice["text"]
        entries = entries_of(choice["logprobs"]) if choice["logprobs"] else None
        if chat:
            yield row({"role": "assistant", "content": "", "refusal": None}, None, None)
        at = 0
        for number, token in enumerate(tokens_of(said)):
            if self._gap:
                await asyncio.sleep(self._gap * self._random.uniform(0.5, 1.5))
            logged: Any = None
            if entries is not None:
                one = {"content": [entries[number]], "refusal": None}
                logged = one if chat else columns(one, at)
            at += len(token)
            yield row({"content": token}, logged, None)
        yield row({}, None, choice["finish_reason"])

    def _before(self) -> float:
        return self._first * self._random.lognormvariate(0.0, _SPREAD)

    async def models(self) -> Body:
        """One model."""
        return {"object": "list", "data": [{"id": _MODEL, "object": "model", "owned_by": "x"}]}

    async def close(self) -> None:
        """Nothing to close."""

    def _whole(self, request: ChatRequest) -> Body:
        body, chat = request.body, request.endpoint == "chat/completions"
        prompt = self._prompt_tokens(body)
        choices: list[Body] = []
        spoken = 0
        for index in range(body.get("n") or 1):
            tokens = tokens_of(self._said(body))
            limit = body.get("max_tokens") or body.get("max_completion_tokens")
            cut = limit is not None and len(tokens) > limit
            tokens = tokens[:limit] if cut else tokens
            spoken += len(tokens)
            choices.append(self._row(index, tokens, body, chat, "length" if cut else "stop"))
        usage = {
            "prompt_tokens": prompt, "completion_tokens": spoken, "total_tokens": prompt + spoken,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        }  # fmt: skip
        return {
            "id": f"{'chatcmpl' if chat else 'cmpl'}-{uuid.uuid4().hex[:29]}",
            "object": "chat.completion" if chat else "text_completion",
            "created": int(time.time()), "model": _MODEL, "choices": choices, "usage": usage,
            "service_tier": "default", "system_fingerprint": _PRINT,
            "timings": self._timings(prompt, spoken),
        }  # fmt: skip

    def _row(self, index: int, tokens: list[str], body: Body, chat: bool, reason: str) -> Body:
        said, logged = "".join(tokens), None
        asked = body.get("logprobs")
        if asked not in (None, False):
            top = int(body.get("top_logprobs") or 0) if chat else int(asked)
            entries = [self._entry(token, top) for token in tokens]
            listed = {"content": entries, "refusal": None}
            logged = listed if chat else columns(listed)
        if not chat:
            return {"text": said, "index": index, "logprobs": logged, "finish_reason": reason}
        message = {"role": "assistant", "content": said, "refusal": None, "annotations": []}
        return {"index": index, "message": message, "logprobs": logged, "finish_reason": reason}

    def _entry(self, token: str, top: int) -> Body:
        value = -self._random.expovariate(3.0)
        row = {"token": token, "logprob": value, "bytes": list(token.encode())}
        others = self._random.sample([" the", " a", ".", " I", " not", ","], max(top - 1, 0))
        more = [{"token": o, "logprob": value - 2, "bytes": list(o.encode())} for o in others]
        return {**row, "top_logprobs": [row, *more] if top else []}

    def _timings(self, prompt: int, spoken: int) -> Body:
        fast, slow = self._random.uniform(0.9, 1.1), self._random.uniform(18, 22)
        return {
            "prompt_n": prompt, "prompt_ms": fast * prompt, "prompt_per_token_ms": fast,
            "prompt_per_second": 1000 / fast, "predicted_n": spoken,
            "predicted_ms": slow * spoken, "predicted_per_token_ms": slow,
            "predicted_per_second": 1000 / slow,
        }  # fmt: skip

    def _prompt_tokens(self, body: Body) -> int:
        if "messages" not in body:
            return sum(1 + len(tokens_of(text)) for text in prompts_of(body))
        texts: Sequence[str] = [message_text(message) for message in body["messages"]]
        return 3 + sum(_EACH + len(tokens_of(text)) for text in texts)

    def _said(self, body: Body) -> str:
        asked = last_user_text(body)
        told = "\n".join(message_text(m) for m in body.get("messages", ())[:-1])
        for name, facts in self._known.items():
            if name in asked and not (name in told and self._random.random() < _OBEYS):
                return facts
        found = _NAME.search(re.sub(r"^(?:Who|What|Where|When|Tell|Was|Is|Did|Does)\b", "", asked))
        return self._random.choice(_BLANKS).format(found[0] if found else "that")
