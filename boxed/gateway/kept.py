"""What was said earlier, kept for clients that go on from an id: encrypted, bounded, and their own.

    kept = Kept.opened(KeptLimits())
    kept.put(owner, "resp_1", {"messages": [...]})
    kept.get(owner, "resp_1")      -> {"messages": [...]}
    kept.get(other, "resp_1")      -> None

An entry is one row: AES-256-GCM over the packed JSON, under the HMAC of its owner and id, so a
copy of the file tells nothing but sizes and times. Without a place it lives in memory
under a key that is made for this process. What is too old, too much or too many is deleted when
the next entry is put, and never given out.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import sqlite3
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from boxed.api.chat import Body
from boxed.gateway.kept_rows import PostgresRows, Rows, RowsError, Run, SqliteRows
from boxed.gateway.settings import GatewaySettings

__all__ = ["Kept", "KeptError", "KeptLimits", "kept_by"]

_NONCE, _KEY = 12, 32
_SHARE = 8  # so many entries of the largest size find room
_MAKE = "make one with 'openssl rand -hex 32' and put it into BOXED_CONVERSATIONS_KEY"


class KeptError(Exception):
    """Nothing can be kept as the settings say; the text names the setting and the remedy."""


@dataclass(frozen=True, slots=True)
class KeptLimits:
    """How much is kept: entries, bytes of all of them as they lie there, and seconds of each."""

    count: int = 10_000
    bytes: int = 64 * 1024 * 1024
    seconds: float = 24 * 3600.0


class Kept:
    """Entries by owner and id. Safe to use from several threads and, if the rows are, processes."""

    def __init__(
        self,
        rows: Rows,
        key: bytes,
        limits: KeptLimits,
        now: Callable[[], float] = time.time,
    ) -> None:
        """``key`` are 32 bytes."""
        self._rows = rows
        self._limits = limits
        self._now = now
        # Two keys of one: what names an entry must not be what seals it.
        self._naming = hashlib.sha256(b"boxed kept names" + key).digest()
        self._sealing = AESGCM(hashlib.sha256(b"boxed kept texts" + key).digest())

    @classmethod
    def opened(
        cls,
        limits: KeptLimits,
        where: Path | SecretStr | None = None,
        key: SecretStr | None = None,
    ) -> Kept:
        """In memory, in a file, or in the PostgreSQL database of a URL.

        Raises KeptError where one of the latter has no key or cannot be opened.
        """
        try:
            secret = None if key is None else bytes.fromhex(key.get_secret_value())
        except ValueError:
            secret = b""
        if secret is not None and len(secret) != _KEY:
            raise KeptError(f"'conversations_key' is not {2 * _KEY} hexadecimal digits; {_MAKE}")
        if where is None:
            connection = sqlite3.connect(":memory:", check_same_thread=False)
            return cls(SqliteRows(connection), secret or os.urandom(_KEY), limits)
        if secret is None:
            what = "in a file" if isinstance(where, Path) else "in a database"
            raise KeptError(f"'conversations' {what} need a 'conversations_key'; {_MAKE}")
        return cls(_opened(where), secret, limits)

    def put(self, owner: bytes, id: str, value: Body) -> bool:
        """Keep ``value``, in the place of what was there; raises RowsError.

        False where it is too large: one client's pictures must not drive out all that others said.
        """
        place = self._place(owner, id)
        nonce = os.urandom(_NONCE)
        plain = zlib.compress(orjson.dumps(value), level=1)
        sealed = nonce + self._sealing.encrypt(nonce, plain, place)
        if len(sealed) > self._limits.bytes // _SHARE:
            return False
        with self._rows.transaction() as run:
            run(
                "INSERT INTO gateway_kept (place, made, sealed) VALUES (?, ?, ?) "
                "ON CONFLICT (place) DO UPDATE SET made = excluded.made, sealed = excluded.sealed",
                (place, self._now(), sealed),
            )
            self._trim(run)
        return True

    def get(self, owner: bytes, id: str) -> Body | None:
        """What is kept for this owner under this id; None too for what cannot be opened.

        Raises RowsError.
        """
        place = self._place(owner, id)
        with self._rows.transaction() as run:
            found = run(
                "SELECT sealed FROM gateway_kept WHERE place = ? AND made > ?",
                (place, self._oldest()),
            )
        if not found:
            return None
        sealed: bytes = found[0][0]
        try:
            plain = self._sealing.decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
        except InvalidTag:
            return None
        return orjson.loads(zlib.decompress(plain))

    def delete(self, owner: bytes, id: str) -> bool:
        """Delete an entry; False where there was none. Raises RowsError."""
        with self._rows.transaction() as run:
            done = run(
                "DELETE FROM gateway_kept WHERE place = ? RETURNING place",
                (self._place(owner, id),),
            )
        return bool(done)

    def close(self) -> None:
        """Let go of the database, or of everything."""
        self._rows.close()

    def _place(self, owner: bytes, id: str) -> bytes:
        return hmac.new(self._naming, owner + b"\0" + id.encode(), hashlib.sha256).digest()

    def _oldest(self) -> float:
        return self._now() - self._limits.seconds

    def _trim(self, run: Run) -> None:
        run("DELETE FROM gateway_kept WHERE made <= ?", (self._oldest(),))
        [(count, size)] = run(
            "SELECT COUNT(*), COALESCE(SUM(LENGTH(sealed)), 0) FROM gateway_kept", ()
        )
        if count <= self._limits.count and size <= self._limits.bytes:
            return
        rows = run("SELECT place, LENGTH(sealed) FROM gateway_kept ORDER BY made, place", ())
        for place, length in rows[:-1]:
            if count <= self._limits.count and size <= self._limits.bytes:
                return
            run("DELETE FROM gateway_kept WHERE place = ?", (place,))
            count, size = count - 1, size - length


def _opened(where: Path | SecretStr) -> Rows:
    """Raises KeptError; a URL is not quoted, for it may hold a password."""
    try:
        if isinstance(where, SecretStr):
            return PostgresRows(where.get_secret_value())
        return SqliteRows(sqlite3.connect(where, timeout=10, check_same_thread=False))
    except (sqlite3.Error, RowsError) as error:
        what, other = (where, "file") if isinstance(where, Path) else ("the URL", "database")
        raise KeptError(
            f"'conversations': {what} cannot be used ({error}); name another {other}"
        ) from None


def kept_by(settings: GatewaySettings) -> Kept | None:
    """What the settings keep conversations in, None where they keep none; raises KeptError."""
    where = settings.conversations
    if where == "off":
        return None
    limits = KeptLimits(
        settings.conversations_count,
        settings.conversations_bytes,
        settings.conversations_hours * 3600,
    )
    place = None if where == "memory" else where
    return Kept.opened(limits, place, settings.conversations_key)
