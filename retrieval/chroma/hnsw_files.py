"""The files of one HNSW segment of Chroma, read whole and replaced one by one.

    header.bin            100 bytes: sizes, the entry point, the highest level
    data_level0.bin       one row per slot: links at level 0, the vector, the label
    length.bin            one float32 per slot: the vector's length before it was normalised
    link_lists.bin        per slot a size in bytes, then its links at the levels above 0
    index_metadata.pickle which id has which label

A slot that is in no record's name any more is never used again, and nothing of Chroma's ever clears
it. Files are replaced whole by a rename, so each is either the old one or the new one.
"""

from __future__ import annotations

import io
import pickle
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.whole_file import write_whole

METADATA = "index_metadata.pickle"
PARTS = ("link_lists.bin", "header.bin", "data_level0.bin", "length.bin")
DELETED = 1 << 16
_HEADER = struct.Struct("<iQQQQQQiIQQQdQ")
_COUNT = 0xFFFF

Words = NDArray[np.uint32]


class LayoutError(Exception):
    """Files of an HNSW segment that are not laid out as this module knows them."""


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of header.bin, in their order."""

    version: int
    offset_level0: int
    capacity: int
    slots: int
    row_bytes: int
    label_offset: int
    data_offset: int
    top_level: int
    entry: int
    links: int
    links_level0: int
    neighbours: int
    scale: float
    construction: int

    @classmethod
    def read(cls, path: Path) -> Header:
        """Read and check. Raises OSError, LayoutError."""
        data = path.read_bytes()
        if len(data) != _HEADER.size:
            raise LayoutError(path.name)
        header = cls(*_HEADER.unpack(data))
        ends = (header.links_level0 * 4 + 4, header.label_offset + 8)
        if (header.version, header.offset_level0) != (1, 0) or ends != (
            header.data_offset,
            header.row_bytes,
        ):
            raise LayoutError(path.name)
        return header

    def pack(self) -> bytes:
        """As the file holds it."""
        return _HEADER.pack(*(getattr(self, name) for name in self.__slots__))


@dataclass(slots=True)
class HnswFiles:
    """A segment in memory; changes reach the disk by `write`.

    ``rows`` is uint32 (slots, row_bytes / 4): a count with the deleted mark, ``links_level0``
    links, the vector's bits, and the label in two words. ``upper`` holds, for slots that have
    levels above 0, uint32 (levels, 1 + links): a count and the links. ``trailing`` says that the
    files go on beyond the last slot, with what was in Chroma's memory by chance; `write` ends that.
    """

    folder: Path
    header: Header
    rows: Words
    lengths: NDArray[np.float32]
    upper: dict[int, Words]
    metadata: dict[str, Any]
    trailing: bool = False

    @property
    def labels(self) -> NDArray[np.int64]:
        """The label of each slot."""
        low, high = self.rows[:, -2].astype(np.int64), self.rows[:, -1].astype(np.int64)
        return low | high << 32

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The vectors, (slots, dimensions), a view into ``rows``."""
        return self.rows[:, self.header.data_offset // 4 : -2].view(np.float32)

    def links_of(self, slot: int, level: int) -> Words:
        """The slots that a slot links to at a level."""
        if level == 0:
            row = self.rows[slot, : 1 + self.header.links_level0]
        elif slot in self.upper and len(self.upper[slot]) >= level:
            row = self.upper[slot][level - 1]
        else:
            return np.zeros(0, np.uint32)
        return row[1 : 1 + (int(row[0]) & _COUNT)]

    def link(self, slot: int, level: int, targets: list[int]) -> None:
        """Replace the links of a slot at a level; what the list has beyond them becomes zero."""
        row = self.rows[slot, : 1 + self.header.links_level0]
        if level:
            row = self.upper[slot][level - 1]
        mark = int(row[0]) & DELETED
        row[:] = 0
        row[0] = len(targets) | mark
        row[1 : 1 + len(targets)] = targets

    def linked(self) -> NDArray[np.bool_]:
        """Which places of the link lists at level 0 are in use: (slots, links_level0)."""
        counts = self.rows[:, :1] & _COUNT
        return np.arange(self.header.links_level0, dtype=np.uint32)[None] < counts

    def write(self) -> None:
        """Replace the five files. Raises OSError, and then each file is whole, old or new."""
        sizes = (self.upper.get(slot) for slot in range(self.header.slots))
        parts = {
            "link_lists.bin": b"".join(
                b"\0\0\0\0" if links is None else struct.pack("<I", links.nbytes) + links.tobytes()
                for links in sizes
            ),
            "header.bin": self.header.pack(),
            "data_level0.bin": self.rows.tobytes(),
            "length.bin": self.lengths.tobytes(),
            METADATA: pickle.dumps(self.metadata, protocol=2),
        }
        for name, data in parts.items():
            write_whole(self.folder / name, data)


def read_hnsw(folder: Path) -> HnswFiles:
    """Read a segment that Chroma has persisted. Raises OSError, LayoutError."""
    header = Header.read(folder / "header.bin")
    level0 = (folder / "data_level0.bin").read_bytes()
    lengths = (folder / "length.bin").read_bytes()
    size = header.slots * header.row_bytes
    if len(level0) < size or len(lengths) < header.slots * 4 or header.row_bytes % 4:
        raise LayoutError("data_level0.bin")
    words = np.frombuffer(level0[:size], np.uint32)
    rows = words.reshape(header.slots, header.row_bytes // 4).copy()
    targets = rows[:, 1 : 1 + header.links_level0]
    files = HnswFiles(
        folder,
        header,
        rows,
        np.frombuffer(lengths[: header.slots * 4], np.float32).copy(),
        _upper((folder / "link_lists.bin").read_bytes(), header),
        read_metadata(folder / METADATA),
        len(level0) > size or len(lengths) > header.slots * 4,
    )
    if (targets[files.linked()] >= header.slots).any():
        raise LayoutError("data_level0.bin")
    return files


def read_metadata(path: Path) -> dict[str, Any]:
    """Which id has which label. Raises OSError, LayoutError."""
    try:
        found = _Plain(io.BytesIO(path.read_bytes())).load()
        known = isinstance(found["id_to_label"], dict) and isinstance(found["label_to_id"], dict)
    except (pickle.UnpicklingError, KeyError, TypeError, EOFError, ValueError) as error:
        raise LayoutError(path.name) from error
    if not known:
        raise LayoutError(path.name)
    return found


def slots_in(header: Path) -> int:
    """How many slots a header file counts. Raises OSError, LayoutError."""
    return Header.read(header).slots


def with_entry(header: Header, entry: int, top_level: int) -> Header:
    """The header with another entry point."""
    return replace(header, entry=entry, top_level=top_level)


def _upper(data: bytes, header: Header) -> dict[int, Words]:
    width = header.links + 1
    upper: dict[int, Words] = {}
    at = 0
    for slot in range(header.slots):
        if at + 4 > len(data):
            raise LayoutError("link_lists.bin")
        (size,) = struct.unpack_from("<I", data, at)
        at += 4
        if size % (4 * width) or at + size > len(data):
            raise LayoutError("link_lists.bin")
        if size:
            links = np.frombuffer(data, np.uint32, size // 4, at).reshape(-1, width).copy()
            if (links[:, 0] & _COUNT > header.links).any() or (links[:, 1:] >= header.slots).any():
                raise LayoutError("link_lists.bin")
            upper[slot] = links
        at += size
    return upper


class _Plain(pickle.Unpickler):
    """Reads numbers, strings and dictionaries; a pickle that names any class is refused."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        raise LayoutError(METADATA)
