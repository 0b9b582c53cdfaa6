"""Runs: stretches of a stream that may be an encoding, and where they begin to look like one.

A run is a longest stretch of characters of one kind's alphabet. Which one a character belongs to
depends on what stands before it alone, so a stream may be cut anywhere. A run is held back from its
giveaway until it ends and can be decoded; a long one is decoded block by block, each together with
the one before it, so that a name is found whose code is no longer than a block.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["KINDS", "Run", "RunKind", "giveaway_in", "tail_of", "windows"]

_ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_BLANKS = " \t\r\n\u00a0"
_PRINTABLE = "".join(map(chr, range(33, 127)))
_BETWEEN_NUMBERS = _BLANKS + ",;:|/._+&#()[]{}\"'\\=>-"
_KEPT = 3  # blocks of a run that are kept
_DOTS = ".-\u00b7\u2022\u2212\u2013\u2014_"
_BRAILLE = "".join(map(chr, range(0x2800, 0x2900)))
_LATIN = "".join(map(chr, range(0xC0, 0x250)))
_TAGS = "".join(map(chr, range(0xE0020, 0xE007F)))
_SELECTORS = "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_EMOJI = "".join(
    map(chr, (*range(0x1F1E6, 0x1F200), *range(0x1F150, 0x1F16A), *range(0x1F170, 0x1F18A)))
)


@dataclass(frozen=True, slots=True)
class RunKind:
    """Runs over one alphabet; `giveaway` matches at the character that gives an encoding away.

    None does among the first `least`: a code is longer. `ascii`: can an ASCII character do so?
    `last` matches every character that the giveaway can end with, `reach` is how many a match and
    what it looks back to take up at most; None: any number. Behind released text without a match of
    `begun` no words give an encoding away, None: behind none.
    """

    alphabet: str
    giveaway: re.Pattern[str]
    block: int
    least: int = 0
    ascii: bool = True
    last: re.Pattern[str] | None = None
    reach: int | None = None
    begun: re.Pattern[str] | None = None
    pattern: re.Pattern[str] = field(init=False)
    signs: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "signs", frozenset(self.alphabet))
        object.__setattr__(self, "pattern", re.compile(f"[{re.escape(self.alphabet)}]+"))


@dataclass(slots=True)
class Run:
    """What has been released of the run of one kind that the held text continues."""

    kind: RunKind
    text: str = ""
    start: int = 0  # where the whole run begins in the stream
    giveaway: int | None = None

    def may_go_on(self) -> bool:
        """May words behind it, of letters and common signs, be part of an encoding with it?"""
        if not self.text:
            return False
        begun = self.kind.begun
        return self.giveaway is not None or (begun is not None and bool(begun.search(self.text)))

    def gives_away(self, read: str) -> bool:
        """Does what gives an encoding away stand in the run and `read` behind it?

        What was released holds none by itself, or `giveaway` would be its place.
        """
        kind, text = self.kind, self.text
        if len(text) > kind.least:
            if kind.last is not None and kind.last.search(read) is None:
                return False
            if kind.reach is not None:
                text = text[-kind.reach :]
        return kind.giveaway.search(text + read) is not None

    def may_be_encoded(self, read: str) -> bool:
        """May the run and `read` behind it hold an encoding by now?"""
        if self.giveaway is not None and self.text:
            return True
        if not self.kind.ascii and read.isascii():
            return False
        return self.gives_away(read)

    def held_from(self, whole: str, span: tuple[int, int], origin: int, border: int) -> int | None:
        """Where the run in this `span` of `whole`, its text and what is held, began to be held.

        That is its giveaway, or the last block's `border`; `origin` is where `whole` begins in the
        stream.
        """
        if span[0] == 0 and self.text and self.giveaway is not None:
            return max(self.giveaway, border)
        giveaway = giveaway_in(self.kind, whole, *span)
        return None if giveaway is None else max(origin + giveaway, border)

    def remember(self, released: str, end: int) -> None:
        """Go on with released text that ends at offset `end` of the stream."""
        if released[-1] not in self.kind.signs:
            self.text = ""
            return
        start = tail_of(self.kind, released)
        if start > 0 or not self.text:
            giveaway = giveaway_in(self.kind, released, start, len(released))
            self.start = end - len(released) + start
            self.giveaway = None if giveaway is None else end - len(released) + giveaway
            self.text = released[start:]
        else:
            known, self.text = len(self.text), self.text + released
            if self.giveaway is None:
                reach = known if self.kind.reach is None else self.kind.reach
                since = max(0, known - reach) if known > self.kind.least else 0
                giveaway = giveaway_in(self.kind, self.text, since, len(self.text))
                self.giveaway = None if giveaway is None else end - len(self.text) + giveaway
        if len(self.text) > _KEPT * self.kind.block:
            self.text = self.text[-_KEPT * self.kind.block :]


def _kind(
    alphabet: str,
    giveaway: str,
    block: int,
    least: int = 0,
    *,
    ascii_: bool = True,
    last: str | None = None,
    reach: int | None = None,
    begun: str | None = None,
) -> RunKind:
    ending = None if last is None else re.compile(last)
    opening = None if begun is None else re.compile(begun)
    return RunKind(alphabet, re.compile(giveaway), block, least, ascii_, ending, reach, opening)


_GAP = f"[{re.escape(_BETWEEN_NUMBERS)}]{{1,6}}"
_DOT = f"[{re.escape(_DOTS)}]"
_SIGN, _RARE = r"[^\sA-Za-z0-9]", r"[^\sA-Za-z0-9.,'\"()/_=-]"

KINDS = (
    # Base64, base32, base58, hexadecimal, percent escapes, numbers without a gap: from where it
    # stops looking like a word or a short number.
    _kind(
        _ALPHANUMERIC + "+/=_%\\-",
        r"(?<=[a-z])[A-Z]|(?<=[A-Z]{2})[a-z]|(?<=\d)[A-Za-z]|(?<=[A-Za-z])\d|(?<=\d{4})\d|[=%\\]",
        512,
        reach=8,
    ),
    # Numbers with gaps, from the third one on.
    _kind(
        "0123456789abcdefABCDEFxXoOuU" + _BETWEEN_NUMBERS,
        rf"(?<=\d)(?<!\d\d)[0-9A-Fa-f]{{0,8}}{_GAP}(?:0?[xXoObBuU])?\+?\d[0-9A-Fa-f]{{0,8}}{_GAP}"
        r"(?P<at>[0-9A-Fa-fuU])",
        512,
        reach=64,
        begun=r"\d",
    ),
    # Morse, from the third letter on.
    _kind(
        _DOTS + _BLANKS + "/|",
        rf"{_DOT}(?<!{_DOT}.){_DOT}{{0,5}}[\s/|]+{_DOT}{{1,6}}[\s/|]+(?P<at>{_DOT})",
        512,
        last=_DOT,
    ),
    _kind(
        _BRAILLE + _LATIN + _BLANKS + ".,'\u2019-", "[\u2801-\u28ff]", 512, ascii_=False, reach=4
    ),
    _kind(
        _TAGS + _SELECTORS,
        f"(?<=[{_TAGS}{_SELECTORS}])[{_TAGS}{_SELECTORS}]",
        512,
        ascii_=False,
        reach=4,
    ),
    _kind(_EMOJI + _BLANKS + "-.'\u200b\u200d\ufe0f", f"[{_EMOJI}]", 512, ascii_=False, reach=4),
    # What is typed and deleted again, from the first deletion on.
    _kind(_PRINTABLE + " \b", "\x08", 512, last="\x08", reach=1),
    # Base85, from its second sign on if one of the two is rare in words and numbers.
    _kind(
        _PRINTABLE,
        rf"{_RARE}[A-Za-z0-9]*{_SIGN}|{_SIGN}[A-Za-z0-9]*{_RARE}",
        512,
        6,
        last=_SIGN,
        begun=_RARE,
    ),
)


def tail_of(kind: RunKind, text: str) -> int:
    """Where the run at the end of `text` begins; its length if it ends in none."""
    return len(text.rstrip(kind.alphabet))


def giveaway_in(kind: RunKind, text: str, start: int, end: int) -> int | None:
    """The place at which `text[start:end]`, a run, gives itself away; None where it does not."""
    match = kind.giveaway.search(text, start, end)
    if match is None:
        return None
    if "at" in kind.giveaway.groupindex:
        return match.start("at")
    at = max(match.start(), match.end() - 1, start + kind.least)
    return at if at < end else None


def windows(block: int, start: int, end: int, over: bool) -> Iterator[tuple[int, int, int]]:
    """(start, end, held from) of every stretch of a run that can be decoded by now."""
    blocks = (end - start) // block
    for number in range(max(2, blocks - 1), blocks + 1):
        begin = start + (number - 2) * block
        yield begin, start + number * block, begin
    if over:
        border = start + max(0, blocks - 1) * block
        yield border, end, border
