"""The Merkle tree over a ledger's entries, as in RFC 9162, section 2.1.

A leaf is SHA-256(0x00 + entry hash), a node SHA-256(0x01 + left + right). `Frontier` holds only
the roots of the perfect subtrees, largest first, so a tree of a million entries grows in 20 hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf(data: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree: `size` leaves, and the roots of its perfect subtrees, largest first."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size, self.peaks = size, list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks")

    def add(self, data: bytes) -> None:
        """One more leaf."""
        merged, bits = leaf(data), self.size
        while bits & 1:
            merged, bits = node(self.peaks.pop(), merged), bits >> 1
        self.peaks.append(merged)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        *rest, root = self.peaks
        for peak in reversed(rest):
            root = node(peak, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over `leaves` (their data, not their hashes)."""
    tree = Frontier()
    for data in leaves:
        tree.add(data)
    return tree.root()


@dataclass(frozen=True)
class InclusionProof:
    """That the leaf at `index` (from 0) belongs to the tree of `size` leaves; `path` leads up."""

    index: int
    size: int
    path: tuple[bytes, ...]


def prove(leaves: Sequence[bytes], index: int) -> InclusionProof:
    """The proof for the leaf at `index` (from 0). Raises IndexError when there is none."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    level, at, path = [leaf(data) for data in leaves], index, list[bytes]()
    while len(level) > 1:
        beside = at ^ 1
        if beside < len(level):
            path.append(level[beside])
        pairs = [node(*level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
        level, at = pairs + level[len(pairs) * 2 :], at >> 1
    return InclusionProof(index, len(leaves), tuple(path))


def includes(proof: InclusionProof, data: bytes, root: bytes) -> bool:
    """Whether `proof` shows `data` under `root` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= proof.index < proof.size:
        return False
    at, last, reached = proof.index, proof.size - 1, leaf(data)
    for step in proof.path:
        if last == 0:
            return False
        if at & 1 or at == last:
            reached = node(step, reached)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            reached = node(reached, step)
        at, last = at >> 1, last >> 1
    return last == 0 and reached == root
