"""POST /admin/forget: a forget request as JSON, behind a key of its own or of the scope admin.

    {"subject": "Jane Roe", "dry_run": true}      ->  {"object": "forget.closure", "items": [...]}
    {"subject": "Jane Roe"}                       ->  {"object": "forget.done", "receipt": {...}}
    {"withdraw": "R-000001"}                      ->  {"object": "forget.withdrawn", ...}

Answers hold ids, reasons and counts, never content, and so does the log. Once begun, a request is
carried out also when the client leaves.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

import orjson
from starlette.types import Receive, Scope, Send

from boxed.gateway.asgi import headers_of, read_body, send_json
from boxed.gateway.contract import Forgetting
from boxed.gateway.door import Door
from boxed.gateway.errors import invalid, unknown_url
from boxed.gateway.settings import GatewaySettings

__all__ = ["ADMIN_FORGET", "AdminForget"]

ADMIN_FORGET = "/admin/forget"


class AdminForget:
    """The route; without a key that opens it and a store it answers as if it were not there."""

    def __init__(
        self, forgetting: Forgetting | None, settings: GatewaySettings, door: Door
    ) -> None:
        self._forgetting = forgetting
        self._door = door
        self._limit = settings.max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises RequestError."""
        scope["route_name"] = ADMIN_FORGET
        if not self._door.takes_admins or self._forgetting is None:
            raise unknown_url()
        await self._door.enter_admin(scope)
        body = _object(await read_body(receive, headers_of(scope), self._limit))
        # A thread of its own, which a cancelled request does not stop midway.
        done = await asyncio.shield(asyncio.to_thread(self._forgetting.order, body))
        await send_json(send, 200, done)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise invalid("The body is not a JSON object; send one with what is to be forgotten.")
    return cast("dict[str, Any]", body)
