"""Codes that spell bytes in letters: base64, base32, base58, base85, uu and hexadecimal.

A run is read from every place at which a group of it may begin, because words may stick to it.
"""

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterator

from guards.reading.code_signs import EVERY, Signs
from guards.reading.decoded import View, as_text, readable

__all__ = ["byte_codes"]

_SHORTEST = 6
_SIGN64 = r"[A-Za-z0-9+/_-]"
# Words and short numbers as anybody writes them are passed over, names_of_code and paths/too.
_WORDS = rf"(?:(?:[A-Z]?[a-z]++|[A-Z]++|\d{{1,5}}+)(?:[+/_-]++|(?!{_SIGN64})))++(?!{_SIGN64})"
_BASE64 = re.compile(rf"(?<!{_SIGN64})(?!{_WORDS}){_SIGN64}{{{_SHORTEST},}}+")
_BASE64_PART = re.compile(rf"[A-Za-z0-9]{{{_SHORTEST},}}")
# Base64 is wrapped at a fixed width: lines of the same alphabet that follow one another. The runs
# are taken whole (possessive) and from their beginning, or long ones would cost their square.
_WRAPPED = re.compile(rf"(?<!{_SIGN64})(?:{_SIGN64}{{32,}}+[ \t]*+\r?\n[ \t]*+)+{_SIGN64}++")
_ORDINARY_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d{1,5}")
_BASE32 = re.compile(r"(?<![A-Za-z0-9])(?:[A-Z2-7]{8,}|[a-z2-7]{8,})(?![A-Za-z0-9])")
_BASE58 = re.compile(r"(?<![A-Za-z0-9])[1-9A-HJ-NP-Za-km-z]{8,96}(?![A-Za-z0-9])")
_BASE58_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VALUES = {digit: value for value, digit in enumerate(_BASE58_DIGITS)}
# At least two signs, one of them rare in words, numbers and paths.
_SIGN, _RARE = r"[^\sA-Za-z0-9]", r"[^\sA-Za-z0-9.,'\"()/_=-]"
_BASE85 = re.compile(
    rf"(?<![!-~])(?=[!-~]*{_RARE}[A-Za-z0-9]*{_SIGN}|[!-~]*{_SIGN}[A-Za-z0-9]*{_RARE})[!-~]++"
)
_TWO_SIGNS = re.compile(rf"{_SIGN}[A-Za-z0-9]*{_SIGN}")
_VALUES_A85 = {chr(33 + value): value for value in range(85)}
_VALUES_B85 = {
    digit: value
    for value, digit in enumerate(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
    )
}
# A line of uuencode: how many bytes it has, and three of them in every four signs.
_UU = re.compile(r"(?<!\S)[&-M](?=[!-`]*[!-/:-@\[-`])[!-`]{8,60}+(?![^\s])")
_UU_BASE = 32
_FEWEST_BASE85 = 7
_LONGEST_BASE85 = 400
_MOST_BASE85 = 48  # runs of one text that are tried: the standard library decodes them slowly
# A letter in hexadecimal has a digit.
_HEX = re.compile(
    r"(?=[0-9a-fA-F]?[0-9])[0-9a-fA-F]{2}(?:[\s:,;-]{0,2}(?:0[xX]|\\x)?[0-9a-fA-F]{2}){3,}"
)
_DIGIT = re.compile("[0-9]")
_HEX_JUNK = re.compile(r"0[xX]|\\x|[^0-9a-fA-F]")
_PRINTABLE = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]+")


def byte_codes(text: str, signs: Signs = EVERY) -> Iterator[View]:
    """Yield what runs of letters, digits and signs in `text` spell in one of these codes.

    `signs` says which of them it may hold.
    """
    if signs.mixed:
        yield from _base64(text)
    if signs.wrapped:
        yield from _wrapped(text)
    if signs.digits:
        yield from _hexadecimal(text)
    if signs.mixed:
        yield from _base32(text)
        yield from _base58(text)
    if signs.rare:
        yield from _base85(text)
    if signs.shouting:
        yield from _uu(text)


