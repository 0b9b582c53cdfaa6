"""``boxed serve``: the gateway, with its prompt files watched."""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from boxed.assemble import watch
from boxed.box import Box
from boxed.commands import in_force, logs
from boxed.commands.console import console, told
from boxed.console.console import console_of
from boxed.gateway.app import create_app
from boxed.gateway.kept import KeptError
from boxed.gateway.settings import GatewaySettings
from boxed.serving import Served, assemble_served
from boxed.settings import Settings, SettingsError, load_settings

log = logging.getLogger("boxed.serve")


@dataclass(frozen=True, slots=True)
class Flags:
    """What the command line says; None leaves a setting as it is."""

    upstream: str | None = None
    policies: Path | None = None
    host: str | None = None
    port: int | None = None
    semantic: bool | None = None
    allow_no_policies: bool | None = None
    log_level: str | None = None
    log_format: str | None = None


@told
def run(flags: Flags) -> int:
    """Serve until interrupted."""
    settings = load_settings(**{name: getattr(flags, name) for name in Flags.__slots__})
    logs.begin(settings.log_level, settings.log_format)
    with bound(settings.host, settings.port) as listening:
        with console.status("loading models and policies"):
            served = assemble_served(settings)
        gateway = GatewaySettings(
            key=settings.gateway_key,
            admin_key=settings.admin_key,
            open_metrics=settings.open_metrics,
            traces=settings.traces,
            keys=settings.keys,
            upstreams=frozenset(settings.upstreams),
            cors_origins=settings.cors_origins,
            max_body_bytes=settings.max_body_bytes,
            max_text_chars=settings.max_text_chars,
            conversations=settings.conversations,
            conversations_key=settings.conversations_key,
            conversations_hours=settings.conversations_hours,
            conversations_bytes=settings.conversations_bytes,
            embeddings=settings.embeddings,
            limit_field=settings.limit_field,
        )
        app = _app(served, gateway, settings)
        watcher = watch(served.box, settings)
        try:
            _announce(settings, served.box, listening)
            _serve(app, settings, listening)
        finally:
            watcher.stop()
            served.close()
    return 0


def _app(served: Served, gateway: GatewaySettings, settings: Settings) -> Starlette:
    """Raises SettingsError."""
    console = console_of(served.box, settings, served.forgetting)
    try:
        return create_app(served.box, gateway, served.forgetting, console)
    except KeptError as error:
        raise SettingsError(f"setting {error}") from None


def bound(host: str, port: int) -> socket.socket:
    """The socket to serve on, taken before minutes go into loading; raises SettingsError.

    Nobody is answered before the server listens on it.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        raise SettingsError(f"setting 'host': {host} is no address of this machine") from None
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"{host}:{port} cannot be listened on ({error.strerror}); choose another --port or "
            "--host, or end what uses it"
        ) from None
    return listening


def _announce(settings: Settings, box: Box, listening: socket.socket) -> None:
    book = box.snapshot.book
    address, open_to_all = in_force.address_of(settings, listening.getsockname()[1])
    key = "asked" if settings.gateway_key or settings.keys else "none"
    log.info("serving address=%s key=%s %s", address, key, in_force.summary(settings, book))
    for warning in (*in_force.warnings(settings, book), *open_to_all):
        log.warning("beware: %s", warning)


def _serve(app: Starlette, settings: Settings, listening: socket.socket) -> None:
    config = uvicorn.Config(
        app, access_log=False, log_config=None, log_level=settings.log_level, server_header=False
    )
    uvicorn.Server(config).run(sockets=[listening])
