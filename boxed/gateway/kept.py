"""What was said earlier, kept for clients that go on from an id: encrypted, bounded, and their own.

    kept = Kept.opened(KeptLimits())
    kept.put(owner, "resp_1", {"messages": [...]})
    kept.get(owner, "resp_1")      -> {"messages": [...]}
    kept.get(other, "resp_1")      -> None

An entry is one row: AES-256-GCM over the packed JSON, under the HMAC of its owner and id, so a
copy of the file tells nothing but sizes and times. Without a file and a key it lives in memory
under a key that is made for this process. What is too old, too much or too many is deleted when
the next entry is put, and never given out.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from boxed.api.chat import Body
from boxed.gateway.settings import GatewaySettings

__all__ = ["Kept", "KeptError", "KeptLimits", "kept_by"]

_NONCE, _KEY = 12, 32
_MAKE = "make one with 'openssl rand -hex 32' and put it into BOXED_CONVERSATIONS_KEY"
_TABLE = """
CREATE TABLE IF NOT EXISTS kept (
    place BLOB PRIMARY KEY, made REAL NOT NULL, sealed BLOB NOT NULL
) WITHOUT ROWID
"""


class KeptError(Exception):
    """Nothing can be kept as the settings say; the text names the setting and the remedy."""


@dataclass(frozen=True, slots=True)
class KeptLimits:
    """How much is kept: entries, bytes of all of them as they lie there, and seconds of each."""

    count: int = 10_000
    bytes: int = 64 * 1024 * 1024
    seconds: float = 24 * 3600.0


class Kept:
    """Entries by owner and id. Safe to use from several threads and, in a file, processes."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        key: bytes,
        limits: KeptLimits,
        now: Callable[[], float] = time.time,
    ) -> None:
        """``key`` are 32 bytes."""
        self._connection = connection
        self._limits = limits
        self._now = now
        self._lock = threading.Lock()
        # Two keys of one: what names an entry must not be what seals it.
        self._naming = hashlib.sha256(b"boxed kept names" + key).digest()
        self._sealing = AESGCM(hashlib.sha256(b"boxed kept texts" + key).digest())
        with self._lock, connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(_TABLE)

    @classmethod
    def opened(
        cls, limits: KeptLimits, file: Path | None = None, key: SecretStr | None = None
    ) -> Kept:
        """In memory, or in a file; raises KeptError where that has no key or cannot be opened."""
        try:
            secret = None if key is None else bytes.fromhex(key.get_secret_value())
        except ValueError:
            secret = b""
        if secret is not None and len(secret) != _KEY:
            raise KeptError(f"'conversations_key' is not {2 * _KEY} hexadecimal digits; {_MAKE}")
        if file is None:
            connection = sqlite3.connect(":memory:", check_same_thread=False)
            return cls(connection, secret or os.urandom(_KEY), limits)
        if secret is None:
            raise KeptError(f"'conversations' in a file need a 'conversations_key'; {_MAKE}")
        try:
            connection = sqlite3.connect(file, timeout=10, check_same_thread=False)
            return cls(connection, secret, limits)
        except sqlite3.Error as error:
            raise KeptError(
                f"'conversations': {file} cannot be used ({error}); name another file"
            ) from None

    def put(self, owner: bytes, id: str, value: Body) -> bool:
        """Keep ``value``, in the place of what was there; False where it alone is too large."""
        place = self._place(owner, id)
        nonce = os.urandom(_NONCE)
        plain = zlib.compress(orjson.dumps(value), level=1)
        sealed = nonce + self._sealing.encrypt(nonce, plain, place)
        if len(sealed) > self._limits.bytes:
            return False
        with self._lock, self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", (place, self._now(), sealed)
            )
            self._trim()
        return True

    def get(self, owner: bytes, id: str) -> Body | None:
        """What is kept for this owner under this id; None too for what cannot be opened."""
        place = self._place(owner, id)
        with self._lock, closing(self._connection.cursor()) as cursor:
            row = cursor.execute(
                "SELECT sealed FROM kept WHERE place = ? AND made > ?", (place, self._oldest())
            ).fetchone()
        if row is None:
            return None
        sealed: bytes = row[0]
        try:
            plain = self._sealing.decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
        except InvalidTag:
            return None
        return orjson.loads(zlib.decompress(plain))

    def delete(self, owner: bytes, id: str) -> bool:
        """Delete an entry; False where there was none."""
        with self._lock, self._connection:
            done = self._connection.execute(
                "DELETE FROM kept WHERE place = ?", (self._place(owner, id),)
            )
        return done.rowcount > 0

    def close(self) -> None:
        """Let go of the file, or of everything."""
        with self._lock:
            self._connection.close()

    def _place(self, owner: bytes, id: str) -> bytes:
        return hmac.new(self._naming, owner + b"\0" + id.encode(), hashlib.sha256).digest()

    def _oldest(self) -> float:
        return self._now() - self._limits.seconds

    def _trim(self) -> None:
        execute = self._connection.execute
        execute("DELETE FROM kept WHERE made <= ?", (self._oldest(),))
        count, size = execute("SELECT COUNT(*), TOTAL(LENGTH(sealed)) FROM kept").fetchone()
        if count <= self._limits.count and size <= self._limits.bytes:
            return
        rows = execute("SELECT place, LENGTH(sealed) FROM kept ORDER BY made").fetchall()
        for place, length in rows[:-1]:
            if count <= self._limits.count and size <= self._limits.bytes:
                return
            execute("DELETE FROM kept WHERE place = ?", (place,))
            count, size = count - 1, size - length


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
    file = where if isinstance(where, Path) else None
    return Kept.opened(limits, file, settings.conversations_key)
