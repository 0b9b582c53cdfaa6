"""Sealing: the key, and what a name becomes under it, so that no file need hold the name.

    fingerprints("Jane Roe", SealKey.from_hex("8f" * 32))   # ("7:03c1...", "7:2d9e...", ...)

A fingerprint is "LETTERS:HEX": how many letters and digits the name has, and the first half of an
HMAC-SHA256 of its canonical form. What a name can look like without a change of its length (ROT13,
backwards, leetspeak, blanks between its letters) has a fingerprint of its own, which costs a text
nothing. Look-alikes, case, invisible characters and punctuation are gone once a name is folded.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from guards.names.letter_readings import ROT13
from guards.names.mentions import LONG_ENOUGH_TO_BREAK, LONG_ENOUGH_TO_TRANSFORM
from guards.reading.canonical import BLANK, fold, squash

__all__ = ["LONGEST", "SealKey", "fingerprints", "spelling"]

LONGEST = 100
"""Letters of the longest name that can be sealed: a stream holds back as many."""

_FEWEST_BYTES = 16
_BLOCK = 64  # of SHA-256, in bytes
_DIGEST = 16  # bytes of an HMAC that a fingerprint keeps
_PLAIN, _LEET = b"plain\0", b"leet\0"
_WORD = re.compile(r"[^ .]+")
_SEPARATORS = re.compile(r"[ .]+")


class SealKey:
    """The secret that fingerprints are made and recognised with. `id` tells keys apart."""

    __slots__ = ("_inner", "_outer", "id")

    def __init__(self, secret: bytes) -> None:
        """Take at least 16 bytes; raises ValueError for fewer."""
        if len(secret) < _FEWEST_BYTES:
            raise ValueError(f"the key holds {len(secret)} bytes; it needs {_FEWEST_BYTES}")
        padded = (hashlib.sha256(secret).digest() if len(secret) > _BLOCK else secret).ljust(
            _BLOCK, b"\0"
        )
        # HMAC from its two halves: copies of begun hashes take a third of hmac.digest's time.
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))
        self.id = self._mac(b"the id of this key").hex()

    @classmethod
    def from_hex(cls, text: str) -> "SealKey":
        """Read a key; raises ValueError, which quotes nothing of it."""
        try:
            secret = bytes.fromhex(text.strip())
        except ValueError:
            raise ValueError("the key is not hexadecimal") from None
        return cls(secret)

    def digest(self, spelled: str, *, leet: bool = False) -> bytes:
        """The keyed digest, 16 bytes, of a name in one `spelling`, read plainly or as leetspeak."""
        return self._mac((_LEET if leet else _PLAIN) + spelled.encode())

    def _mac(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()[:_DIGEST]

    def __repr__(self) -> str:
        return f"SealKey({self.id})"


def fingerprints(name: str, key: SealKey) -> tuple[str, ...]:
    """All that recognises `name`, in an order that tells nothing of it.

    Raises ValueError for a name of fewer than 2 or more than `LONGEST` letters and digits.
    """
    found: set[str] = set()
    for folded in {fold(form).text for form in (name, name.lower(), name.upper(), name.title())}:
        words = _WORD.findall(folded)
        letters = sum(map(len, words))
        if not 2 <= letters <= LONGEST:
            raise ValueError(
                f"a sealed name holds {letters} letters and digits; give between 2 and {LONGEST}"
            )
        found.update(f"{letters}:{digest.hex()}" for digest in _digests(words, letters, key))
    return tuple(sorted(found))


def _digests(words: Sequence[str], letters: int, key: SealKey) -> Iterator[bytes]:
    for spelled in _spellings(words, letters):
        forms = [spelled]
        if letters >= LONG_ENOUGH_TO_TRANSFORM:
            yield key.digest(spelled.translate(ROT13))
            forms.append(spelled[::-1])
        for form in forms:
            yield key.digest(form)
            yield key.digest(form.replace("i", "l"), leet=True)


def _spellings(words: Sequence[str], letters: int) -> Iterator[str]:
    """Every `spelling` that may stand for a name of these words.

    Blanks count for nothing in a long name; a short one has them between its own words, or
    between all of its letters.
    """
    if letters >= LONG_ENOUGH_TO_BREAK:
        yield "".join(words)
        return
    yield BLANK.join("".join(words))
    for count in range(len(words)):
        for apart in combinations(range(1, len(words)), count):
            yield "".join(BLANK * (at in apart) + word for at, word in enumerate(words))


def spelling(stretch: str, length: int) -> str:
    """How a stretch of folded text with `length` letters is spelled in a fingerprint."""
    if len(stretch) == length:
        return stretch
    if length >= LONG_ENOUGH_TO_BREAK:
        return squash(stretch)
    words = _WORD.findall(stretch)
    if len(words) == length:
        return BLANK.join(words)
    return _SEPARATORS.sub(lambda gap: BLANK if BLANK in gap.group() else "", stretch)
