"""Which codes a text may hold at all, told by the kinds of characters that stand side by side.

    signs_of("It was calm, and she said so.")    ->  no code: every field is False
    signs_of("Read SHNpYW8 aloud.").mixed        ->  True

A decoder looks for its code at every place of a text. Each of these answers takes a look at all of
the text at once instead, and is False only where that decoder finds nothing in it. A text with any
character that is not known here may hold every code.
"""

import re
from typing import NamedTuple

__all__ = ["EVERY", "Signs", "signs_of"]


class Signs(NamedTuple):
    """What a text may hold, each field one kind of code.

    `mixed` runs of letters, signs and digits, as base64, base32 and base58 have; `wrapped` lines of
    base64; `digits`, without which no number is a code; `rare` signs beside others, as in base85;
    `shouting` without small letters, as in uuencode; `points` of code; `dots` and dashes apart, as
    in Morse; letters `apart`, and words in pig Latin; `strokes` and figures between letters, as in
    leetspeak; characters `beyond` those of prose.
    """

    mixed: bool
    wrapped: bool
    digits: bool
    rare: bool
    shouting: bool
    points: bool
    dots: bool
    apart: bool
    strokes: bool
    beyond: bool


EVERY = Signs(*[True] * len(Signs._fields))
"""Every code has to be looked for."""

# One byte stands for all characters beyond ASCII that prose holds and that are of one kind.
_LETTER, _DASH, _BLANK, _MARK = "\xe9", "\xb7", "\xa0", "\xab"
_LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_BEYOND = {
    **{chr(point): _LETTER for point in _LATIN if chr(point).isalpha()},
    **dict.fromkeys("\u00b7\u2022\u2212\u2013\u2014", _DASH),
    **dict.fromkeys("\u00a0\u2009\u202f", _BLANK),
    **dict.fromkeys("\u2010\u2011\u2012\u2015\u2018\u2019\u201a\u201c\u201d\u201e\u2026", _MARK),
    **dict.fromkeys("\u00a7\u00a9\u00ab\u00ae\u00b0\u00bb\u2039\u203a\u2122", _MARK),
}
_UPPER, _LOWER, _DIGITS = (
    frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    frozenset("abcdefghijklmnopqrstuvwxyz"),
    frozenset("0123456789"),
)
_ALPHANUMERIC = _UPPER | _LOWER | _DIGITS
_BLANKS = frozenset(chr(point) for point in range(256) if chr(point).isspace())
_PLAIN_SIGNS = frozenset(".,'\"()/_=-")


def _table(*kinds: tuple[frozenset[str], str], other: str = ".") -> bytes:
    """What each byte is translated to: the sign of the first kind that holds its character."""
    found = [next((sign for kind, sign in kinds if chr(n) in kind), other) for n in range(256)]
    return "".join(found).encode("ascii")


_RUNS = _table(
    (_LOWER, "a"), (_UPPER, "A"), (_DIGITS, "0"), (frozenset("+/_-"), "-"), other=" "
)  # fmt: skip
_OF_A_RUN = _table((_ALPHANUMERIC | frozenset("+/_-"), "x"), other=" ")
_WITHOUT_SMALL = _table((_LOWER | _BLANKS, " "), (frozenset(map(chr, range(128))), "x"), other=" ")
_SIGNS = _table((_BLANKS, " "), (_PLAIN_SIGNS, "."), other="!")
_DOTTED = _table(
    (frozenset(f".-_{_DASH}"), "."), (_BLANKS | frozenset("/|"), " "), other="x"
)  # fmt: skip
_SPACED = _table(
    (_UPPER | _LOWER | frozenset(_LETTER), "a"), (_DIGITS | frozenset("_"), "0"), other=" "
)  # fmt: skip
_FIGURES = _table(
    (_UPPER | _LOWER | frozenset(_LETTER), "a"), (_DIGITS | frozenset("@$!|(#"), "0"), other="."
)  # fmt: skip
_NO_SIGNS = "".join(sorted(_ALPHANUMERIC)).encode()

# Within a run of letters and digits these begin a new word or number; a run without them is one.
_BORDERS = (b"aA", b"a0", b"A0", b"0a", b"0A", b"AAa", b"0" * 6, b"A" * 16)
# A run that begins with a sign.
_LEADING = (b" -a", b" -A", b" -0", b" --")
_LONG_LINE, _LONG_SHOUT = b"x" * 32, b"x" * 9
_APART_DOTS = re.compile(rb"\. +\.")
_STROKES = ("@", "$", "|", "#", "\\", "[)", "'//", "><")


def signs_of(text: str) -> Signs:
    """Say which codes `text` may hold."""
    data = _as_bytes(text)
    if data is None:
        return EVERY
    runs = b" " + data.translate(_RUNS)
    digits = b"0" in runs
    spaced = data.translate(_SPACED) + b" "
    signs = data.translate(_SIGNS, _NO_SIGNS)
    return Signs(
        mixed=_any_in(_BORDERS, runs) or _any_in(_LEADING, runs),
        wrapped="\n" in text and _LONG_LINE in data.translate(_OF_A_RUN),
        digits=digits,
        rare=b"!" in signs and (b"!!" in signs or b"!." in signs or b".!" in signs),
        shouting=_LONG_SHOUT in data.translate(_WITHOUT_SMALL),
        points=digits or "+" in text or "\\u" in text,
        dots=_APART_DOTS.search(data.translate(_DOTTED)) is not None,
        apart=b" a a " in spaced or ("-" in text and text.count("ay") > 1),
        strokes=_may_be_leet(text, data, digits=digits),
        beyond=False,
    )


def _as_bytes(text: str) -> bytes | None:
    """`text` with one byte for each character, None where it holds one that is not known here."""
    if text.isascii():
        return text.encode("ascii")
    for character in set(text):
        if not character.isascii():
            kind = _BEYOND.get(character)
            if kind is None:
                return None
            text = text.replace(character, kind)
    return text.encode("latin-1")


def _any_in(wanted: tuple[bytes, ...], data: bytes) -> bool:
    return any(one in data for one in wanted)


def _may_be_leet(text: str, data: bytes, *, digits: bool) -> bool:
    """Do figures stand between letters, letters between figures, or strokes side by side?"""
    if any(sign in text for sign in _STROKES):
        return True
    if not digits and "(" not in text and "!" not in text:
        return False
    figures = data.translate(_FIGURES)
    return b"a0a" in figures or b"0a0" in figures or b"0aa0" in figures or b"0aaa0" in figures
