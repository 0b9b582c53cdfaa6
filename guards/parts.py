"""An index as flat parts by name, so that a file can hold it and a process map it in again.

    kept = joined(near=index.parts(), words=text_parts(["king"]))
    kept.keys()                       # {"near.keys", ..., "words.letters", "words.ends"}
    Texts(within(kept, "words"))[0]   # "king"

A part is a flat array of numbers. Whoever reads them in again gives them back unchanged.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, overload

import numpy as np
import numpy.typing as npt

__all__ = [
    "Part",
    "Parts",
    "Rows",
    "Texts",
    "joined",
    "numbers",
    "row_parts",
    "text_parts",
    "within",
]

Part = npt.NDArray[Any]
Parts = Mapping[str, Part]


def joined(**named: Parts) -> dict[str, Part]:
    """The parts of several, each under the name of its own."""
    return {f"{name}.{key}": part for name, parts in named.items() for key, part in parts.items()}


def within(parts: Parts, name: str) -> dict[str, Part]:
    """Those that ``joined`` put under `name`."""
    start = f"{name}."
    return {key[len(start) :]: part for key, part in parts.items() if key.startswith(start)}


def numbers(part: "Sequence[int] | Part") -> "memoryview[int]":
    """A part to be read number by number, which numpy is slow at; it is not copied."""
    return memoryview(part)  # pyright: ignore[reportArgumentType]


def text_parts(texts: Iterable[str]) -> dict[str, Part]:
    """Texts one behind the other, and where each ends."""
    written = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = array("Q", accumulate(map(len, written)))
    letters = np.frombuffer(b"".join(written), dtype=np.uint8)
    return {"letters": letters, "ends": np.frombuffer(ends, dtype=np.uint64)}


class Texts(Sequence[str]):
    """What ``text_parts`` made: texts that take no more room than their letters."""

    def __init__(self, parts: Parts) -> None:
        self._letters = numbers(parts["letters"])
        self._ends = numbers(parts["ends"])

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        """These texts."""
        return cls(text_parts(texts))

    def parts(self) -> dict[str, Part]:
        """As ``text_parts``."""
        return {"letters": np.asarray(self._letters), "ends": np.asarray(self._ends)}

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        end = self._ends[at]
        at = at + len(self) if at < 0 else at
        start = self._ends[at - 1] if at else 0
        return str(self._letters[start:end], "utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        start = 0
        for end in self._ends:
            yield str(self._letters[start:end], "utf-8", "surrogatepass")
            start = end


def row_parts(rows: Iterable[Sequence[str]]) -> dict[str, Part]:
    """Rows of texts, and where each ends."""
    rows = list(rows)
    last = np.frombuffer(array("Q", accumulate(map(len, rows))), dtype=np.uint64)
    return {"last": last, **joined(texts=text_parts(text for row in rows for text in row))}


class Rows(Sequence[Sequence[str]]):
    """What ``row_parts`` made."""

    def __init__(self, parts: Parts) -> None:
        self._texts = Texts(within(parts, "texts"))
        self._last = numbers(parts["last"])

    def __len__(self) -> int:
        return len(self._last)

    @overload
    def __getitem__(self, at: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Sequence[str]]: ...
    def __getitem__(self, at: int | slice) -> Sequence[str] | Sequence[Sequence[str]]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        last = self._last[at]
        at = at + len(self) if at < 0 else at
        return self._texts[self._last[at - 1] if at else 0 : last]
