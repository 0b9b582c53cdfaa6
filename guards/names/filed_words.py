"""The names of a book filed by their words: which words make a name, and what is like each word.

filed = FiledWords([(0, "Stephen King", True)])
filed.pairs.get(pair_of(0, 1))       # [0]: name number 0, of words 0 and 1
FiledWords(kept=filed.parts())    # the same again
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from guards.hashed import Filed
from guards.names.coded_words import CodedWords
from guards.names.far import FarWords
from guards.names.forms import parse
from guards.names.near import NearWords
from guards.names.word_readings import WordReadings
from guards.parts import Part, Parts, Texts, joined, numbers, text_parts, within
from guards.reading.wording import folded_words

__all__ = ["FiledWords", "initial_of", "pair_of"]

_ALONE = 6  # letters of a single word that may be written wrongly
_INITIALS = 1 << 63


class FiledWords:
    """Built with (policy number, name, is it a person's); immutable.

    `policies`, `names` and `people` tell of each name by its number. `alone` holds names of one
    word by the word's number, `pairs` the others by those of two words or of an initial and one.
    """

    def __init__(
        self, entries: Iterable[tuple[int, str, bool]] = (), kept: Parts | None = None
    ) -> None:
        """`kept` are the parts of such names, in place of entries."""
        if kept is None:
            self.near = NearWords(self._file(entries))
            self.far = FarWords(self.near.words, self._both())
            self._coded = CodedWords(self.near.words)
        else:
            self.policies: Sequence[int] = numbers(kept["policies"])
            self.people: Sequence[int] = numbers(kept["people"])
            self.names: Sequence[str] = Texts(within(kept, "names"))
            self.alone = Filed.of_parts(within(kept, "alone"))
            self.pairs = Filed.of_parts(within(kept, "pairs"))
            self.near = NearWords((), within(kept, "near"))
            self.far = FarWords(self.near.words, (), within(kept, "far"))
            self._coded = CodedWords(self.near.words, within(kept, "coded"))
        far = bool(self.far)
        self.readings = WordReadings(self.near, self._coded, self._initials(), far=far)

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says."""
        flat = {"policies": np.asarray(self.policies), "people": np.asarray(self.people)}
        tables = joined(
            names=text_parts(self.names),
            alone=self.alone.parts(),
            pairs=self.pairs.parts(),
            near=self.near.parts(),
            far=self.far.parts(),
            coded=self._coded.parts(),
        )
        return {**flat, **tables}

    def _file(self, entries: Iterable[tuple[int, str, bool]]) -> Sequence[str]:
        """Take in the names; the words of all of them, by number."""
        policies, names, people = array("I"), list[str](), bytearray()
        words_of: dict[str, int] = {}
        alone, pairs = array("Q"), array("Q")  # key, name, key, name
        for policy, name, person in entries:
            read = parse(name) if person else None
            number = len(names)
            if read is not None:
                first, last = read.given[0], read.surname[-1]
                key = pair_of(_number(words_of, first), _number(words_of, last))
                pairs.extend((key, number, initial_of(first[0], words_of[last]), number))
                for word in (*read.given, *read.surname, *(w for ws in read.middle for w in ws)):
                    _number(words_of, word)
            else:
                words = folded_words(name)
                if len(words) > 1:
                    ids = [_number(words_of, word) for word in words]
                    pairs.extend((pair_of(*ids[:2]), number))
                elif words and len(words[0]) >= _ALONE:
                    alone.extend((_number(words_of, words[0]), number))
                else:
                    continue
            policies.append(policy)
            names.append(name)
            people.append(read is not None)
        self.policies, self.names, self.people = numbers(policies), names, numbers(people)
        self.alone, self.pairs = Filed(alone), Filed(pairs)
        return list(words_of)

    def _both(self) -> Iterator[tuple[int, int]]:
        return ((key >> 32, key & 0xFFFFFFFF) for key in self.pairs if key < _INITIALS)

    def _initials(self) -> frozenset[str]:
        keys = self.pairs.parts()["keys"]
        letters = keys[keys >= np.uint64(_INITIALS)] >> np.uint64(32) & np.uint64(0x7FFFFFFF)
        return frozenset(map(chr, np.unique(letters).tolist()))


def _number(words: dict[str, int], word: str) -> int:
    return words.setdefault(word, len(words))


def pair_of(first: int, second: int) -> int:
    """The key of two words' numbers."""
    return first << 32 | second


def initial_of(letter: str, surname: int) -> int:
    """The key of an initial and a word's number."""
    return _INITIALS | ord(letter) << 32 | surname
