"""Which words of a text may name somebody at all, told by what each is to the names of a book.

    beside.may_name(["it", "was", "stehpen", "king"])    ->  True
    beside.may_name(["the", "king", "of", "spades"])     ->  False

A name found word by word is one word alone, or two that stand near one another and are those of one
name. What a word is to the names is looked up once for each word of the language; of most texts no
word is like any, and nothing else has to be read then.
"""

from collections.abc import Callable, Sequence

from guards.hashed import Filed
from guards.names.coded_words import WINDOW
from guards.names.filed_words import initial_of, pair_of
from guards.names.forms import PARTICLES
from guards.names.near import Likeness
from guards.names.tokens import Token
from guards.names.word_readings import Word, WordReadings

__all__ = ["Beside"]

_REMEMBERED = 65536
_FAR_FROM = 2  # words between which one may be read with two wrong letters
_FAR_LETTERS = 4  # of the shortest such word, as it is written
# What is known of a word: it may be a name alone; is like one of a name; is one in code; is an
# initial; may be one with two wrong letters.
_ALONE, _LIKED, _CODED, _INITIAL, _FAR = 1, 2, 4, 8, 16
_HALF = _LIKED | _CODED


class Beside:
    """Built with what words are to the names of a book, and the names filed by two of theirs.

    `alone` says whether one of the words that a text's word is like is a whole name. Immutable but
    for what it remembers of words.
    """

    def __init__(
        self, readings: WordReadings, pairs: Filed, alone: Callable[[Sequence[Likeness]], bool]
    ) -> None:
        self._readings = readings
        self._pairs = pairs
        self._alone = alone
        self._known: dict[str, int] = {}

    def may_name(self, words: Sequence[str]) -> bool:
        """May a text of these folded words, all Latin, name somebody? False is certain."""
        bits = list(map(self._known.get, words))
        if None in bits:
            bits = [self._of(word) for word in words]
        present = 0
        for some in set(bits):
            present |= some or 0
        if not present & (_ALONE | _HALF):
            return False
        if present & _ALONE:
            return True
        return any(
            self._may_begin(words, bits, at)
            for at, some in enumerate(bits)
            if some and some & _HALF
        )

    def _of(self, word: str) -> int:
        """What is known of a word."""
        bits = self._known.get(word)
        return self._learn(word) if bits is None else bits

    def _learn(self, word: str) -> int:
        read = self._read(word)
        far = read.opens and len(word) >= _FAR_LETTERS and word not in PARTICLES
        bits = (
            _ALONE * (bool(read.together) or self._alone(read.likes))
            | _LIKED * bool(read.likes)
            | _CODED * bool(read.codes)
            | _INITIAL * read.initial
            | _FAR * (far and not read.likes)
        )
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[word] = bits
        return bits

    def _read(self, word: str) -> Word:
        return self._readings.of(Token(word, 0, len(word), False, ""))

    def _may_begin(self, words: Sequence[str], bits: Sequence[int | None], at: int) -> bool:
        """May the word number `at` make a name with one that stands near it?"""
        own = bits[at] or 0
        for other in range(max(0, at - WINDOW), min(at + WINDOW + 1, len(words))):
            some = bits[other] or 0
            if other == at or not some:
                continue
            if own & _LIKED and some & _FAR and abs(other - at) <= _FAR_FROM:
                return True
            if self._are_of_one(words[at], words[other]):
                return True
        return False

    def _are_of_one(self, first: str, second: str) -> bool:
        """Are these two words those of one name, in whichever order?"""
        one, other = self._read(first), self._read(second)
        ways = [(like.word, tail.word) for like in one.likes for tail in other.likes]
        ways += [(a, b) for a, code in one.codes for b, same in other.codes if code == same]
        keys = [key for a, b in ways for key in (pair_of(a, b), pair_of(b, a))]
        keys += [initial_of(second, like.word) for like in one.likes if other.initial]
        return any(len(self._pairs.get(key)) for key in keys)
