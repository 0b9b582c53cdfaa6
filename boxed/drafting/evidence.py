"""Evidence for names: the records' words read once, and how much each looks like part of a name.

    reading = Reading.of(examples)
    reading.weight(word)     ->  1.0 for a word that has a capital within sentences

No list of names: a name is written in one way, with capitals within sentences, points or digits.
Scripts without capitals tell less, so there the little words around names are listed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from boxed.drafting.little_words import ATTACHED, LITTLE
from boxed.drafting.reading import UNSPACED, Word, cased, has_capital, is_odd, is_unspaced, words_in
from prompts.policy import Example

__all__ = ["FEWEST", "SMALL", "TOLD", "UNLISTED", "Candidate", "Reading", "Text"]

FEWEST = 2
"""Records in which a name must recur."""
TOLD = 0.6
"""What a record counts whose answer alone holds a word: a subject is what is asked about."""
SMALL = 0.6
"""What a word counts that is only ever written small and looks like any other."""
UNLISTED = 0.7
"""What a word counts in a script without capitals whose little words are not listed here."""
_CAPITAL = 0.8
"""Share of its places within sentences that must show a word with a capital."""
_STEM, _ENDING = 4, 3
"""Letters that forms of one name share at least, and in which they may differ at their end."""
_SHOUTED = 4
_ENGLISH = frozenset(["the", "what", "who", "where", "did", "which", "when", "how", "was", "is"])
_LISTED = re.compile("[\u0590-\u06ff\u0900-\u097f]")
_SPACED_RUNS = re.compile(rf"[{UNSPACED}](?:[{UNSPACED}]|[·・ ](?=[{UNSPACED}]))*")


@dataclass(frozen=True, slots=True)
class Text:
    """One side of a record: its number, whether it is the question, and its words."""

    record: int
    asked: bool
    words: tuple[Word, ...]
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name with its evidence: in how many records, its score, and the words that make it.

    ``score`` counts records, of which those that name it in the answer alone count less; ``weight``
    is how much its core looks like a name, ``placed`` the share of the questions with it that have
    it where subjects stand. ``rival`` says how near another name with the same core comes.
    """

    name: str
    score: float
    records: frozenset[int]
    keys: frozenset[str]
    core: str
    weight: float
    placed: float
    rival: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of all records, read once; ``keys`` are in how many texts each word is written."""

    texts: tuple[Text, ...]
    inside: Counter[str]
    capitals: Counter[str]
    opening: Counter[str]
    plain: frozenset[str]
    stems: dict[str, str]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> Reading:
        """Read the questions and answers."""
        texts = [
            Text(number, asked, tuple(words_in(text)), tuple(_SPACED_RUNS.findall(text)))
            for number, example in enumerate(examples)
            for asked, text in (
                (True, _not_shouted(example.question)),
                (False, _not_shouted(example.answer)),
            )
        ]
        inside: Counter[str] = Counter()
        capitals: Counter[str] = Counter()
        opening: Counter[str] = Counter()
        for text in texts:
            for word in text.words:
                if word.opens:
                    opening[word.key] += has_capital(word.text)
                else:
                    inside[word.key] += 1
                    capitals[word.key] += has_capital(word.text)
        english = any(word.key in _ENGLISH for text in texts for word in text.words)
        stems = {} if english else _stems(inside + opening, capitals + opening)
        return cls(tuple(texts), inside, capitals, opening, frozenset(inside), stems)

    def weight(self, word: Word) -> float:
        """How much a word looks like a part of a name, from 0 to 1."""
        key = word.key
        if is_unspaced(key) or not any(c.isalpha() for c in key):
            return 0.0
        if not cased(key):
            if key in LITTLE or self.bare(key) in LITTLE:
                return 0.0
            return 0.9 if _LISTED.match(key) else UNLISTED
        shown = self.inside[key] and self.capitals[key] >= _CAPITAL * self.inside[key]
        if key in LITTLE:
            return 0.9 if shown and key != "i" else 0.0
        if shown:
            return 1.0
        if is_odd(word.text):
            return 0.9
        if not self.inside[key] and self.opening[key]:
            return 0.9
        return 0.0 if len(key) < 3 else SMALL

    def bare(self, key: str) -> str:
        """The word that another form stands for.

        Without case endings, where the language has any; an Arabic or Hebrew word without the
        letters before it, where it also stands without.
        """
        if key in self.stems:
            return self.stems[key]
        match = ATTACHED.match(key)
        if match is not None and len(key) - match.end() >= 2 and key[match.end() :] in self.plain:
            return key[match.end() :]
        return key


def _not_shouted(text: str) -> str:
    """A text whose capitals tell nothing, because all letters are, in small letters."""
    shouted = text.isupper() and len(text.split()) >= _SHOUTED
    return text.lower() if shouted else text


def _stems(counts: Counter[str], capitals: Counter[str]) -> dict[str, str]:
    """Forms of one name in a language with case endings: ``Толстого`` -> ``Толстой``."""
    stems: dict[str, str] = {}
    kept: dict[str, list[str]] = defaultdict(list)
    for key, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if len(key) < _STEM or not cased(key) or not capitals[key]:
            continue
        other = next((one for one in kept[key[:_STEM]] if _is_form(key, one)), None)
        if other is None:
            kept[key[:_STEM]].append(key)
        else:
            stems[key] = other
    return stems


def _is_form(one: str, other: str) -> bool:
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    stem = min(len(one), len(other)) if shared is None else shared
    return stem >= _STEM and max(len(one), len(other)) - stem <= _ENDING
