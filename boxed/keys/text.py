"""A virtual key as its holder sees it, and what is kept of it: an id and a digest.

    made = new_key()           -> bx-4fJ2k9QmZx-0s9…(43 letters)
    public_id(made)            -> "4fJ2k9QmZx"
    digest(made)               -> its SHA-256, in hexadecimal

The secret is 32 random bytes, so a plain SHA-256 of the key cannot be searched back: there are
2^256 to try. A slow hash is for passwords, which people choose; here it would only cost time on
every request.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string

__all__ = ["PREFIX", "digest", "fits", "new_key", "public_id"]

PREFIX = "bx-"
_ALPHABET = string.digits + string.ascii_letters
_ID, _SECRET_BYTES = 10, 32
_SECRET = 43  # letters in which every number below 2^256 can be written
_KEY = re.compile(rf"bx-([0-9A-Za-z]{{{_ID}}})-[0-9A-Za-z]{{{_SECRET}}}")


def new_key() -> str:
    """A key that nobody has had before, from the system's source of randomness."""
    name = "".join(secrets.choice(_ALPHABET) for _ in range(_ID))
    return f"{PREFIX}{name}-{base62(secrets.token_bytes(_SECRET_BYTES))}"


def base62(secret: bytes) -> str:
    """32 bytes as 43 digits and letters."""
    number, letters = int.from_bytes(secret, "big"), ""
    for _ in range(_SECRET):
        number, rest = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[rest] + letters
    return letters


def public_id(key: str) -> str | None:
    """The part of a key that may be shown and looked up; None for what is no virtual key."""
    found = _KEY.fullmatch(key)
    return found.group(1) if found else None


def digest(key: str) -> str:
    """What the storage holds in a key's place."""
    return hashlib.sha256(key.encode()).hexdigest()


def fits(key: str, kept: str) -> bool:
    """Is this the key whose digest is ``kept``? Takes the same time whatever is wrong with it."""
    return hmac.compare_digest(digest(key), kept)
