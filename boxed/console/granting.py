"""Keys and budgets on the page: listed, made and revoked as `boxed keys` does it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from boxed.api.chat import Body
from boxed.box import Box
from boxed.console.data import Asked, fields_of, not_there
from boxed.gateway.errors import invalid
from boxed.keys.granting import (
    Asked as Wanted,
)
from boxed.keys.granting import (
    Limits,
    granted,
    listed,
    stranger,
    taken_back,
    tenant_set,
)
from boxed.keys.opening import open_storage
from boxed.keys.storage import Storage
from boxed.keys.text import public_id
from boxed.settings import Settings

__all__ = ["Granting"]

_log = logging.getLogger("boxed.console")
Given = TypeVar("Given")


class _Limits(BaseModel):
    model_config = ConfigDict(extra="forbid")

    requests_a_minute: int | None = Field(default=None, ge=1, le=100_000)
    tokens_a_month: int | None = Field(default=None, ge=1, le=10**15)
    upstream: str | None = Field(default=None, max_length=200)

    def limits(self) -> Limits:
        return Limits(self.requests_a_minute, self.tokens_a_month, self.upstream or None)


class _New(_Limits):
    scope: str = "chat"
    tenant: str | None = Field(default=None, max_length=200)
    label: str = Field(default="", max_length=200)
    days: int | None = Field(default=None, ge=1, le=36_500)


class _Tenant(_Limits):
    tenant: str = Field(min_length=1, max_length=200)


class Granting:
    """The routes about keys; without the setting `keys` there are none to list."""

    def __init__(self, box: Box, settings: Settings) -> None:
        self._box = box
        self._settings = settings

    async def listed(self, asked: Asked) -> Body:
        """Keys, tenants and what they used this month."""
        if self._settings.keys is None:
            return {"keys": [], "tenants": [], "upstreams": [], "storage": False}
        keys, tenants = await self._with(listed)
        upstreams = sorted(self._settings.upstreams)
        return {"keys": keys, "tenants": tenants, "upstreams": upstreams, "storage": True}

    async def new(self, asked: Asked) -> Body:
        """A new key, told this once."""
        new: _New = fields_of(_New, asked)
        wanted = Wanted(new.tenant or None, new.scope, new.label, new.days, new.limits())
        text = await self._with(lambda storage: granted(storage, wanted, self._settings.upstreams))
        _log.info("key made id=%s scope=%s by=%s", public_id(text), new.scope, asked.key or "admin")
        return {"id": public_id(text), "key": text, "warning": self._warning(wanted.tenant)}

    async def revoke(self, asked: Asked) -> Body:
        """Take a key back."""
        named = await self._with(lambda storage: taken_back(storage, asked.path["id"]))
        if named is None:
            raise not_there("key")
        _log.info("key revoked id=%s by=%s", named, asked.key or "admin")
        return {"id": named}

    async def tenant(self, asked: Asked) -> Body:
        """Set what all keys of a tenant may use together."""
        new: _Tenant = fields_of(_Tenant, asked)
        named = await self._with(
            lambda storage: tenant_set(storage, new.tenant, new.limits(), self._settings.upstreams)
        )
        return {"tenant": named, "warning": self._warning(new.tenant)}

    def _warning(self, tenant: str | None) -> str | None:
        known = {*self._settings.tenants, *self._box.snapshot.book.tenant_keys}
        return stranger(tenant, known)

    async def _with(self, work: Callable[[Storage], Given]) -> Given:
        keys = self._settings.keys
        if keys is None:
            raise invalid(
                "The setting 'keys' names no storage; name a file or a database there.",
                code="not_possible",
            )

        def done() -> Given:
            storage = open_storage(keys.get_secret_value())
            try:
                return work(storage)
            finally:
                storage.close()

        return await asyncio.shield(asyncio.to_thread(done))
