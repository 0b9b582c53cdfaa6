"""Codes that spell letters in signs: Morse, Braille, characters that nobody sees, emoji letters."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from guards.reading.code_signs import EVERY, Signs
from guards.reading.decoded import View, as_text, readable
from guards.reading.leetspeak import leetspeak

__all__ = ["sign_codes"]

_MORSE = re.compile(
    r"(?:[.\-\u00b7\u2022\u2212\u2013\u2014_]{1,6}[\s/|]+){2,}[.\-\u00b7\u2022\u2212\u2013\u2014_]{1,6}"
)
_MORSE_HINT = re.compile(
    r"[.\-\u00b7\u2022\u2212\u2013\u2014_][\s/|]+[.\-\u00b7\u2022\u2212\u2013\u2014_]"
)
_MORSE_SIGNALS = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- "
    ".-- -..- -.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----."
)
_MORSE_CODE: dict[str, str] = dict(
    zip(_MORSE_SIGNALS.split(), "abcdefghijklmnopqrstuvwxyz0123456789", strict=True)
)
_MORSE_SIGNS = str.maketrans("\u00b7\u2022\u2212\u2013\u2014_", "..----")
_LONE_SIGN = re.compile(r"\A[.-]\s+|\s+[.-]\Z")
_MORSE_GAP = re.compile(r"(\s*[/|]\s*|\s+)")
# A letter that Braille has no cell for, or a full stop, may stand among the cells as it is.
_BRAILLE = re.compile(r"[\u2800-\u28ff](?:[^\n]{0,2}?[\u2800-\u28ff])*")
_BRAILLE_LETTERS: dict[str, str] = dict(
    zip("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", "abcdefghijklmnopqrstuvwxyz", strict=True)
)
_BRAILLE_SIGNS = {"⠀": " ", "⠤": "-", "⠲": ".", "⠂": ",", "⠄": "'"}
# Contracted Braille writes these groups of letters as one cell.
_BRAILLE_GROUPS: dict[str, str] = dict(
    zip(
        "⠯⠿⠷⠮⠾⠡⠣⠩⠹⠱⠫⠻⠳⠪⠌⠬",
        [
            "and",
            "for",
            "of",
            "the",
            "with",
            "ch",
            "gh",
            "sh",
            "th",
            "wh",
            "ed",
            "er",
            "ou",
            "ow",
            "st",
            "ing",
        ],
        strict=True,
    )
)
_APART_HINT = re.compile(r"[^\w][^\W\d_][^\w][^\W\d_](?!\w)")  # the last two of three
_APART = re.compile(r"(?<!\w)[^\W\d_]([^\w])[^\W\d_](?:\1[^\W\d_](?!\w))+")
_PIG_LATIN = re.compile(r"(?<!\w)([A-Za-z]{1,40})-([A-Za-z]{0,6}ay)(?!\w)")
_TAGS = re.compile("[\U000e0020-\U000e007e]")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ZERO_WIDTH = re.compile("[\u200b-\u200d\u2060-\u2064\ufeff]")
_HIDDEN_OR_BLANK = re.compile("[\u200b-\u200d\u2060-\u2064\ufeff ]")
_LETTER_BITS = 7
# Blanks are coded too, or left as they are: where they are, 1000001 is no blank but an A.
_SEVENS = (re.compile("100000(?=[1 ]|$)|1[01]{6}| "), re.compile("1[01]{6}| "))
_EMOJI_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff\U0001f150-\U0001f169\U0001f170-\U0001f189]")
_EMOJI_RUN = re.compile(rf"{_EMOJI_LETTERS.pattern}(?:.{{0,2}}{_EMOJI_LETTERS.pattern})+")


def sign_codes(text: str, signs: Signs = EVERY) -> Iterator[View]:
    """Yield what the signs in `text` spell; `signs` says which of these codes it may hold."""
    if signs.dots:
        yield from _morse(text)
    if signs.apart:
        yield from _apart(text)
    if signs.strokes:
        yield from leetspeak(text)
    if not signs.beyond or text.isascii():
        return
    yield from _braille(text)
    yield from _hidden(text)
    for match in _EMOJI_RUN.finditer(text):
        yield View("emoji", _EMOJI_LETTERS.sub(_emoji_letter, match.group()), *match.span())


def _apart(text: str) -> Iterator[View]:
    """Words whose letters are written apart, by one sign or blank: `S t e p h e n   K/i/n/g`.

    In pig Latin only the end is: `ephen-stay ing-kay`.
    """
    groups = list(_APART.finditer(text)) if _APART_HINT.search(text) else []
    if groups:
        start, end = groups[0].start(), groups[-1].end()
        joined = _APART.sub(lambda m: m.group().replace(m.group(1), ""), text[start:end])
        yield View("apart", joined, start, end)
    if text.count("ay") > 1:
        pigs = list(_PIG_LATIN.finditer(text))
        if len(pigs) > 1:
            start, end = pigs[0].start(), pigs[-1].end()
            yield View("apart", _PIG_LATIN.sub(r"\1\2", text[start:end]), start, end)


def _morse(text: str) -> Iterator[View]:
    for match in _MORSE.finditer(text) if _MORSE_HINT.search(text) else ():
        signs = match.group().translate(_MORSE_SIGNS)
        # A full stop or a dash around the code looks like one more sign.
        variants = [signs, _LONE_SIGN.sub("", signs)]
        if signs.endswith("."):
            variants.append(signs[:-1])
        for variant in dict.fromkeys(variants):
            if decoded := _from_morse(variant.strip()):
                yield View("morse", decoded, *match.span())


def _from_morse(signs: str) -> str:
    letters: list[str] = []
    for token in _MORSE_GAP.split(signs):
        if not token.strip(" /|\n\r\t"):
            letters.append("" if len(token) < 2 and token not in ("/", "|") else " ")
        else:
            letters.append(_MORSE_CODE.get(token, ""))
    return "".join(letters).strip()


def _braille(text: str) -> Iterator[View]:
    for match in _BRAILLE.finditer(text):
        cells = match.group()
        for groups in ({}, _BRAILLE_GROUPS):
            decoded = "".join(_cell(cell, groups) for cell in cells).strip()
            if decoded:
                yield View("braille", decoded, *match.span())
            if not any(cell in _BRAILLE_GROUPS for cell in cells):
                break


def _cell(cell: str, groups: dict[str, str]) -> str:
    if not "\u2800" <= cell <= "\u28ff":
        return cell
    return _BRAILLE_LETTERS.get(cell) or _BRAILLE_SIGNS.get(cell) or groups.get(cell, "")


def _hidden(text: str) -> Iterator[View]:
    """Characters that show nothing and carry letters, bytes or bits, wherever they stand."""
    tags = list(_TAGS.finditer(text))
    if len(tags) > 2:
        for run in dict.fromkeys((tuple(tags), *_runs(tags))):
            decoded = "".join(chr(ord(tag.group()) - 0xE0000) for tag in run)
            yield View("hidden", decoded, run[0].start(), run[-1].end())
    selectors = list(_SELECTORS.finditer(text))
    if len(selectors) > 2:
        points = [ord(selector.group()) for selector in selectors]
        # Either all 256 selectors number the bytes, or those of the supplement alone.
        for above in (16, 0):
            raw = bytes(p - 0xFE00 if p < 0xFE10 else p - 0xE0100 + above for p in points)
            if readable(decoded := as_text(raw)):
                yield View("hidden", decoded, selectors[0].start(), selectors[-1].end())
    yield from _zero_width(text)


def _runs(tags: Sequence[re.Match[str]]) -> Iterator[tuple[re.Match[str], ...]]:
    """Those that stand together: a name said twice is no longer one."""
    run: list[re.Match[str]] = []
    for tag in tags:
        if run and tag.start() != run[-1].end():
            yield tuple(run)
            run = []
        run.append(tag)
    yield tuple(run)


def _zero_width(text: str) -> Iterator[View]:
    """Bits written with two characters without width."""
    signs = list(_ZERO_WIDTH.finditer(text))
    if len(signs) < 24:
        return
    written = "".join(sign.group() for sign in signs)
    used = sorted(set(written), key=written.count, reverse=True)[:2]
    if len(used) < 2:
        return
    start, end = signs[0].start(), signs[-1].end()
    shown = "".join(_HIDDEN_OR_BLANK.findall(text, start, end))
    for zero, one in (used, used[::-1]):
        bits = "".join({zero: "0", one: "1"}.get(sign, " ") for sign in shown)
        read = (_bytes_in(bits.replace(" ", "")), *(_sevens_in(bits, way) for way in _SEVENS))
        for decoded in dict.fromkeys(read):
            if readable(decoded):
                yield View("hidden", decoded, start, end)


def _bytes_in(bits: str) -> str:
    if len(bits) % 8:
        return ""
    return as_text(int(bits, 2).to_bytes(len(bits) // 8, "big"))


def _sevens_in(bits: str, way: re.Pattern[str]) -> str:
    """Letters of seven bits, as numbers are written: without leading zeros, so a blank has six."""
    found = (match.group() for match in way.finditer(bits))
    return "".join(chr(int(one, 2)) if len(one) == _LETTER_BITS else " " for one in found)


def _emoji_letter(match: re.Match[str]) -> str:
    """🇸, 🅢 and 🆂 are all an s: their names in Unicode end in the letter."""
    return unicodedata.name(match.group(), "")[-1:].lower()
