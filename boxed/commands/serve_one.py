"""One process of the gateway: its app, its watcher of the prompt files, and its signals."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from boxed.assemble import watch
from boxed.console.console import console_of
from boxed.gateway.app import create_app
from boxed.gateway.contract import Fellows
from boxed.gateway.kept import KeptError
from boxed.gateway.settings import gateway_settings
from boxed.processes.terminal import watched_terminal
from boxed.serving import Served
from boxed.settings import Settings, SettingsError
from prompts.watch import BookWatcher

__all__ = ["serve_one"]

log = logging.getLogger("boxed.serve")


def serve_one(
    served: Served,
    settings: Settings,
    listening: socket.socket,
    begin: Callable[[], None],
    fellows: Fellows | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, and answer what is under way; raises SettingsError.

    ``begin`` is called when all is there, before the first request. SIGHUP has the prompt files
    read at once.
    """
    try:
        server = _server(_app(served, settings, fellows), settings)
        watcher = watch(served.box, settings)
        try:
            _heed(server, watcher)
            begin()
            server.run(sockets=[listening])
        finally:
            watcher.stop()
    finally:
        served.close()


def _app(served: Served, settings: Settings, fellows: Fellows | None) -> Starlette:
    """Raises SettingsError."""
    console = console_of(served.box, settings, served.forgetting)
    gateway = gateway_settings(
        settings,
        key=settings.gateway_key,
        admin_key=settings.admin_key,
        open_metrics=settings.open_metrics,
        traces=settings.traces,
        keys=settings.keys,
        upstreams=frozenset(settings.upstreams),
        cors_origins=settings.cors_origins,
    )
    try:
        return create_app(served.box, gateway, served.forgetting, fellows, console)
    except KeptError as error:
        raise SettingsError(f"setting {error}") from None


def _heed(server: uvicorn.Server, watcher: BookWatcher) -> None:
    def ended(_: int, __: FrameType | None) -> None:
        # Before uvicorn listens for it; and once it has drained, for then it raises it once more.
        server.should_exit = True

    terminal_went = watched_terminal()

    def hurry(_: int, __: FrameType | None) -> None:
        if terminal_went():
            server.should_exit = True
            return
        log.info("policies are read again, as SIGHUP asks")
        watcher.hurry()

    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGHUP, hurry)


def _server(app: Starlette, settings: Settings) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        log_level=settings.log_level,
        server_header=False,
        timeout_graceful_shutdown=settings.drain_seconds,
    )
    return uvicorn.Server(config)
