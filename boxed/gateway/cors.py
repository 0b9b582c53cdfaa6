"""Lets pages of the origins that are named call the API from a browser, and nothing beside it."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Cors"]

_API = "/v1/"
_SHOWN = ("x-request-id", "retry-after")
_REMEMBERED_S = 600


class Cors:
    """Answers what browsers ask first, before any key is looked at; forget requests have none."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._plain = app
        self._open = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=("GET", "POST", "DELETE"),
            allow_headers=("*",),
            expose_headers=_SHOWN,
            max_age=_REMEMBERED_S,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        api = scope["type"] == "http" and scope["path"].startswith(_API)
        await (self._open if api else self._plain)(scope, receive, send)
