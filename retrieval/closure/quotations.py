"""Cut words out of a chunk in place: the text around them stays as it was written.

cut("He said: a b c. Then he left.", [(2, 5)])  ->  "He said: [removed]. Then he left."
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from retrieval.closure.request import REMOVED
from retrieval.words import located_words, unspaced, words

__all__ = ["cut", "long_enough", "removed"]

_FEWEST_WORDS = 8
# Runs of characters, where no blanks part the words, that count as much as one word.
_RUNS_A_WORD = 3


def long_enough(text: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Those of the spans that are a quotation also where no blanks part the words.

    There eight runs of characters are two or three words, such as the name of a country.
    """
    if not unspaced(text):
        return tuple(spans)
    weights = [1 if unspaced(word) else _RUNS_A_WORD for word in located_words(text).words]
    enough = _FEWEST_WORDS * _RUNS_A_WORD
    return tuple(span for span in spans if sum(weights[slice(*span)]) >= enough)


def cut(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """``text`` with each span of words (first, behind the last; apart, ascending) taken out."""
    located = located_words(text)
    kept: list[str] = []
    end = 0
    for first, behind in spans:
        kept += [text[end : located.starts[first]], REMOVED]
        end = located.ends[behind - 1]
    return "".join([*kept, text[end:]])


def removed(text: str, redacted: str) -> list[str]:
    """The pieces of ``text`` that are missing from ``redacted``, as canonical words.

    The guard at ingest knows by them what must not come back.
    """
    before, after = words(text), words(redacted)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [" ".join(before[a:b]) for step, a, b, _, _ in steps if step in ("delete", "replace")]
