"""Who is let in: the gateway's own key, virtual keys, and the admin's; who is told what if not.

A virtual key brings its tenant and its upstream. The client's own header may not say otherwise, and
what it would tell the product of accounts (`OpenAI-Organization`, `OpenAI-Project`) stays here.
"""

from __future__ import annotations

import hmac
import logging
import math

from starlette.types import Scope

from boxed.deciding.audit import Audit
from boxed.gateway.asgi import headers_of
from boxed.gateway.errors import RequestError, invalid
from boxed.gateway.parse import tenant_of
from boxed.gateway.settings import GatewaySettings
from boxed.keys.caller import current
from boxed.keys.errors import KeyRefusedError, KeyStoreError, LimitError
from boxed.keys.keyring import Keyring, Lease
from boxed.keys.opening import open_storage
from boxed.keys.records import Key
from boxed.keys.records import Scope as KeyScope
from boxed.models.errors import error_body
from prompts.policy import canonical

__all__ = ["Door", "keyring_of"]

_log = logging.getLogger("boxed.gateway")
_BEARER = "bearer "
_OF_THE_KEY = frozenset(
    {b"authorization", b"x-api-key", b"x-boxed-tenant", b"openai-organization", b"openai-project"}
)
_REFUSED = {
    "unknown": "Incorrect API key provided; send a key of this gateway as a bearer token.",
    "revoked": "This API key has been revoked; ask for a new one.",
    "expired": "This API key has expired; ask for a new one.",
}
_SPENDING = frozenset({"POST"})


def keyring_of(settings: GatewaySettings) -> Keyring | None:
    """The keys that the settings name, None where they name none; raises KeyStoreError."""
    if settings.keys is None:
        return None
    return Keyring(open_storage(settings.keys.get_secret_value()))


class Door:
    """Judges every request before any route sees it."""

    def __init__(self, settings: GatewaySettings, keyring: Keyring | None) -> None:
        self._key = _bearer(settings.key.get_secret_value() if settings.key else None)
        self._admin = _bearer(settings.admin_key.get_secret_value() if settings.admin_key else None)
        self._keyring = keyring
        self._upstreams = settings.upstreams

    @property
    def takes_admins(self) -> bool:
        """Is there any key that opens the routes under /admin?"""
        return self._admin is not None or self._keyring is not None

    @property
    def asks_keys(self) -> bool:
        """Does anybody need a key, whatever for?"""
        return self._key is not None or self.takes_admins

    async def enter(self, scope: Scope) -> Lease | None:
        """Let a request in, or raise RequestError; with a virtual key its tenant is set.

        Whoever gets a lease must give it to ``leave``.
        """
        current.set(None)
        if self._key is None and self._keyring is None:
            return None
        headers = headers_of(scope)
        given = headers.get(b"authorization", b"")
        if self._key is not None and hmac.compare_digest(given, self._key):
            return None
        if self._keyring is None:
            raise invalid(
                "Incorrect API key provided; send the gateway's key as a bearer token.",
                status=401,
                code="invalid_api_key",
            )
        key = await self._known(given, "chat")
        scope["key_id"] = key.id
        named = tenant_of(headers)
        if named is not None and canonical(named) != canonical(key.tenant or ""):
            raise invalid(
                "This API key belongs to another tenant than the header 'X-Boxed-Tenant' says; "
                "leave the header out.",
                status=403,
                code="wrong_tenant",
            )
        spends = scope["method"] in _SPENDING
        declared = headers.get(b"content-length", b"")
        lease = await self._begun(key, int(declared) if declared.isdigit() else 0, spends=spends)
        kept = [header for header in scope["headers"] if header[0] not in _OF_THE_KEY]
        tenant = [(b"x-boxed-tenant", key.tenant.encode())] if key.tenant else []
        # From here on nothing holds the secret; the id still tells whose a kept thing is.
        scope["headers"] = [*kept, (b"authorization", b"Bearer " + key.id.encode()), *tenant]
        current.set(lease.caller)
        return lease

    def leave(self, lease: Lease, audit: Audit, given_up: int) -> None:
        """Count what a request used. ``given_up`` are its bytes, if its client did not wait."""
        if self._keyring is not None:
            self._keyring.end(lease, audit.used(given_up))

    async def enter_admin(self, scope: Scope) -> None:
        """Let an administrator in, or raise RequestError."""
        current.set(None)
        given = headers_of(scope).get(b"authorization", b"")
        if self._admin is not None and hmac.compare_digest(given, self._admin):
            return
        if self._keyring is None:
            raise invalid(
                "Incorrect admin key provided; send it as a bearer token.",
                status=401,
                code="invalid_api_key",
            )
        scope["key_id"] = (await self._known(given, "admin")).id

    async def _known(self, given: bytes, needed: KeyScope) -> Key:
        text = given.decode("latin-1")
        if text[: len(_BEARER)].lower() != _BEARER:
            text = _BEARER
        try:
            key = await _of(self._keyring).known(text[len(_BEARER) :].strip())
        except KeyRefusedError as error:
            raise invalid(_REFUSED[error.reason], status=401, code="invalid_api_key") from None
        except KeyStoreError:
            body = error_body(
                "API keys cannot be checked at this moment; send the request again.",
                "server_error",
                code="keys_unavailable",
            )
            raise RequestError(503, body, {"Retry-After": "1"}) from None
        if key.scope != needed:
            raise invalid(
                f"This API key has the scope '{key.scope}', and '{needed}' is needed here.",
                status=403,
                code="insufficient_scope",
            )
        return key

    async def _begun(self, key: Key, size: int, *, spends: bool) -> Lease:
        try:
            lease = await _of(self._keyring).enter(key, size if spends else None)
        except LimitError as error:
            raise _over(error) from None
        upstream = lease.caller.upstream
        if upstream is not None and upstream not in self._upstreams:
            _of(self._keyring).end(lease, 0)
            _log.error("key=%s names an upstream that 'upstreams' does not have", key.id)
            body = error_body(
                "The upstream of this API key is not set up; tell whoever gave you the key.",
                "server_error",
                code="upstream_not_set_up",
            )
            raise RequestError(503, body)
        return lease


def _of(keyring: Keyring | None) -> Keyring:
    if keyring is None:
        raise RuntimeError("no virtual keys are set up")
    return keyring


def _bearer(key: str | None) -> bytes | None:
    return f"Bearer {key}".encode() if key is not None else None


def _over(error: LimitError) -> RequestError:
    """What a client is told that asks too often, or has used its month up."""
    headers = {"Retry-After": str(max(1, math.ceil(error.wait)))}
    if error.limit == "tokens":
        # Official clients would otherwise try again at once: it is no use this month.
        headers["X-Should-Retry"] = "false"
        message = "The tokens of this API key or its tenant are used up for this calendar month."
        kind = code = "insufficient_quota"
    elif error.limit == "busy":
        message = "What is left of this month's tokens is set aside for requests under way."
        kind, code = "tokens", "rate_limit_exceeded"
    else:
        message = "Too many requests a minute for this API key or its tenant; wait and ask again."
        kind, code = "requests", "rate_limit_exceeded"
    return RequestError(429, error_body(message, kind, code=code), headers)
