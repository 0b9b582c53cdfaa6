"""POST /v1/embeddings, whose input is screened, and /v1/moderations, which are passed through."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from boxed.api.chat import Body, ChatRequest
from boxed.api.vectors import embeddings_of, moderations_of, texts_to_embed
from boxed.gateway.asgi import headers_of, read_body, send_json
from boxed.gateway.contract import BoxLike
from boxed.gateway.errors import invalid
from boxed.gateway.exchange import readable
from boxed.gateway.parse import forwarded, parsed, tenant_of, within_limit
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
        body, request = await _read(scope, receive, self._settings)
        with readable():
            texts = texts_to_embed(body)
            within_limit({"prompt": texts}, self._settings.max_text_chars, "input")
            masks = self._settings.embeddings == "mask"
            reply = await self._box.embeddings(request, texts, masks=masks)
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
        body, request = await _read(scope, receive, self._settings)
        if body.get("input") in (None, "", []):
            raise invalid("Missing required parameter: 'input'.", "input")
        await send_json(send, 200, moderations_of(await self._box.moderations(request)))


async def _read(
    scope: Scope, receive: Receive, settings: GatewaySettings
) -> tuple[Body, ChatRequest]:
    headers = headers_of(scope)
    body = parsed(await read_body(receive, headers, settings.max_body_bytes))
    passed = forwarded(headers, settings.key is not None)
    return body, ChatRequest(body, None, passed, tenant_of(headers))
