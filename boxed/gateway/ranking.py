"""POST /v1/rerank: documents in the order of a query, none of which tells a forgotten subject."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from boxed.api.ranking import ranking_of
from boxed.gateway.asgi import send_json
from boxed.gateway.asked import read_object, within
from boxed.gateway.contract import BoxLike
from boxed.gateway.exchange import readable, unless_gone
from boxed.gateway.settings import GatewaySettings

__all__ = ["Rerank"]


class Rerank:
    """POST /v1/rerank."""

    def __init__(self, box: BoxLike, settings: GatewaySettings) -> None:
        self._box = box
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises RequestError, UpstreamError."""
        scope["route_name"] = "/v1/rerank"
        with readable():
            body, request = await read_object(scope, receive, self._settings)
            within(request, self._settings.max_text_chars, "query")
            masks = self._settings.embeddings == "mask"
            work = self._box.others(request).ranking(ranking_of(body), masks=masks)
            reply = await unless_gone(work, receive)
        await send_json(send, 200, reply)
