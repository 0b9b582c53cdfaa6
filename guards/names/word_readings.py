"""What a single word may be of the names of a book, looked up once for each word of the language.

A stream asks for every word several times, and most words of a text are nobody's.
"""

from collections.abc import Container
from typing import NamedTuple

from guards.names.coded_words import CodedWords, Reading
from guards.names.far import may_be_far
from guards.names.forms import PARTICLES
from guards.names.handles import run_together
from guards.names.near import Likeness, NearWords
from guards.names.tokens import Token

__all__ = ["Word", "WordReadings"]

_REMEMBERED = 65536


class Word(NamedTuple):
    """The words of names that it is like, that it is a code of, and that are run together in it.

    `initial`: may it be one of a name? `tells`: may a name be told of by it at all? `opens`: may
    one begin with it?
    """

    likes: tuple[Likeness, ...]
    codes: tuple[Reading, ...]
    together: tuple[tuple[int, int], ...]
    initial: bool
    tells: bool
    opens: bool

    @property
    def counts(self) -> bool:
        """Is there anything to look at?"""
        return bool(self.likes or self.codes or self.together or self.initial)


class WordReadings:
    """Words as the names of one book see them; immutable but for what it remembers."""

    def __init__(
        self, near: NearWords, coded: CodedWords, initials: Container[str], *, far: bool
    ) -> None:
        """`far`: does the book hold words of which two letters may be wrong?"""
        self._near = near
        self._coded = coded
        self._initials = initials
        self._far = far
        self._known: dict[str, Word] = {}

    def of(self, token: Token) -> Word:
        """What the word `token` may be; one of another script by its letters in ours."""
        key = f"{token.script} {token.text}" if token.script else token.text
        word = self._known.get(key)
        if word is None:
            word = self._read(token)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = word
        return word

    def _read(self, token: Token) -> Word:
        text, script = token.text, token.script
        likes = self._near.like(text, script)
        codes = () if script else self._coded.read(text)
        together = tuple(run_together(text, self._near.numbers))
        initial = len(text) == 1 and text in self._initials
        tells = initial or bool(likes) or (not script and bool(together or codes))
        far = self._far and may_be_far(token)
        return Word(likes, codes, together, initial, tells, far or tells or text in PARTICLES)
