"""What a box that starts guards, for whom and where: told before the first question."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

from boxed.settings import Settings
from prompts.book import PolicyBook, shipped_directory

__all__ = ["address_of", "summary", "warnings"]


def summary(settings: Settings, book: PolicyBook) -> str:
    """``policies=3 in_force=3 folder=prompts book=04f23c18d0aa upstream=embedded``."""
    return (
        f"policies={len(book.policies)} in_force={_in_force(book)} folder={book.directory} "
        f"book={book.digest[:12]} upstream={_without_login(settings.upstream)}"
    )


def warnings(settings: Settings, book: PolicyBook) -> list[str]:
    """What whoever starts it has likely overlooked about its policies, with the remedy."""
    found: list[str] = []
    if book.directory == shipped_directory():
        found.append(
            "the policies in force are the demo's, about made-up authors: run in a folder made by "
            "'boxed init', or name one with --policies"
        )
    if not book.policies:
        found.append("there is no policy: nothing is guarded")
    elif not _in_force(book):
        found.append("no policy is in force today: look at 'effective' and 'expires'")
    return found


def address_of(settings: Settings, port: int) -> tuple[str, list[str]]:
    """Where the gateway listens, and what to think of first when it is not this machine alone."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    open_to_all = not (settings.gateway_key or settings.keys) and not _is_loopback(settings.host)
    warning = (
        f"{settings.host} can be reached from other machines and no key is asked for: set "
        "BOXED_GATEWAY_KEY or BOXED_KEYS, or listen on 127.0.0.1"
    )
    return f"http://{host}:{port}", [warning] if open_to_all else []


def _in_force(book: PolicyBook) -> int:
    now = datetime.now(UTC)
    return sum(policy.in_force(now, None) for policy in book.policies)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _without_login(upstream: str) -> str:
    """An address may hold a password, or a key behind its question mark."""
    if not upstream.startswith(("http://", "https://")):
        return upstream
    parts = urlsplit(upstream)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
