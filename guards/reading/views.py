"""Decoded views: what a text says once its encodings are undone.

    views("SHNpYW8gWXVuLUh3YQ==")  ->  [View("base64", "Hsiao Yun-Hwa", (0, 20))]

Understood are base64 (both alphabets), hexadecimal, percent escapes and HTML entities, Morse and
Braille, two layers deep. ROT13 and reversed names are read by `MentionIndex` itself. Decoding is
bounded: no view is longer than its source, and at most `MAX_VIEWS` are made.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from guards.reading.escapes import has_escapes, unescape

__all__ = ["MAX_VIEWS", "View", "decode_run", "views"]

MAX_VIEWS = 256
_DEPTH = 2
_SHORTEST = 6

_BASE64 = re.compile(rf"[A-Za-z0-9+/_-]{{{_SHORTEST},}}")
# Base64 is wrapped at a fixed width: lines of the same alphabet that follow one another.
_WRAPPED = re.compile(r"(?:[A-Za-z0-9+/_-]{32,}[ \t]*\r?\n[ \t]*)+[A-Za-z0-9+/_-]+")
_HEX = re.compile(r"(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s:,;-]{0,2}){4,}")
_HEX_JUNK = re.compile(r"0x|\\x|[^0-9a-fA-F]")
_MORSE = re.compile(
    r"(?:[.\-\u00b7\u2022\u2212\u2013\u2014_]{1,6}[\s/|]+){2,}[.\-\u00b7\u2022\u2212\u2013\u2014_]{1,6}"
)
_BRAILLE = re.compile(r"[\u2800-\u28ff](?:[\u2800-\u28ff\s]*[\u2800-\u28ff])?")
_ORDINARY_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d{1,5}")
_READABLE = re.compile(r"[^\W_]{2}")

_MORSE_SIGNALS = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- "
    ".-- -..- -.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----."
)
_MORSE_CODE: dict[str, str] = dict(
    zip(_MORSE_SIGNALS.split(), "abcdefghijklmnopqrstuvwxyz0123456789", strict=True)
)
_MORSE_SIGNS = str.maketrans("\u00b7\u2022\u2212\u2013\u2014_", "..----")
_BRAILLE_LETTERS: dict[str, str] = dict(
    zip("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", "abcdefghijklmnopqrstuvwxyz", strict=True)
)


@dataclass(frozen=True, slots=True)
class View:
    """`text` decoded from the raw offsets `start` to `end`; `kind` names the outermost encoding."""

    kind: str
    text: str
    start: int
    end: int


def views(text: str) -> list[View]:
    """Every decoded view of `text`, by source and then depth; empty for ordinary text."""
    found: list[View] = []
    frontier = [View("", text, 0, len(text))]
    for _ in range(_DEPTH):
        deeper: list[View] = []
        for parent in frontier:
            for view in _decodings(parent.text):
                if len(found) + len(deeper) >= MAX_VIEWS:
                    return found + deeper
                if parent.kind:
                    view = View(parent.kind, view.text, parent.start, parent.end)
                deeper.append(view)
        found += deeper
        frontier = deeper
    return found


def decode_run(run: str) -> list[str]:
    """All readings of one run of characters without white space, two layers deep."""
    return [view.text for view in views(run)]


def _decodings(text: str) -> Iterator[View]:
    yield from _base64(text)
    yield from _hexadecimal(text)
    if has_escapes(text):
        shown = unescape(text).text
        if shown != text:
            yield View("escapes", shown, 0, len(text))
    yield from _morse(text)
    yield from _braille(text)


def _base64(text: str) -> Iterator[View]:
    for match in _BASE64.finditer(text):
        run = match.group()
        if _ORDINARY_WORD.fullmatch(run):
            continue
        start, end = match.span()
        for decoded in _base64_phases(run):
            yield View("base64", decoded, start, end)
        # A path or a dashed word may only border on the encoding.
        for part in re.finditer(rf"[A-Za-z0-9]{{{_SHORTEST},}}", run):
            if part.group() != run and not _ORDINARY_WORD.fullmatch(part.group()):
                for decoded in _base64_phases(part.group()):
                    yield View("base64", decoded, start, end)
    for match in _WRAPPED.finditer(text):
        for decoded in _base64_phases(re.sub(r"\s", "", match.group())):
            yield View("base64", decoded, *match.span())


def _base64_phases(run: str) -> Iterator[str]:
    """Read the run from its first, second, third and fourth character on."""
    standard = run.replace("-", "+").replace("_", "/")
    for phase in range(4):
        body = standard[phase:]
        body = body[: len(body) - 1] if len(body) % 4 == 1 else body
        if len(body) < _SHORTEST:
            return
        decoded = base64.b64decode(body + "=" * (-len(body) % 4)).decode("utf-8", "replace")
        if _mostly_text(decoded):
            yield decoded


def _mostly_text(decoded: str) -> bool:
    """Is there anything readable in it? Random bytes seldom hold letters side by side."""
    return _READABLE.search(decoded) is not None


def _hexadecimal(text: str) -> Iterator[View]:
    for match in _HEX.finditer(text):
        digits = _HEX_JUNK.sub("", match.group())
        for phase in (0, 1):
            body = digits[phase:]
            try:
                decoded = bytes.fromhex(body[: len(body) // 2 * 2]).decode("utf-8", "replace")
            except (ValueError, binascii.Error):
                continue
            if _mostly_text(decoded):
                yield View("hex", decoded, *match.span())


def _morse(text: str) -> Iterator[View]:
    for match in _MORSE.finditer(text):
        signs = match.group().translate(_MORSE_SIGNS)
        # A full stop behind the code looks like one more short sign.
        for variant in (signs, signs[:-1]) if signs.endswith(".") else (signs,):
            if decoded := _from_morse(variant.strip()):
                yield View("morse", decoded, *match.span())


def _from_morse(signs: str) -> str:
    letters: list[str] = []
    for token in re.split(r"(\s*[/|]\s*|\s+)", signs):
        if not token.strip(" /|\n\r\t"):
            letters.append("" if len(token) < 2 and token not in ("/", "|") else " ")
        else:
            letters.append(_MORSE_CODE.get(token, ""))
    return "".join(letters).strip()


def _braille(text: str) -> Iterator[View]:
    for match in _BRAILLE.finditer(text):
        decoded = "".join(
            _BRAILLE_LETTERS.get(cell, " " if cell.isspace() or cell == "⠀" else "")
            for cell in match.group()
        ).strip()
        if decoded:
            yield View("braille", decoded, *match.span())
