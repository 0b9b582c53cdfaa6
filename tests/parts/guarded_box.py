"""The smallest box: one product, every reply through the release, "I don't know." for a leak."""

from collections.abc import AsyncIterator

from release_guards import leak_in_text, new_gate

from boxed.api.chat import Body, ChatReply, ChatRequest
from boxed.models.protocol import ChatModel
from boxed.release.stream import StreamRelease
from boxed.release.whole import leak_in

IGNORANCE = "I don't know."


class GuardedBox:
    def __init__(self, product: ChatModel) -> None:
        self._product = product

    async def answer(self, request: ChatRequest) -> ChatReply:
        reply = await self._product.chat(request)
        if leak_in(reply.body, leak_in_text) is None:
            return reply
        message = {"role": "assistant", "content": IGNORANCE}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return ChatReply({**reply.body, "choices": [choice]})

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        release = StreamRelease(new_gate)
        replaced: set[int] = set()
        async for chunk in self._product.stream(request):
            for one in release.feed(chunk):
                yield one
            for choice in release.leaked_choices - replaced:
                replaced.add(choice)
                for one in release.replace(choice, IGNORANCE):
                    yield one
        for one in release.close():
            yield one

    async def models(self) -> Body:
        return await self._product.models()

    def ready(self) -> str | None:
        return None

    def condition(self) -> Body:
        return {}

    async def close(self) -> None:
        await self._product.close()