def _base64(text: str) -> Iterator[View]:
    for match in _BASE64.finditer(text):
        run = match.group()
        start, end = match.span()
        for decoded in _base64_phases(run):
            yield View("base64", decoded, start, end)
        # A path or a dashed word may only border on the encoding.
        for part in _BASE64_PART.finditer(run):
            if part.group() != run and not _ORDINARY_WORD.fullmatch(part.group()):
                for decoded in _base64_phases(part.group()):
                    yield View("base64", decoded, start, end)


def _wrapped(text: str) -> Iterator[View]:
    for match in _WRAPPED.finditer(text) if "\n" in text else ():
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
        decoded = as_text(base64.b64decode(body + "=" * (-len(body) % 4)))
        if readable(decoded):
            yield decoded


def _hexadecimal(text: str) -> Iterator[View]:
    for match in _HEX.finditer(text) if _DIGIT.search(text) else ():
        digits = _HEX_JUNK.sub("", match.group())
        for phase in (0, 1):
            body = digits[phase:]
            decoded = as_text(bytes.fromhex(body[: len(body) // 2 * 2]))
            if readable(decoded):
                yield View("hex", decoded, *match.span())


def _base32(text: str) -> Iterator[View]:
    for match in _BASE32.finditer(text):
        run = match.group().upper()
        if run.isalpha() and (match.group().islower() or len(run) < 16):
            continue  # a word: of sixteen letters of the code nearly always one is a digit
        for phase in range(8):
            body = run[phase:]
            # One, three and six letters are no whole bytes: what is over is left out.
            body = body[: len(body) - (len(body) % 8 in (1, 3, 6))]
            if len(body) < 5:
                break
            decoded = as_text(base64.b32decode(body + "=" * (-len(body) % 8)))
            if readable(decoded):
                yield View("base32", decoded, *match.span())


def _base58(text: str) -> Iterator[View]:
    """Only what is text from end to end: the code has no groups that could be read alone."""
    for match in _BASE58.finditer(text):
        run = match.group()
        if _ORDINARY_WORD.fullmatch(run) or run.isdigit():
            continue
        number = 0
        for digit in run:
            number = number * 58 + _BASE58_VALUES[digit]
        decoded = _whole(number.to_bytes((number.bit_length() + 7) // 8, "big"))
        if decoded:
            yield View("base58", decoded, *match.span())


def _base85(text: str) -> Iterator[View]:
    tried = 0
    for match in _BASE85.finditer(text) if _TWO_SIGNS.search(text) else ():
        run = match.group().removeprefix("<~").removesuffix("~>")
        if not _FEWEST_BASE85 <= len(run) <= _LONGEST_BASE85:
            continue
        tried += 1
        if tried > _MOST_BASE85:
            return
        for body in dict.fromkeys((run, run.strip("\"'`.,()"))):
            for decode, values in (
                (base64.a85decode, _VALUES_A85),
                (base64.b85decode, _VALUES_B85),
            ):
                if _begins_as_text(body, values) and (decoded := _decoded(decode, body)):
                    yield View("base85", decoded, *match.span())


def _uu(text: str) -> Iterator[View]:
    for match in _UU.finditer(text):
        count, body = ord(match.group()[0]) - _UU_BASE, match.group()[1:]
        # Signs of filling up are blanks in some programs, and lost at the end of a line.
        if not 0 <= -(-count // 3) * 4 - len(body) <= 2:
            continue
        if decoded := _decoded(binascii.a2b_uu, match.group()):
            yield View("uu", decoded, *match.span())


def _begins_as_text(body: str, values: dict[str, int]) -> bool:
    """May the first five digits be text? The library decodes slowly, and of most runs in vain."""
    number = 0
    for digit in body[:5]:
        value = values.get(digit)
        if value is None:
            return digit in "yz" and values is _VALUES_A85
        number = number * 85 + value
    if number >= 1 << 32:
        return False
    try:
        begun, _ = codecs.utf_8_decode(number.to_bytes(4, "big"), "strict", False)
    except UnicodeDecodeError:
        return False
    return not begun or _PRINTABLE.fullmatch(begun) is not None


def _decoded(decode: Callable[[str], bytes], body: str) -> str:
    """What `decode` makes of it if that is text; nothing where it is no such code."""
    try:
        return _whole(decode(body))
    except ValueError:
        return ""


def _whole(raw: bytes) -> str:
    """`raw` as text if all of it is text, else nothing."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return ""
    return text if _PRINTABLE.fullmatch(text) and readable(text) else ""
