"""Words of names in code, word by word, so that a middle name nobody told of hides nothing.

    words = CodedWords(["stephen", "king"])
    words.read("vwhskhq")       ->  ((0, 3),)            three letters on in the alphabet
    words.read("ingkay")        ->  ((1, PIG_LATIN),)

`coded` finds whole names in the letters of a text; this reads single words, of which `word_names`
puts two together that are in one code. What is an ordinary word is in none. A look-up costs the
same for ten names and for a million.
"""

from collections.abc import Iterator, Sequence

from guards.hashed import Hashed
from guards.names.coded_forms import steps_of
from guards.names.common_words import is_ordinary
from guards.names.tokens import Token, gap_between
from guards.names.whose import LONGEST_MIDDLE
from guards.names.word_games import pig_latin
from guards.parts import Part, Parts
from guards.reading.wording import STOPWORDS

__all__ = ["WINDOW", "CodedWords", "Reading", "may_stand_between", "pairs_in_code"]

WINDOW = 4
"""Words between which two of a name may stand, those between them counted."""

Reading = tuple[int, int]
"""The number of a name's word, and the code: 1 to 25 letters on, or one of those below."""

_MIRRORED = 32  # and up: the alphabet reversed, then shifted
PIG_LATIN, BACKWARDS = 64, 65
_LETTERS = 26
_SHORTEST, _LONGEST = 3, 80
_REMEMBERED = 65536
_NEGATIVE = bytes.maketrans(
    bytes(range(97, 123)), bytes(97 + (-step) % _LETTERS for step in range(_LETTERS))
)


class CodedWords:
    """The words of all names, by number; immutable but for what it remembers of texts."""

    def __init__(self, words: Sequence[str], kept: Parts | None = None) -> None:
        """`kept` are the parts that these words had before."""
        self._words = words
        self._filed = (
            Hashed.of_parts(kept)
            if kept is not None
            else Hashed(
                (key, number)
                for number, word in enumerate(words)
                if _SHORTEST <= len(word) <= _LONGEST and word.isascii() and word.isalpha()
                for key in _filed_under(word)
            )
        )
        self._known: dict[str, tuple[Reading, ...]] = {}

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says, without the words."""
        return self._filed.parts()

    def read(self, word: str) -> tuple[Reading, ...]:
        """Every word of a name that the folded `word` is a code of."""
        found = self._known.get(word)
        if found is None:
            found = tuple(self._look_up(word)) if _may_be_coded(word) else ()
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[word] = found
        return found

    def _look_up(self, word: str) -> Iterator[Reading]:
        keys = (f"+{steps_of(word.encode()).decode()}", f"={word}")
        for number in sorted(self._filed.find(keys)):
            name = self._words[number]
            code = _code(name, word)
            if code is not None:
                yield number, code


def _may_be_coded(word: str) -> bool:
    """Is it a word of Latin letters that no text would hold but by chance?"""
    letters = _SHORTEST <= len(word) <= _LONGEST and word.isascii() and word.isalpha()
    return letters and word not in STOPWORDS and not is_ordinary(word)


def pairs_in_code(
    raw: str, tokens: Sequence[Token], codes: Sequence[tuple[Reading, ...]], at: int
) -> Iterator[tuple[int, int, int]]:
    """(first word, last word, end) of what stands in one code from word number `at` on.

    `codes` is what `read` says of each of `tokens`. Words between the two are in code as well.
    """
    if not codes[at]:
        return
    for to in range(at + 1, min(at + 1 + WINDOW, len(tokens))):
        if gap_between(raw, tokens[to - 1], tokens[to]) != "space":
            return
        for head, code in codes[at]:
            for tail, other in codes[to]:
                if other == code:
                    yield head, tail, tokens[to].end
                    if code == BACKWARDS:
                        yield tail, head, tokens[to].end
        if not may_stand_between(tokens[to]):
            return


def may_stand_between(token: Token) -> bool:
    """May the word be a middle name in code, or its initial?"""
    written = token.end - token.start
    return len(token.text) == 1 or (written <= LONGEST_MIDDLE and _may_be_coded(token.text))


def _filed_under(word: str) -> Iterator[str]:
    steps = steps_of(word.encode())
    yield f"+{steps.decode()}"
    yield f"+{steps.translate(_NEGATIVE).decode()}"
    for form in (*pig_latin((word,)), word[::-1]):
        yield f"={form}"


def _code(name: str, written: str) -> int | None:
    """The code that makes `written` of a name's word; None where none does, or it is the same."""
    if name == written:
        return None
    if len(name) == len(written):
        pairs = [(ord(a) - 97, ord(b) - 97) for a, b in zip(name, written, strict=True)]
        on = {(b - a) % _LETTERS for a, b in pairs}
        if len(on) == 1:
            return on.pop()
        turned = {(a + b) % _LETTERS for a, b in pairs}
        if len(turned) == 1:
            return _MIRRORED + turned.pop()
        return BACKWARDS if name[::-1] == written else None
    return PIG_LATIN if written in pig_latin((name,)) else None
