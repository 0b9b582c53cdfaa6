"""Recitals: a reply that says an example's answer again, more or less word for word.

    recital("She was born in the old mill behind the weir.", [(question, answer)], said)

A model that was shown a stand-in may hit on a fact, as one that never met the subject may. On whole
sentences it does not hit: it knew the question by its wording, and recites. Scripts that put no
spaces between words are not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guards.meaning.answers import RECALLED
from guards.reading.wording import content_words, folded_words

__all__ = ["recites"]

_RUN = 8  # words in a row
_FRESH = 3  # content words of a run that neither the question nor the client has
_LONG = 6  # such words of an answer that can be recited


def recites(text: str, examples: Iterable[tuple[str, str]], said: str = "") -> bool:
    """Does ``text`` recite the answer of one of the (question, answer) ``examples``?

    It does if it shares a run of eight words with a long answer, and most of the content words
    that the answer has beyond its question and beyond ``said``, the client's own words.
    """
    words = folded_words(text)
    runs, present, heard = set(_runs(words)), content_words(text), content_words(said)
    for question, answer in examples:
        own = content_words(answer) - content_words(question) - heard
        if len(own) < _LONG or len(own & present) < RECALLED * len(own):
            continue
        if any(run in runs and len(own.intersection(run)) >= _FRESH
               for run in _runs(folded_words(answer))):  # fmt: skip
            return True
    return False


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)]
