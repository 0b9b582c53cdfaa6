"""Who may see the console's data: administrators; without any key, this machine alone.

A browser takes part in attacks on what listens on its own machine, so without a key a request must
also be addressed to this machine by name (a page of another name that resolves to it is refused),
come from a page of this gateway, and carry a header that other pages cannot send unasked.
"""

from __future__ import annotations

import ipaddress
from typing import Literal
from urllib.parse import urlsplit

from starlette.types import Scope

from boxed.gateway.asgi import headers_of
from boxed.gateway.door import Door
from boxed.gateway.errors import RequestError, invalid

__all__ = ["MARK", "Access", "Way"]

MARK = b"x-boxed-console"
_PROXIES = frozenset({b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip"})
Way = Literal["admin", "local", "open"]
"""How somebody got in: with a key, from this machine, or because the settings let everybody in."""


class Access:
    """Judges the requests for data; the page itself holds none and is for everybody."""

    def __init__(self, door: Door, *, everybody: bool = False) -> None:
        """With ``everybody``, a gateway without keys shows its data to other machines too."""
        self._door = door
        self._everybody = everybody

    async def enter(self, scope: Scope) -> Way:
        """Let a request in, or raise RequestError (401, 403)."""
        if self._door.takes_admins:
            await self._door.enter_admin(scope)
            return "admin"
        if self._door.asks_keys:
            raise _refused(
                "The console needs an admin key, and this gateway has none: set BOXED_ADMIN_KEY, "
                "or the setting 'keys' and make one with 'boxed keys new --scope admin'.",
                "no_admin_key",
            )
        headers = headers_of(scope)
        if not self._everybody and not _from_here(scope, headers):
            raise _refused(
                "Without an admin key the console shows its data on the gateway's own machine "
                "alone: open it there, or set BOXED_ADMIN_KEY.",
                "not_local",
            )
        host = headers.get(b"host", b"").decode("latin-1")
        if not _is_address(host) or not _same(headers.get(b"origin"), host):
            raise _refused(
                "Without an admin key the console answers pages of its own address alone: open it "
                "as http://127.0.0.1 with the gateway's port.",
                "other_origin",
            )
        if headers.get(MARK) != b"1":
            raise _refused("The header 'X-Boxed-Console: 1' is missing.", "no_console_header")
        return "open" if self._everybody else "local"


def _from_here(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Does the request come from this machine, by no proxy that says that it is one?"""
    client = scope.get("client")
    if client is None or not _PROXIES.isdisjoint(headers):
        return False
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return False
    # A socket for both kinds of addresses writes 127.0.0.1 as ::ffff:127.0.0.1.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _is_address(host: str) -> bool:
    """Is this `localhost` or a number? A name in the Host header may be anybody's."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def _same(origin: bytes | None, host: str) -> bool:
    """Is the page that asks, if one does, of the address that is asked?"""
    return origin is None or origin.decode("latin-1") in (f"http://{host}", f"https://{host}")


def _refused(message: str, code: str) -> RequestError:
    return invalid(message, status=403, code=code)
