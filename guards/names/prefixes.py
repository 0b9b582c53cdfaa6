"""Which texts some key begins with: the keys one behind the other in one string of bytes, sorted.

    keys = Prefixes(["stephenking", "stevenking"])
    keys.begin_with("stephenk")     ->  True

Binary search: a question costs the same for a thousand keys and twice that for a million.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate, pairwise

import numpy as np

from guards.parts import Part, Parts, numbers

__all__ = ["Prefixes"]

_HEAD = 8  # bytes of a key that are compared as one number


class Prefixes:
    """The keys of a book. Immutable once built; no key holds the character NUL."""

    def __init__(self, keys: Iterable[str]) -> None:
        ordered = sorted({key.encode("utf-8", "surrogatepass") for key in keys})
        # What another key begins with is found by that one.
        kept = [one for one, after in pairwise([*ordered, b""]) if not after.startswith(one)]
        del ordered
        self._heads = numbers(array("Q", [_head(key) for key in kept]))
        self._starts = numbers(array("I", accumulate(map(len, kept), initial=0)))
        self._keys = memoryview(b"".join(kept))

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says."""
        heads, starts = np.asarray(self._heads), np.asarray(self._starts)
        return {"heads": heads, "starts": starts, "keys": np.asarray(self._keys)}

    @classmethod
    def of_parts(cls, parts: Parts) -> "Prefixes":
        """From what ``parts`` gave."""
        made = cls(())
        made._heads, made._starts = numbers(parts["heads"]), numbers(parts["starts"])
        made._keys = numbers(parts["keys"])
        return made

    def begin_with(self, text: str) -> bool:
        """Does some key begin with `text`, or is it one?"""
        data = text.encode("utf-8", "surrogatepass")
        head, size = _head(data), len(data)
        heads = self._heads
        low = bisect_left(heads, head)
        if low == len(heads):
            return False
        if size <= _HEAD:
            unread = 8 * (_HEAD - size)
            return heads[low] >> unread == head >> unread
        high = bisect_right(heads, head, low)
        at = bisect_left(range(high), data, low, high, key=self._key)
        return at < high and self._key(at).startswith(data)

    def _key(self, number: int) -> bytes:
        return bytes(self._keys[self._starts[number] : self._starts[number + 1]])


def _head(key: bytes) -> int:
    return int.from_bytes(key[:_HEAD].ljust(_HEAD, b"\0"), "big")
