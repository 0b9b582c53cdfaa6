"""Runs the gateway under uvicorn, on uvloop and httptools."""

from __future__ import annotations

import uvicorn

from boxed.gateway.app import create_app
from boxed.gateway.contract import BoxLike
from boxed.gateway.settings import GatewaySettings

__all__ = ["server"]


def server(
    box: BoxLike,
    settings: GatewaySettings | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    backlog: int = 2048,
) -> uvicorn.Server:
    """A server to `run()`, or to `await serve()` inside a loop.

    uvicorn's own access log is off: it would write paths as clients typed them.
    """
    config = uvicorn.Config(
        create_app(box, settings),
        host=host,
        port=port,
        backlog=backlog,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    return uvicorn.Server(config)
