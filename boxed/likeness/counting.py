"""How many tokens the product counts, or would have counted, asked of the product itself.

A worker's prompt is longer than the client's: counted as it is, it would give the worker away. What
was put in is measured once, by two calls that ask for a single token, and taken off from then on.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Sequence

from boxed.api.call import Call
from boxed.api.chat import Body, ChatReply, ChatRequest, message_text, prompts_of
from boxed.likeness.memory import counts_in
from boxed.models.protocol import ChatModel, UpstreamError

__all__ = ["Counting", "smallest"]

_SYSTEM = frozenset({"system", "developer"})
_MOST = 4096
_LONGEST = 8000  # characters; more than that is not sent a second time to be counted
_ONE: Body = {"role": "user", "content": "a"}  # a single token, for every tokeniser in use
_USUAL_RATIO = 0.25
_APART = "\x00"
_NAMED = re.compile(r"(?<!\w)[^\W\d_a-z]\w*")  # words that begin as names do, in any script


class Counting:
    """Asks ``product`` with the client's own headers; each text once for each model."""

    def __init__(self, product: ChatModel) -> None:
        self._product = product
        self._counts: OrderedDict[str, int | None] = OrderedDict()

    async def said(self, text: str, request: ChatRequest) -> int | None:
        """The tokens of a text that holds nothing of the client's; None where they are unknown."""
        whole, base = await asyncio.gather(
            self._count(request, [{"role": "user", "content": text}]),
            self._count(request, [_ONE]),
        )
        return None if whole is None or base is None else max(1, whole - base + 1)

    async def beginning(self, text: str, most: int, request: ChatRequest) -> str | None:
        """The longest beginning of ``text`` that the product counts as ``most`` tokens.

        None where it cannot be known: a beginning with a name that the client wrote is not sent.
        """
        theirs = {word for word in _NAMED.findall(_texts(request.body)) if len(word) > 2}
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if not theirs.isdisjoint(_NAMED.findall(text[:middle])):
                high = middle - 1
                continue
            counted = await self.said(text[:middle], request)
            if counted is None:
                return None
            low, high = (middle, high) if counted <= most else (low, middle - 1)
        return text[:low] or None

    async def asked(self, request: ChatRequest) -> int | None:
        """The product's own count of a request that it was sent as it is, and is sent once more."""
        left_out = ("stream", "stream_options", "n", "best_of", "logprobs", "top_logprobs",
                    "max_tokens", "max_completion_tokens", "echo")  # fmt: skip
        body = {key: value for key, value in request.body.items() if key not in left_out}
        limit = "max_completion_tokens" if "max_completion_tokens" in request.body else "max_tokens"
        return await self._counted(request.with_body({**body, limit: 1}))

    async def prompt(self, request: ChatRequest, calls: Sequence[Call]) -> int | None:
        """The tokens of the client's prompt, from the calls that were made for it.

        Without a call of the product's they are reckoned from its length. None where the product
        counts none.
        """
        made = [call for call in calls if call.of_product and counts_in(call.reply.body)]
        own = [call for call in made if _same(call.asked, request.body)]
        chosen = (own or made)[0] if made else None
        if chosen is None:
            return await self._reckoned(request)
        counted = (counts_in(chosen.reply.body) or (0, 0))[0]
        if own or not counted:
            return counted
        added, system = _added(chosen.asked, request.body)
        rest = _length(chosen.asked) - sum(len(message_text(one)) for one in added)
        ratio = counted / max(_length(chosen.asked), 1)
        extra = await self._overhead(request, added, system, ratio)
        tokens = counted - extra + round((_length(request.body) - rest) * min(ratio, 1.0))
        return max(1, tokens + await self._to_endpoint(request))

    async def _overhead(
        self, request: ChatRequest, added: list[Body], system: bool, ratio: float
    ) -> int:
        """What these messages of a worker's add to a prompt."""
        length = sum(len(message_text(one)) for one in added)
        if not added:
            return 0
        if length <= _LONGEST:
            before: list[Body] = [{"role": "system", "content": "a"}] if system else []
            with_them, without = await asyncio.gather(
                self._count(request, [*before, *added, _ONE]),
                self._count(request, [*before, _ONE]),
            )
            if with_them is not None and without is not None:
                return with_them - without
        return round(length * ratio)

    async def _to_endpoint(self, request: ChatRequest) -> int:
        """What a bare prompt counts less than a chat with nothing but it."""
        if request.endpoint == "chat/completions":
            return 0
        chat = await self._count(request, [_ONE])
        bare = await self._count(request, None)
        return 0 if chat is None or bare is None else bare - chat

    async def _reckoned(self, request: ChatRequest) -> int | None:
        base = await self._count(request, [_ONE])
        if not base:
            return base
        texts = _length(request.body)
        more = max(0, len(request.body.get("messages", ())) - 1) * max(0, base - 1)
        tokens = base + more + max(0, round(texts * _USUAL_RATIO) - 1)
        return max(1, tokens + await self._to_endpoint(request))

    async def _count(self, request: ChatRequest, messages: list[Body] | None) -> int | None:
        """The product's own count of a prompt; None of one that it does not answer."""
        return await self._counted(smallest(request, messages))

    async def _counted(self, asked: ChatRequest) -> int | None:
        text = json.dumps([asked.endpoint, asked.body], sort_keys=True, ensure_ascii=True)
        key = hashlib.sha256(text.encode()).hexdigest()
        if key not in self._counts:
            reply = await answered(self._product, asked)
            counts = counts_in(reply.body) if reply is not None else None
            self._counts[key] = counts[0] if counts else None
            if len(self._counts) > _MOST:
                self._counts.popitem(last=False)
        self._counts.move_to_end(key)
        return self._counts[key]


async def answered(model: ChatModel, asked: ChatRequest) -> ChatReply | None:
    """The reply to a question of our own; None where there is none, which costs likeness alone."""
    try:
        return await model.chat(asked)
    except UpstreamError:
        return None


def smallest(request: ChatRequest, messages: list[Body] | None, tokens: int = 1) -> ChatRequest:
    """A request for so few tokens, to the model and in the name of the client; None: no chat."""
    body: Body = {key: request.body[key] for key in ("model",) if key in request.body}
    limit = "max_completion_tokens" if "max_completion_tokens" in request.body else "max_tokens"
    if messages is None:
        body |= {"prompt": "a", "max_tokens": tokens}
        return ChatRequest(body, None, request.headers, request.tenant, "completions")
    body |= {"messages": messages, limit: tokens}
    return ChatRequest(body, None, request.headers, request.tenant)


def _same(asked: Body, client: Body) -> bool:
    fields = ("messages", "prompt", "tools", "functions", "response_format")
    return all(asked.get(key) == client.get(key) for key in fields)


def _added(asked: Body, client: Body) -> tuple[list[Body], bool]:
    """The messages that a worker put in, behind the client's own system messages if any."""
    theirs: list[Body] = client.get("messages", [{"role": "user"}])
    ours: list[Body] = asked.get("messages") or []
    head = 0
    while head < len(theirs) and theirs[head].get("role") in _SYSTEM:
        head += 1
    return ours[head : head + max(0, len(ours) - len(theirs))], head > 0


def _length(body: Body) -> int:
    return len(_texts(body).replace(_APART, ""))


def _texts(body: Body) -> str:
    texts = [message_text(message) for message in body.get("messages", ())]
    return _APART.join(texts or prompts_of(body))
