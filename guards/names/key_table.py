"""Keys that are found in a text by their hashes: some twelve bytes each, however long they are.

    keys = EndingKeys([("stephenking", 0), ("gnik", 1)])
    list(keys.find("bystephenkingagain"))     # [(13, 11, 0)]: end, length, number

An automaton takes a node for every letter of a key, a kilobyte for a name with its disguises, and
a hundred thousand policies have no room for that. Here bits tell of every place of a text whether
some key may stand there (`key_bits`); only then is each length that keys have looked up by its
hash, of 64 bits: whoever asks compares what is found with the key itself.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Protocol

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_intdigest

from guards.names.automaton import build_automaton
from guards.names.key_bits import WORD, KeyBits, width_of
from guards.parts import Part, Parts, joined, within

__all__ = ["BeginningKeys", "EndingKeys", "FewKeys", "Keys"]

_SHORT = 24  # places that a loop is quicker for than numpy
_AT_ONCE = 8192  # keys that are filed together
_BATCH = 512  # places that are looked up together
Found = tuple[int, int, int]
"""Where a key ends in a text, its length, and its number."""


class Keys(Protocol):
    """(key, number) pairs to be found in texts; each key has one character at least."""

    longest: int
    """Characters of the longest key; 0 if there is none."""

    def find(self, text: str, since: int = 0) -> Iterator[Found]:
        """Every key in `text` that ends behind `since`, by end."""
        ...

    def reader(self) -> Callable[[str], list[int]]:
        """Reads a stream of ASCII, piece by piece: the last characters of keys in a piece."""
        ...


class FewKeys:
    """As an automaton: the fastest, for keys of which there are some ten thousand at most."""

    def __init__(self, entries: Iterable[tuple[str, int]]) -> None:
        known: dict[str, list[int]] = {}
        for key, number in entries:
            known.setdefault(key, []).append(number)
        self._automaton = build_automaton(known)
        self._lengths = array("H", map(len, known))
        self._numbers = list(map(tuple, known.values()))
        self.longest = max(self._lengths, default=0)

    def find(self, text: str, since: int = 0) -> Iterator[Found]:
        """As `Keys` says."""
        if self._automaton is None:
            return
        for last, key in self._automaton.iter(text):
            if last >= since:
                for number in self._numbers[key]:
                    yield last + 1, self._lengths[key], number

    def reader(self) -> Callable[[str], list[int]]:
        """As `Keys` says."""
        return (lambda _: []) if self._automaton is None else _Following(self._automaton.iter(""))


class _Following:
    """An automaton's way through a stream of ASCII.

    The library's own `set` reads freed memory where a piece has characters beyond the sixteen bits.
    """

    def __init__(self, search: Iterator[tuple[int, int]]) -> None:
        self._search = search
        self._goes_on: Callable[[str], None] = search.set  # pyright: ignore[reportAttributeAccessIssue]
        self._read = 0

    def __call__(self, piece: str) -> list[int]:
        if not piece.isascii():
            raise ValueError("an automaton follows a stream of ASCII alone; fold the piece first")
        begun, self._read = self._read, self._read + len(piece)
        self._goes_on(piece)
        return [last - begun for last, _ in self._search]


class EndingKeys:
    """By their last bytes: what a text goes on with is read alone, though keys begin before it."""

    def __init__(self, entries: Iterable[tuple[str, int]], kept: Parts | None = None) -> None:
        """`kept` are the parts of such keys, in place of entries."""
        self._filed = _Filed(entries, last=True) if kept is None else _Filed.of_parts(kept)
        self.longest = self._filed.longest

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says."""
        return self._filed.parts()

    def find(self, text: str, since: int = 0) -> Iterator[Found]:
        """As `Keys` says."""
        found: set[Found] = set()
        data = _bytes(text)
        plain = len(data) == len(text)
        for width, (bits, lengths) in self._filed.widths.items():
            if plain and len(text) - since <= _SHORT:
                ends = [
                    end
                    for end in range(max(since + 1, width), len(data) + 1)
                    if bits.tells(data[end - width : end])
                ]
            else:
                ends = bits.told(_words(data, width, last=True))
                ends = [at + width for at in ends]
                ends = ends if plain else _characters(data, ends)
            spans = [(end - size, end) for end in ends for size in lengths if end > since]
            found.update(self._filed.look_up(text, spans))
        return iter(sorted(found))

    def reader(self) -> Callable[[str], list[int]]:
        """As `Keys` says."""
        read = ""

        def ends(piece: str) -> list[int]:
            nonlocal read
            since = len(read)
            read += piece
            found = [end - since - 1 for end, _, _ in self.find(read, since)]
            read = read[-self.longest :] if self.longest else ""
            return found

        return ends


