"""Flat arrays in one file that is mapped in, not read: checked whole before a byte is believed.

    write_parts(path, {"book": "5f..."}, {"names.ends": array})
    told, parts = read_parts(path)      # None where there is none, or what is there is damaged

A line says how long the head is and what its checksum is; the head is JSON with the place and kind
of each array and the checksum of all of them. Against damage a checksum is enough; against others,
the file is read only where its owner is who runs this and nobody else may write to it. It is
replaced and never written over: whoever has it mapped goes on with what was there.
"""

from __future__ import annotations

import json
import logging
import mmap
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from xxhash import xxh3_64_hexdigest, xxh3_128

from guards.parts import Part
from retrieval.whole_file import write_whole

__all__ = ["read_parts", "write_parts"]

_LOG = logging.getLogger("boxed.policies")
_FORMAT = b"boxed-parts-1"
_ALIGNED = 64
_CHUNK = 1 << 20


def write_parts(path: Path, told: Mapping[str, str], parts: Mapping[str, Part]) -> None:
    """Put the parts in place of the file at `path`, with what is `told` of them. Raises OSError."""
    places: dict[str, tuple[int, str, int]] = {}
    at, total = 0, xxh3_128()
    for name, part in parts.items():
        places[name] = (at, part.dtype.str, len(part))
        at += part.nbytes + _padding(part.nbytes)
    for piece in _pieces(parts):
        total.update(piece)
    head = {"told": dict(told), "parts": places, "size": at, "sum": total.hexdigest()}
    data = json.dumps(head).encode()
    data += b" " * _padding(len(data))
    line = b"%s %d %s" % (_FORMAT, len(data), xxh3_64_hexdigest(data).encode())
    line = line.ljust(2 * _ALIGNED - 1) + b"\n"
    write_whole(path, _with_head(line + data, parts), private=True)


def read_parts(path: Path) -> tuple[dict[str, str], dict[str, Part]] | None:
    """What was told and the parts, mapped in; None, and a line in the log, where they are no good.

    A file that somebody else could have written counts as damaged.
    """
    try:
        with path.open("rb") as file:
            if not _is_ours(file):
                _LOG.warning("kept policies not used: others may write to their file")
                return None
            found = _read(file)
    except FileNotFoundError:
        return None
    except OSError as error:
        _LOG.warning("kept policies not read: %s", error.strerror)
        return None
    if found is None:
        _LOG.warning("kept policies not used: their file is damaged and will be written anew")
    return found


def _is_ours(file: BinaryIO) -> bool:
    status = os.fstat(file.fileno())
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _read(file: BinaryIO) -> tuple[dict[str, str], dict[str, Part]] | None:
    line = file.readline(2 * _ALIGNED).split()
    if len(line) != 3 or line[0] != _FORMAT or not line[1].isdigit():
        return None
    size = os.fstat(file.fileno()).st_size
    data = file.read(min(int(line[1]), size))
    if xxh3_64_hexdigest(data).encode() != line[2]:
        return None
    head: dict[str, Any] = json.loads(data)
    start = file.tell()
    if size - start != head["size"] or _sum_of(file) != head["sum"]:
        return None
    if not head["size"]:
        return head["told"], {}
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    parts = {
        name: np.frombuffer(mapped, np.dtype(kind), count, start + at)
        for name, (at, kind, count) in head["parts"].items()
    }
    return head["told"], parts


def _sum_of(file: BinaryIO) -> str:
    """The checksum of the rest; read and not mapped, so that it does not stay in memory."""
    total, chunk = xxh3_128(), bytearray(_CHUNK)
    while count := file.readinto(chunk):  # pyright: ignore[reportAttributeAccessIssue]
        total.update(memoryview(chunk)[:count])
    return total.hexdigest()


def _with_head(head: bytes, parts: Mapping[str, Part]) -> Iterator[bytes | memoryview]:
    yield head
    yield from _pieces(parts)


def _pieces(parts: Mapping[str, Part]) -> Iterator[bytes | memoryview]:
    for part in parts.values():
        if part.nbytes:
            yield np.ascontiguousarray(part).view(np.uint8).data
        yield bytes(_padding(part.nbytes))


def _padding(size: int) -> int:
    return -size % _ALIGNED
