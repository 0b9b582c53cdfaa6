"""Questions asked in the very words of a policy, whatever polite words stand in front of them."""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from guards.hashed import Filed, key_of
from guards.parts import Part, Parts, joined, within
from guards.reading.canonical import squashed

__all__ = ["OwnWords", "in_own_words"]

_ENDS = re.compile(r"[.?!:;\n]+(?=\s|$)")
_WORD = re.compile(r"\S+")
# "Could you please be so kind as to tell me by any chance: ..."
_MOST_BEFORE = 12
_LONGEST = 400
_SENTENCES = 8
# A question as short as this ends many others: "Tell me, who is Ann?"
_FEWEST_LETTERS = 10


class OwnWords:
    """The scope questions of policies by number, as they are compared. Immutable."""

    def __init__(self, scopes: Iterable[Sequence[str]], kept: Parts | None = None) -> None:
        """`kept` are the parts that these scopes had before."""
        self._scopes = tuple(scopes)
        if kept is not None:
            self._lengths = set[int](kept["lengths"].tolist())
            self._filed = Filed.of_parts(within(kept, "filed"))
            return
        entries, self._lengths = array("Q"), set[int]()
        for number, scope in enumerate(self._scopes):
            for question in dict.fromkeys(map(squashed, scope)):
                entries.extend((key_of(question), number))
                self._lengths.add(len(question))
        self._filed = Filed(entries)
        self.shortest = min(self._lengths, default=0)
        """Letters of the shortest question."""

    def parts(self) -> dict[str, Part]:
        """As `guards.parts` says, without the scopes."""
        lengths = np.array(sorted(self._lengths), dtype=np.uint32)
        return {"lengths": lengths, **joined(filed=self._filed.parts())}

    def __bool__(self) -> bool:
        return bool(self._filed)

    def asking(self, question: str) -> Sequence[int]:
        """The policies with this very `question`, squashed, in order."""
        if len(question) not in self._lengths:
            return ()
        found = self._filed.get(key_of(question))
        return [n for n in found if question in map(squashed, self._scopes[n])]


def in_own_words(text: str, exact: OwnWords) -> Iterator[tuple[int, int, int]]:
    """Find the questions of `exact`: (policy, start, end).

    Looked at are the whole text and its first and last sentences. Where it is short, a question may
    stand at the end of it, or of a sentence, behind a dozen other words.
    """
    if not exact:
        return
    seen: set[tuple[int, int]] = set()
    for start, end in _spans(text):
        tries = 1 if end - start > _LONGEST else _MOST_BEFORE + 1
        words = list(islice(_WORD.finditer(text, start, end), tries))
        key = squashed(text[start:end])
        if len(key) < exact.shortest:
            continue
        for number, word in enumerate(words):
            if number:
                key = key[len(squashed(words[number - 1].group())) :]
            if number and len(key) < max(_FEWEST_LETTERS, exact.shortest):
                break
            for policy in exact.asking(key):
                if (policy, end) not in seen:
                    seen.add((policy, end))
                    yield policy, start if number == 0 else word.start(), end


def _spans(text: str) -> Sequence[tuple[int, int]]:
    """The whole text and short sentences of it; few, whatever its length."""
    sentences: list[tuple[int, int]] = []
    at = 0
    for match in _ENDS.finditer(text):
        sentences.append((at, match.end()))
        at = match.end()
    sentences.append((at, len(text)))
    if len(sentences) > 2 * _SENTENCES:
        sentences = sentences[:_SENTENCES] + sentences[-_SENTENCES:]
    short = [(start, end) for start, end in sentences if 0 < end - start <= _LONGEST]
    return list(dict.fromkeys([(0, len(text)), *short]))