class BeginningKeys:
    """By their first bytes: only places at which a key may begin are looked at."""

    def __init__(self, entries: Iterable[tuple[str, int]], kept: Parts | None = None) -> None:
        """`kept` are the parts of such keys, in place of entries."""
        self._filed = _Filed(entries, last=False) if kept is None else _Filed.of_parts(kept)
        self.longest = self._filed.longest

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says."""
        return self._filed.parts()

    def find(self, text: str, begins: Sequence[int]) -> Iterator[Found]:
        """Every key in `text` that begins at one of the places `begins`."""
        found: set[Found] = set()
        data = _bytes(text)
        plain = len(data) == len(text)
        for width, (bits, lengths) in self._filed.widths.items():
            if plain and len(begins) <= _SHORT:
                told = [at for at in begins if bits.tells(data[at : at + width])]
            else:
                words = _words(data, width, last=False)
                places = np.array(begins, dtype=np.int64)
                words = words[places if plain else _first_bytes(data)[places]]
                told = [begins[at] for at in bits.told(words)]
            spans = [(at, at + size) for at in told for size in lengths]
            found.update(self._filed.look_up(text, spans))
        return iter(sorted(found))


class _Filed:
    """Keys by their hashes, with the bits that tell of them and the lengths they have."""

    def __init__(self, entries: Iterable[tuple[str, int]], *, last: bool) -> None:
        hashes, numbers = array("Q"), array("I")
        edges: dict[int, bytearray] = {}
        lengths: dict[int, set[int]] = {}
        rest = iter(entries)
        while some := list(islice(rest, _AT_ONCE)):
            numbers.extend(map(itemgetter(1), some))
            data = [key.encode("utf-8", "surrogatepass") for key, _ in some]
            hashes.extend(map(xxh3_64_intdigest, data))
            widths = list(map(width_of, map(len, data)))
            for width in set(widths):
                of_it = [at for at, one in enumerate(widths) if one == width]
                pieces = (data[at][-width:] if last else data[at][:width] for at in of_it)
                edges.setdefault(width, bytearray()).extend(b"".join(pieces))
                lengths.setdefault(width, set()).update(len(some[at][0]) for at in of_it)
        keys = np.frombuffer(hashes, dtype=np.uint64)
        order = np.argsort(keys, kind="stable")
        self._hashes = keys[order]
        del keys, hashes
        self._numbers = np.frombuffer(numbers, dtype=np.uint32)[order]
        del order, numbers
        self.longest = max((max(sizes) for sizes in lengths.values()), default=0)
        self.widths = {
            width: (KeyBits(width, edges.pop(width)), sorted(lengths[width]))
            for width in sorted(edges)
        }

    def parts(self) -> dict[str, Part]:
        bits = {f"bits{width}": kept.parts() for width, (kept, _) in self.widths.items()}
        sizes = {
            f"lengths{width}": np.array(lengths, dtype=np.uint32)
            for width, (_, lengths) in self.widths.items()
        }
        widths = np.array(list(self.widths), dtype=np.uint32)
        whole = {"hashes": self._hashes, "numbers": self._numbers, "widths": widths}
        return {**whole, **sizes, **joined(**bits)}

    @classmethod
    def of_parts(cls, parts: Parts) -> "_Filed":
        made = cls((), last=True)
        made._hashes, made._numbers = parts["hashes"], parts["numbers"]
        made.widths = {
            width: (
                KeyBits.of_parts(within(parts, f"bits{width}")),
                parts[f"lengths{width}"].tolist(),
            )
            for width in parts["widths"].tolist()
        }
        made.longest = max((sizes[-1] for _, sizes in made.widths.values()), default=0)
        return made

    def look_up(self, text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Found]:
        """The keys among what stands at these places; those beyond the text hold none."""
        size = len(text)
        for first in range(0, len(spans), _BATCH):
            tried = [span for span in spans[first : first + _BATCH] if span[0] >= 0]
            tried = [span for span in tried if span[1] <= size]
            pieces = [text[start:end].encode("utf-8", "surrogatepass") for start, end in tried]
            wanted = np.array(list(map(xxh3_64_intdigest, pieces)), dtype=np.uint64)
            places = np.searchsorted(self._hashes, wanted)
            places[places == len(self._hashes)] = 0
            for hit in np.flatnonzero(self._hashes[places] == wanted).tolist():
                start, end = tried[hit]
                for number in self._filed_at(int(places[hit])):
                    yield end, end - start, number

    def _filed_at(self, place: int) -> Iterator[int]:
        key = self._hashes[place]
        while place < len(self._hashes) and self._hashes[place] == key:
            yield int(self._numbers[place])
            place += 1


def _words(data: bytes, width: int, *, last: bool) -> npt.NDArray[np.uint64]:
    """The `width` bytes that end behind each byte of `data` from number `width` on, or begin there.

    Those that go on beyond the end are filled with zeros.
    """
    if last:
        count = max(0, len(data) - width + 1)
        words = np.ndarray((count,), "<u8", bytes(WORD) + data, width, (1,))
        return words if width == WORD else words >> np.uint64(8 * (WORD - width))
    words = np.ndarray((len(data),), "<u8", data + bytes(WORD), 0, (1,))
    return words if width == WORD else words & np.uint64((1 << 8 * width) - 1)


def _first_bytes(data: bytes) -> npt.NDArray[np.intp]:
    """Where each character begins in the UTF-8 `data`."""
    return np.flatnonzero(np.frombuffer(data, dtype=np.uint8) & 0xC0 != 0x80)


def _characters(data: bytes, ends: Sequence[int]) -> list[int]:
    """The characters of the UTF-8 `data` that have begun in front of these bytes."""
    return np.unique(np.searchsorted(_first_bytes(data), ends)).tolist()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
