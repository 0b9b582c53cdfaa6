"""Runs the gateway under uvicorn, on uvloop and httptools."""

from __future__ import annotations

import sys

import uvicorn

from boxed.gateway.app import create_app
from boxed.gateway.contract import BoxLike
from boxed.gateway.settings import GatewaySettings

__all__ = ["server"]

_TURN = 0.0005
"""Seconds after which a thread that reads a long text gives way to the event loop.

Python's own 5 ms come again with every read and write of a request: ten times make a slow answer.
"""


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
    sys.setswitchinterval(_TURN)
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
