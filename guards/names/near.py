"""Words that are nearly a name's: one letter off, two in long ones, or heard alike.

    words = NearWords(["stephen", "king"])
    words.like("stehpen")    ->  (Likeness(word=0, cost=1.0),)
    words.like("steven")     ->  (Likeness(word=0, cost=0.5),)

Every word of a name is filed under itself, itself without any one letter, and its sound, as hashes
in one sorted array (deletion neighbourhoods, as in SymSpell): a look-up costs the same for ten
words and for a million. What they find is verified by the distance itself (Damerau's, of optimal
string alignment: a swap of neighbours counts once). A word that is ordinary, or that others bear
as a name, is nobody's misspelling unless it sounds the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import OSA

from guards.hashed import Hashed, WordNumbers
from guards.names.common_words import is_ordinary, is_surname, is_usual_given
from guards.names.scripts import alike, skeletons_of_name, skeletons_written
from guards.names.sounds import sound, sounded
from guards.parts import Part, Parts, Texts, joined, text_parts, within
from guards.reading.wording import STOPWORDS

__all__ = ["SOUNDS_ALIKE", "Likeness", "NearWords"]

SOUNDS_ALIKE = 0.5
"""Cost of a word that is only heard alike; a letter that differs costs 1."""
_LONGEST = 40  # letters of a word that is looked up
_SHORTEST = 3  # letters of a word that may be a misspelling
_FAR = 8  # letters of a name's word from which two may differ
_REMEMBERED = 65536
_EMPTY: tuple["Likeness", ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """Word number `word` is written at this `cost`: 0 is itself.

    `ordinary` says that what is written is also an ordinary word.
    """

    word: int
    cost: float
    ordinary: bool = False


class NearWords:
    """The words of all names, by number; immutable but for what it remembers of texts.

    `numbers` gives the number of each word.
    """

    def __init__(self, words: Sequence[str], kept: Parts | None = None) -> None:
        """`kept` are the parts of such words, in place of them."""
        self.words = words if kept is None else Texts(within(kept, "words"))
        self.longest = max(map(len, self.words), default=0)
        if kept is None:
            self.numbers = WordNumbers(self.words)
            self._filed = Hashed(
                (key, number)
                for number, word in self._latin()
                if len(word) >= _SHORTEST
                for key in set(_keys(word, sounded(word)))
            )
        else:
            self.numbers = WordNumbers.of_parts(self.words, within(kept, "numbers"))
            self._filed = Hashed.of_parts(within(kept, "near"))
        self._known: dict[str, tuple[Likeness, ...]] = {}

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says."""
        words = text_parts(self.words)
        return joined(words=words, numbers=self.numbers.parts(), near=self._filed.parts())

    def _latin(self) -> Iterator[tuple[int, str]]:
        for number, word in enumerate(self.words):
            if word.isascii() and word.isalpha():
                yield number, word

    @cached_property
    def _elsewhere(self) -> Hashed:
        """By what is heard of them in other scripts; filed for the first text in one."""
        return Hashed(
            (key, number) for number, word in self._latin() for key in skeletons_of_name(word)
        )

    def like(self, word: str, script: str = "") -> tuple[Likeness, ...]:
        """The words that the folded `word` may stand for, itself among them if it is one.

        A word of another `script` is given as `romanised`.
        """
        key = f"{script}{word}" if script else word
        found = self._known.get(key)
        if found is None:
            if len(word) > _LONGEST:
                found = _EMPTY
            else:
                found = self._look_up_in(word, script) if script else self._look_up(word)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = found
        return found

    def _look_up(self, word: str) -> tuple[Likeness, ...]:
        own = self.numbers.get(word)
        exact = _EMPTY if own is None else (Likeness(own, 0.0),)
        if len(word) < _SHORTEST or not (word.isascii() and word.isalpha()) or word in STOPWORDS:
            return exact
        ordinary = is_ordinary(word)
        borne = is_usual_given(word) or is_surname(word)
        heard = sound(word)
        near = [
            Likeness(number, cost, ordinary)
            for number in sorted(self._filed.find(_keys(word, heard)))
            if number != own
            and (cost := _cost(word, self.words[number], heard)) is not None
            and (cost == SOUNDS_ALIKE or not borne)
        ]
        return (*exact, *near)

    def _look_up_in(self, word: str, script: str) -> tuple[Likeness, ...]:
        return tuple(
            Likeness(number, SOUNDS_ALIKE)
            for number in sorted(self._elsewhere.find(skeletons_written(word, script)))
            if alike(self.words[number], word, script)
        )


def _keys(word: str, heard: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
    yield f"~{heard}"


def _cost(written: str, word: str, heard: str) -> float | None:
    """What the difference costs of what is `written` and `heard`; None where it is too much."""
    alike = heard == sound(word)
    furthest = max(1, len(word) // 2) if alike else 2 if len(word) >= _FAR else 1
    distance = OSA.distance(written, word, score_cutoff=furthest)
    if distance > furthest:
        return None
    return SOUNDS_ALIKE if alike else float(distance)
