"""Codes that spell characters in numbers: bits, octal and decimal codes, places in the alphabet.

    "19-20-5-16-8-5-14 11-9-14-7"  ->  "stephen king"

Numbers stand in ordinary text too; what they spell is read only where at least `_FEWEST` follow
one another with nothing but separators between them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from guards.reading.code_signs import EVERY, Signs
from guards.reading.decoded import View, as_text, kept, readable

__all__ = ["number_codes"]

_FEWEST = 4
_GAP = r"[\s,;:|/._+&#()\[\]{}\"'\\=>-]"
# What stands in front is looked at behind the first digit: a search for digits is the fastest.
_NUMBERS = re.compile(
    rf"\d(?<![0-9A-Za-z]\d)\d{{0,5}}+(?:{_GAP}{{1,6}}+(?:0[oO])?\d{{1,6}}+){{{_FEWEST - 1},}}"
)
_NUMBER = re.compile(r"\d+")
_BIT_HINT = re.compile("[01]{5}")
_BITS = re.compile(rf"(?<![0-9A-Za-z])(?:0b)?[01]{{5,}}+(?:{_GAP}{{1,4}}+(?:0b)?[01]{{5,}}+)*+")
_SOLID = re.compile(r"\d(?<![0-9A-Za-z]\d)\d{7,}+(?![0-9A-Za-z])")
_POINT_HINT = re.compile(r"[Uu]\+|0x|\\u\{?")  # U+0053 U+0074
_POINTS = re.compile(rf"(?:(?:{_POINT_HINT.pattern})[0-9A-Fa-f]{{2,6}}\}}?[\s,;:]{{0,3}}){{3,}}")
_POINT = re.compile(rf"(?:{_POINT_HINT.pattern})([0-9A-Fa-f]{{2,6}})")
_ASCII_CODES = re.compile(r"1[0-2]\d|[3-9]\d")
_LEAST_BITS = 21
_SQUARE = "abcdefghiklmnopqrstuvwxyz"  # Polybius: five rows of five, j written as i


def number_codes(text: str, signs: Signs = EVERY) -> Iterator[View]:
    """Yield what runs of numbers in `text` spell; `signs` says whether it may hold any."""
    if signs.digits:
        yield from _runs(text)
    if signs.points and _POINT_HINT.search(text):
        for match in _POINTS.finditer(text):
            decoded = _characters([int(point, 16) for point in _POINT.findall(match.group())])
            if readable(decoded):
                yield View("decimal", decoded, *match.span())


def _runs(text: str) -> Iterator[View]:
    for match in _NUMBERS.finditer(text):
        for kind, decoded in _of_numbers(match.group()):
            if readable(decoded):
                yield View(kind, decoded, *match.span())
    if _BIT_HINT.search(text):
        for match in _BITS.finditer(text):
            for decoded in filter(readable, _of_bits(match.group())):
                yield View("binary", decoded, *match.span())
    for match in _SOLID.finditer(text):
        for decoded in filter(readable, _of_solid(match.group())):
            yield View("decimal", decoded, *match.span())


def _of_numbers(run: str) -> Iterator[tuple[str, str]]:
    written = _NUMBER.findall(run)
    numbers = [int(token) for token in written]
    shown = [number for number in numbers if number > 31]
    if 2 * len(shown) >= len(numbers):
        yield "decimal", _characters(numbers)
        if any(127 < number < 256 for number in numbers):
            yield "decimal", as_text(bytes(n if n < 256 else 0 for n in numbers))
    if sum(len(token) in (2, 3) for token in written) * 2 > len(written):
        octal = [int(t, 8) if len(t) < 4 and _is_octal(t) else 0 for t in written]
        yield "octal", _characters(octal)
        if any(127 < number < 256 for number in octal):
            yield "octal", as_text(bytes(n if n < 256 else 0 for n in octal))
    if sum(number <= 27 for number in numbers) * 2 > len(numbers):
        yield "alphabet", _alphabet(run, numbers)
    if all(number in range(11, 56) and 1 <= number % 10 <= 5 for number in numbers):
        yield "square", "".join(_SQUARE[(n // 10 - 1) * 5 + n % 10 - 1] for n in numbers)


def _is_octal(digits: str) -> bool:
    """Is no digit above seven? They may be digits of any script."""
    return all(int(digit) < 8 for digit in digits)


def _characters(numbers: Sequence[int]) -> str:
    """The characters with these code points, as `kept`; what is none becomes a mark.

    Beyond Latin only those of the two blocks that most are of: the numbers of a table are all over,
    and a year in front of the code is no letter of it.
    """
    blocks = Counter(map(_block, numbers)).most_common(2)
    allowed = {0, *(block for block, count in blocks if block >= 0 and count > 1)}
    return kept(
        "".join(
            chr(n) if (n > 31 or n in (9, 10, 13)) and _block(n) in allowed else "\ufffd"
            for n in numbers
        )
    )


def _block(point: int) -> int:
    """Which 256 code points; one number for all of Latin and Vietnamese, one for all of Han."""
    if point < 0x250 or 0x1E00 <= point < 0x1F00:
        return 0
    if 0x3000 <= point < 0xA000:
        return 0x30
    return -1 if 0xD800 <= point < 0xE000 or point > 0x10FFFF else point >> 8


def _alphabet(run: str, numbers: Sequence[int]) -> str:
    """Places in the alphabet as letters; a separator that is not the usual one parts words."""
    gaps = [run[a.end() : b.start()] for a, b in pairwise(_NUMBER.finditer(run))]
    usual = Counter(gaps).most_common(1)[0][0]
    letters: list[str] = []
    for gap, number in zip([usual, *gaps], numbers, strict=True):
        if gap != usual:
            letters.append(" ")
        letters.append(chr(96 + number) if 0 < number <= 26 else " ")
    return "".join(letters)


def _of_bits(run: str) -> Iterator[str]:
    groups = re.findall(r"[01]+", run.replace("0b", ""))
    bits = "".join(groups)
    if len(bits) < _LEAST_BITS:
        return
    if len(groups) > 2 and all(len(group) <= 8 for group in groups):
        codes = [int(group, 2) for group in groups]
        if all(len(group) == 5 for group in groups):
            yield "".join(chr(96 + code) if 0 < code <= 26 else " " for code in codes)
        else:
            yield as_text(bytes(codes))
        return
    for width in (8, 7):
        for phase in range(width):
            count = (len(bits) - phase) // width
            if count < 3:
                break
            yield _from_bits(bits[phase : phase + count * width], width)


def _from_bits(bits: str, width: int) -> str:
    if width == 8:
        return as_text(int(bits, 2).to_bytes(len(bits) // 8, "big"))
    padded = "".join("0" + bits[at : at + 7] for at in range(0, len(bits), 7))
    return kept(int(padded, 2).to_bytes(len(padded) // 8, "big").decode("latin-1"))


def _of_solid(run: str) -> Iterator[str]:
    """Decimal codes written without a gap: 83 116 101 is the only way to read 83116101."""
    codes = _ASCII_CODES.findall(run)
    if sum(map(len, codes)) * 10 >= len(run) * 9:
        yield _characters([int(code) for code in codes])
    if len(run) % 3 == 0:
        threes = [run[at : at + 3] for at in range(0, len(run), 3)]
        yield _characters([int(three) for three in threes])
        if _is_octal(run):
            yield _characters([int(three, 8) for three in threes])
