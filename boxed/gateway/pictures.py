"""POST /v1/images/generations and /v1/images/edits: a prompt screened as a question is."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from boxed.gateway.asked import read_either, send_passed, within
from boxed.gateway.contract import BoxLike
from boxed.gateway.errors import invalid
from boxed.gateway.exchange import readable, unless_gone
from boxed.gateway.settings import GatewaySettings

__all__ = ["Pictures"]


class Pictures:
    """One of the routes under /v1/images that take a prompt."""

    def __init__(self, box: BoxLike, settings: GatewaySettings, path: str) -> None:
        """`path` is the route's, without its version."""
        self._box = box
        self._settings = settings
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises RequestError, UpstreamError."""
        scope["route_name"] = f"/v1/{self._path}"
        with readable():
            form, request = await read_either(scope, receive, self._settings)
            if form is not None and any(file.field == "prompt" for file in form.files):
                raise invalid("'prompt' must be a text, not a file.", "prompt")
            within(request, self._settings.max_text_chars, "prompt")
            others = self._box.others(request, drawn=True)
            rewrites = self._settings.images == "rewrite"
            work = others.pictures(self._path, form, rewrites=rewrites)
            passed = await unless_gone(work, receive)
        await send_passed(passed, scope, receive, send)
