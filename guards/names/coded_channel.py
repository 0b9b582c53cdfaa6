"""The letters of a stream on their way through automata that hold names in code.

What a piece of a stream has of letters and of words is read once for each piece of the language
that a product writes in: a token is written often.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from guards.names.acrostics import initials, words_of
from guards.names.coded import ROT47_SIGN
from guards.names.coded_forms import ascii_letters, letters_of, steps_of
from guards.names.key_table import Keys
from guards.reading.canonical import fold

__all__ = ["Channel", "Piece", "read_piece"]

_SHORT, _REMEMBERED = 48, 8192  # characters of a piece, and how many of them are kept
_SMALL = bytes(range(256)).lower()
_NO_LETTERS = bytes(byte for byte in range(256) if not bytes([byte]).isalpha())
_REST = re.compile(r"[\w'\u2019-]*")


class Piece(NamedTuple):
    """A piece of a stream: its Latin letters, and the first letters of words that begin in it.

    `in_word`: does it end in a word? `signed`: has it a sign that ROT47 writes a vowel in? `lines`:
    does a line end in it?
    """

    letters: bytes
    initials: bytes
    in_word: bool
    signed: bool
    lines: bool


class Channel:
    """One table's way through a stream; of `steps` it reads steps, else letters."""

    def __init__(self, keys: Keys, steps: bool) -> None:
        self._ends = keys.reader()
        self._steps = steps
        self._before = b""

    def feed(self, letters: bytes) -> Sequence[int]:
        """The letters (their numbers in `letters`) at which some key ends."""
        if not letters:
            return ()
        if self._steps:
            both, self._before = self._before + letters, letters[-1:]
            text = _steps_again(both) if len(both) <= _SHORT else _steps(both)
        else:
            text = letters.decode()
        ends = self._ends(text)
        if not ends:
            return ()
        missing = len(letters) - len(text)
        return [last + missing for last in ends]


def _steps(letters: bytes) -> str:
    return steps_of(letters).decode()


_steps_again = lru_cache(_REMEMBERED)(_steps)


def read_piece(written: str, in_word: bool) -> Piece:
    """Read what is `written` behind a word that may go on (`in_word`), or behind none."""
    return _piece_again(written, in_word) if len(written) <= _SHORT else _piece(written, in_word)


def _piece(written: str, in_word: bool) -> Piece:
    if written.isascii():
        letters = written.encode().translate(_SMALL, _NO_LETTERS)
    else:
        letters = letters_of(fold(written).text)
    at = 0
    if in_word:
        rest = _REST.match(written)
        at = rest.end() if rest else 0
    words = words_of(written, at)
    if words:
        in_word = written.endswith(words[-1])
    elif at < len(written):
        in_word = False
    signed = ROT47_SIGN.search(written) is not None
    return Piece(letters, ascii_letters(initials(words)), in_word, signed, "\n" in written)


_piece_again = lru_cache(_REMEMBERED)(_piece)
