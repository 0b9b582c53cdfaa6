"""POST /v1/embeddings, whose input is screened, and /v1/moderations, which are passed through."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from boxed.api.vectors import embeddings_of, moderations_of, texts_to_embed
from boxed.gateway.asgi import send_json
from boxed.gateway.asked import read_object
from boxed.gateway.contract import BoxLike
from boxed.gateway.errors import invalid
from boxed.gateway.exchange import readable
from boxed.gateway.parse import within_limit
from boxed.gateway.settings import GatewaySettings

__all__ = ["Embeddings", "Moderations"]


class Embeddings:
    """POST /v1/embeddings."""

    def __init__(self, box: BoxLike, settings: GatewaySettings) -> None:
        self._box = box
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises RequestError, UpstreamError."""
        scope["route_name"] = "/v1/embeddings"
        body, request = await read_object(scope, receive, self._settings)
        with readable():
            texts = texts_to_embed(body)
            within_limit({"prompt": texts}, self._settings.max_text_chars, "input")
            masks = self._settings.embeddings == "mask"
            reply = await self._box.others(request).embeddings(texts, masks=masks)
        if reply is None:
            raise invalid(
                "The input, or a part of it, cannot be embedded here; leave out whom or what it "
                "is about.",
                "input",
                code="input_withheld",
            )
        await send_json(send, 200, embeddings_of(reply))


class Moderations:
    """POST /v1/moderations."""

    def __init__(self, box: BoxLike, settings: GatewaySettings) -> None:
        self._box = box
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises RequestError, UpstreamError."""
        scope["route_name"] = "/v1/moderations"
        body, request = await read_object(scope, receive, self._settings)
        if body.get("input") in (None, "", []):
            raise invalid("Missing required parameter: 'input'.", "input")
        await send_json(send, 200, moderations_of(await self._box.others(request).moderations()))
