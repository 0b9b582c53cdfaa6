"""What the box asks of a chat model, and how one fails.

Any object with these methods can be the product, a router, a worker or the composer.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any, Protocol, runtime_checkable

from boxed.api.chat import Body, ChatReply, ChatRequest


class UpstreamError(Exception):
    """A model did not answer. ``body`` is an OpenAI error object that is safe to show.

    ``theirs`` is the model's own error object: nobody may see it who has not had it checked.
    """

    def __init__(
        self,
        status: int,
        body: Body,
        retry_after: str | None = None,
        theirs: Mapping[str, Any] | None = None,
    ) -> None:
        """``status`` is the HTTP status for the client; ``retry_after`` the header to pass on."""
        super().__init__(f"upstream answered {status}")
        self.status = status
        self.body = body
        self.retry_after = retry_after
        self.theirs = theirs


class ChatModel(Protocol):
    """A model instance behind OpenAI's chat-completions shapes."""

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The whole reply; raises ``UpstreamError``."""
        ...

    def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """The reply as chunk objects; raises ``UpstreamError``, also midway."""
        ...

    async def models(self) -> Body:
        """The model list object (``/v1/models``)."""
        ...

    async def close(self) -> None:
        """Give back connections or memory."""
        ...


class Incoming(Protocol):
    """A reply of any content type; ``kind`` is that type, in small letters and bare."""

    kind: str

    def pieces(self) -> AsyncGenerator[bytes]:
        """What comes, as it comes; raises ``UpstreamError`` where it breaks off."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


@runtime_checkable
class Sending(Protocol):
    """A model instance that takes bytes of any content type, and gives such: behind an address."""

    async def send(
        self, path: str, headers: Mapping[str, str], payload: bytes, kind: str
    ) -> Incoming:
        """What ``path`` replies to ``payload`` of the type ``kind``; raises ``UpstreamError``.

        Whoever asks closes it.
        """
        ...


@runtime_checkable
class Posting(Protocol):
    """A model instance that has more of OpenAI's routes than chats: those behind an address."""

    async def post(self, path: str, request: ChatRequest) -> Body:
        """What ``path`` replies to the request's body; raises ``UpstreamError``."""
        ...
