"""``boxed serve``: the gateway, with its prompt files watched, in one process or in several."""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass
from pathlib import Path

from boxed.commands import in_force, logs
from boxed.commands.console import console, told
from boxed.commands.serve_one import serve_one
from boxed.commands.serve_several import serve_several
from boxed.commands.unsearched import unsearched
from boxed.keys.opening import open_storage
from boxed.serving import assemble_served
from boxed.settings import Settings, SettingsError, load_settings
from prompts.book import PolicyBook

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
    workers: int | None = None


@told
def run(flags: Flags) -> int:
    """Serve until interrupted."""
    settings = load_settings(**{name: getattr(flags, name) for name in Flags.__slots__})
    logs.begin(settings.log_level, settings.log_format)
    with bound(settings.host, settings.port) as listening:
        if settings.keys is not None:
            # What is wrong with them is told before minutes go into loading.
            open_storage(settings.keys.get_secret_value()).close()
        if settings.workers > 1:
            return serve_several(
                settings, listening, lambda book: _announce(settings, book, listening)
            )
        with console.status("loading models and policies"), unsearched():
            served = assemble_served(settings)
        serve_one(
            served,
            settings,
            listening,
            lambda: _announce(settings, served.box.snapshot.book, listening),
        )
    return 0


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


def _announce(settings: Settings, book: PolicyBook, listening: socket.socket) -> None:
    address, open_to_all = in_force.address_of(settings, listening.getsockname()[1])
    key = "asked" if settings.gateway_key or settings.keys else "none"
    several = f" workers={settings.workers}" if settings.workers > 1 else ""
    log.info("serving address=%s key=%s%s %s", address, key, several,
             in_force.summary(settings, book))  # fmt: skip
    for warning in (*in_force.warnings(settings, book), *open_to_all):
        log.warning("beware: %s", warning)
