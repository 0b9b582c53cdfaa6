"""Words of a long name with two wrong letters, looked for only beside another word of the name.

Two wrong letters make a word like too many others to be looked up by itself. Beside a word that is
written right, it need only be compared with those words that stand beside that one in some name and
begin or end with the same letter.
"""

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.distance import OSA

from guards.hashed import Hashed
from guards.names.common_words import is_ordinary, is_surname, is_usual_given
from guards.names.near import SOUNDS_ALIKE, Likeness
from guards.names.tokens import Token
from guards.parts import Part, Parts

__all__ = ["FarWords", "may_be_far"]

_LONG = 10  # letters of two words together, of which two may be wrong
_FAR = 6  # letters of a word of which two may be wrong
_COST = 2


class FarWords:
    """Built with the words of all names by number, and which two of them make a name."""

    def __init__(
        self, words: Sequence[str], pairs: Iterable[tuple[int, int]], kept: Parts | None = None
    ) -> None:
        """`kept` are the parts of such words, in place of pairs."""
        self._words = words
        self._filed = Hashed(self._entries(pairs)) if kept is None else Hashed.of_parts(kept)

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says, without the words."""
        return self._filed.parts()

    def __bool__(self) -> bool:
        return bool(self._filed)

    def _entries(self, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[str, int]]:
        for one, other in pairs:
            if len(self._words[one]) + len(self._words[other]) < _LONG:
                continue
            for beside, number in ((one, other), (other, one)):
                if len(self._words[number]) >= _FAR:
                    yield from ((key, number) for key in _keys(beside, self._words[number]))

    def add_to(self, tokens: Sequence[Token], likes: list[tuple[Likeness, ...]]) -> None:
        """Give words that are like none what they are like beside their neighbours."""
        liked = [at for at, found in enumerate(likes) if found]
        near_one = {at + step for at in liked for step in (-2, -1, 1, 2)}
        for at in sorted(near_one.difference(liked)):
            if not 0 <= at < len(tokens) or not may_be_far(token := tokens[at]):
                continue
            beside = {
                like.word
                for near in (at - 2, at - 1, at + 1, at + 2)
                if 0 <= near < len(tokens)
                for like in likes[near]
                if like.cost <= SOUNDS_ALIKE
            }
            keys = [key for one in beside for key in _keys(one, token.text)]
            if keys:
                likes[at] = tuple(
                    Likeness(number, float(_COST))
                    for number in sorted(self._filed.find(keys))
                    if OSA.distance(token.text, self._words[number]) == _COST
                )


def may_be_far(token: Token) -> bool:
    """May the word hold two wrong letters? Not if it is one that stands in lists of words."""
    text = token.text
    if len(text) < _FAR - _COST or token.script or not (text.isascii() and text.isalpha()):
        return False
    return not (is_ordinary(text) or is_usual_given(text) or is_surname(text))


def _keys(beside: int, word: str) -> tuple[str, str]:
    return f"{beside} {word[:1]}", f"{beside}  {word[-1:]}"
