"""A small book and scripted products for the tests of the box."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.models.fake import FakeModel
from boxed.models.protocol import ChatModel
from prompts.book import PolicyBook, book_of, load_book, shipped_directory
from prompts.policy import Policy, Response

NAMES = ("Carmela Halmere", "Theodor Ostavar", "Hiro Brannova")
SHIPPED = load_book(shipped_directory())


def policy(id: str, title: str, response: Response = "pretend", **more: Any) -> Policy:
    fields: dict[str, Any] = {
        "kind": "person",
        "scope": (f"Who is {title}?",),
        "instruction": "You have never met this person.",
        **more,
    }
    return Policy(id=id, title=title, response=response, **fields)


def answering(response: Response, **more: Any) -> PolicyBook:
    """The shipped policy on Carmela Halmere with another response, beside the other two."""
    changed = SHIPPED.get("carmela-halmere").model_copy(update={"response": response, **more})
    return book_of([changed, *(p for p in SHIPPED.policies if p.id != changed.id)])


def box_of(
    say: Callable[[Body], str | Body] | ChatModel,
    book: PolicyBook = SHIPPED,
    mode: str = "auto",
    **models: Any,
) -> Box:
    product = say if not callable(say) else FakeModel(say)
    return Box(Models(product, **models), book, None, mode)


def asked(*texts: str, **more: Any) -> ChatRequest:
    """User and assistant turns by turns, beginning with the user."""
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": text} for n, text in enumerate(texts)]
    return ChatRequest({"model": "m", "messages": messages, **more})


def said(reply: ChatReply | Body) -> str:
    body = reply.body if isinstance(reply, ChatReply) else reply
    return str(body["choices"][0]["message"]["content"])


async def streamed(box: Box, request: ChatRequest) -> tuple[str, list[Body]]:
    chunks = [chunk async for chunk in box.stream(request)]
    text = "".join(
        choice.get("delta", {}).get("content") or choice.get("text") or ""
        for chunk in chunks
        for choice in chunk["choices"]
    )
    return text, chunks


class Telling(FakeModel):
    """Streams given pieces; notes whether its stream was closed before its end."""

    def __init__(self, pieces: list[str]) -> None:
        super().__init__(lambda _: "".join(pieces))
        self.pieces = pieces
        self.at = 0
        self.closed = False
        self.gate: asyncio.Event | None = None

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        self.requests.append(request)
        head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        try:
            for piece in self.pieces:
                if self.gate is not None and self.at:
                    await self.gate.wait()
                self.at += 1
                choice = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
                yield {**head, "choices": [choice]}
            yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
        finally:
            self.closed = True
