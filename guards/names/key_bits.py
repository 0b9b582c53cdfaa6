"""Which places of a text may hold a key, told by a few of its bytes: two bits of a table for each.

    bits = KeyBits(8, [b"stephenk", b"gnikneht"])
    bits.told(np.array([int.from_bytes(b"stephenk", "little")], dtype=np.uint64))     # [0]

What is told may be there by chance, one place in a hundred; what is not told is not there.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from guards.parts import Part, Parts

__all__ = ["WORD", "KeyBits", "Words", "width_of"]

Words = npt.NDArray[np.uint64]
"""Up to eight bytes of a text in each, the first of them lowest."""

WORD = 8
"""Bytes that are compared at once."""
_FEW = 5  # bytes of a key that has fewer
_ROOM = 20  # bits of the table for each
_ALL = (1 << 64) - 1
_AT_ONCE = 1 << 18
_PROBES = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)


def width_of(size: int) -> int:
    """How many bytes stand for a key of `size` bytes."""
    return WORD if size >= WORD else min(size, _FEW)


class KeyBits:
    """Immutable. Built with `width` bytes of each key, one behind the other."""

    def __init__(self, width: int, edges: bytearray) -> None:
        known: Words = np.unique(_words_of(width, edges))
        self._shift = 64 - max(10, (_ROOM * len(known)).bit_length())
        self._bits = np.zeros(1 << (61 - self._shift), dtype=np.uint8)
        for start in range(0, len(known), _AT_ONCE):  # so that little memory is used meanwhile
            for probe in _PROBES:
                at = known[start : start + _AT_ONCE] * np.uint64(probe) >> np.uint64(self._shift)
                bit = np.left_shift(np.uint8(1), (at & np.uint64(7)).astype(np.uint8))
                np.bitwise_or.at(self._bits, (at >> np.uint64(3)).astype(np.int64), bit)
        self._bytes = self._bits.data

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says."""
        return {"bits": self._bits}

    @classmethod
    def of_parts(cls, parts: Parts) -> "KeyBits":
        """From what ``parts`` gave."""
        made = cls(1, bytearray())
        made._bits = parts["bits"]
        made._shift = 62 - len(made._bits).bit_length()
        made._bytes = made._bits.data
        return made

    def tells(self, edge: bytes) -> bool:
        """May a key have these bytes?"""
        word, shift, bits = int.from_bytes(edge, "little"), self._shift, self._bytes
        for probe in _PROBES:
            at = (word * probe & _ALL) >> shift
            if not bits[at >> 3] >> (at & 7) & 1:
                return False
        return True

    def told(self, words: Words) -> Sequence[int]:
        """The places in `words` of those that a key may have."""
        places = self._probed(words, _PROBES[0])
        if not len(places):
            return ()
        return places[self._probed(words[places], _PROBES[1])].tolist()

    def _probed(self, words: Words, probe: int) -> npt.NDArray[np.intp]:
        at = (words * np.uint64(probe) >> np.uint64(self._shift)).view(np.int64)
        return np.flatnonzero(self._bits[at >> 3] >> (at & 7).astype(np.uint8) & 1)


def _words_of(width: int, edges: bytearray) -> Words:
    if width == WORD:
        return np.frombuffer(edges, dtype="<u8")
    words = np.zeros((len(edges) // width, WORD), dtype=np.uint8)
    words[:, :width] = np.frombuffer(edges, dtype=np.uint8).reshape(-1, width)
    return words.view("<u8").ravel()
