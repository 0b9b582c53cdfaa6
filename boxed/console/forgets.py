"""Forget requests from the page, and the receipts of those that were carried out.

A request goes the way of POST /admin/forget. Without an admin key it is not taken: what is erased
is gone, and whoever can reach this machine's own address may be another of its users.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from boxed.api.chat import Body
from boxed.console.data import Asked, fields_of, not_there
from boxed.gateway.contract import Forgetting
from boxed.gateway.errors import invalid
from boxed.settings import Settings
from boxed.store.opening import records_of
from retrieval.ledger.keys import PUBLIC, PublicKey, load_public_key
from retrieval.ledger.verify import verify_receipt
from retrieval.store import LocalStore, locate

__all__ = ["Forgets"]

_NUMBER = re.compile(r"R-[0-9]{6,12}")


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=3_000_000)


class Forgets:
    """The routes about forgetting; without a store there is nothing to ask."""

    def __init__(self, settings: Settings, forgetting: Forgetting | None) -> None:
        self._forgetting = forgetting
        self._place = _place(settings)

    @property
    def there(self) -> bool:
        """Can requests be carried out?"""
        return self._forgetting is not None

    @property
    def why_not(self) -> str:
        """Why they cannot, with the remedy; empty where they can."""
        if self._place is None:
            return "No store is set, so there is nothing to erase from: set 'store'."
        if self._forgetting is None:
            return (
                "Erasing takes an admin key, and this gateway has none: set BOXED_ADMIN_KEY, or "
                "the setting 'keys'."
            )
        return ""

    async def order(self, asked: Asked) -> Body:
        """The closure of a dry run, or what came of the request; raises RequestError."""
        if self._forgetting is None:
            raise invalid(self.why_not, code="not_possible")
        # As /admin/forget: once begun it is carried out also when the client leaves.
        work = asyncio.to_thread(self._forgetting.order, asked.body)
        return await asyncio.shield(work)

    async def receipts(self, asked: Asked) -> Body:
        """The numbers of all receipts, newest first, and the key that this store signs with."""
        place = self._place
        if place is None:
            return {"receipts": [], "public_key": None}
        numbers = await asyncio.to_thread(_numbers, place)
        key = await asyncio.to_thread(_key, place)
        return {"receipts": numbers, "public_key": None if key is None else key.hex}

    async def receipt(self, asked: Asked) -> Body:
        """One receipt's file, byte for byte."""
        number = asked.path["number"]
        if self._place is None or not _NUMBER.fullmatch(number):
            raise not_there("receipt")
        file = self._place.path / "receipts" / f"{number}.json"
        try:
            data = await asyncio.to_thread(file.read_bytes)
        except FileNotFoundError:
            raise not_there("receipt") from None
        return {"number": number, "text": data.decode("utf-8", "replace")}

    async def verify(self, asked: Asked) -> Body:
        """Whether a receipt is as it was signed, for pages whose browser cannot tell."""
        given: _Given = fields_of(_Given, asked)
        key = None if self._place is None else await asyncio.to_thread(_key, self._place)
        verdict = verify_receipt(given.text.encode("utf-8", "surrogatepass"), key)
        return {"ok": verdict.ok, "reason": verdict.reason}


def _place(settings: Settings) -> LocalStore | None:
    return None if settings.store is None else records_of(locate(settings.store), settings)


def _numbers(place: LocalStore) -> list[str]:
    found = (path.stem for path in (place.path / "receipts").glob("R-*.json"))
    return sorted(filter(_NUMBER.fullmatch, found), key=lambda one: int(one[2:]), reverse=True)


def _key(place: LocalStore) -> PublicKey | None:
    """The store's public key; None before its first erasure, which makes it."""
    file: Path = place.keys / PUBLIC
    return load_public_key(file) if file.exists() else None
