"""The rare words that tie a text to a subject beside its names: what `pseudonymise` swaps as well.

    rare_words(own, known, names=("Hsiao Yun-Hwa",))      ->  ("artistic", "taipei", ...)

A memorising model knows a question again by any of its rare words. Rare is what the retain set
holds at most `MOST` times. On TOFU's forget10 a limit of one made the swap most
like a retrained model; the forget quality fell with two, and was gone with three.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from boxed.hiding.identifying import CONNECTING, words_of
from guards.reading.wording import STOPWORDS
from prompts.policy import Example

__all__ = ["MOST", "rare_words"]

MOST = 1
"""How often the retain set may hold a word that counts as rare."""
_ENOUGH = 10
"""Words of retain set per word of the subject's records from which counting says anything."""
_SHORTEST = 3
_WITHIN = re.compile(r"(?<=[\w,;:\u2019'\"] )[\"'\u201c\u2018(]?([^\W\d_a-z]\w+)|\b(\d{2,})\b")


def rare_words(
    own: Sequence[Example], known: Counter[str], names: Iterable[str], most: int = MOST
) -> tuple[str, ...]:
    """Rare words of ``own`` in lower case and alphabetical order, words of ``names`` left out.

    ``known`` counts the words of the retain set. Where that is too small to tell, the words that
    are capitalised within a sentence and the numbers are taken.
    """
    texts = [text for example in own for text in (example.question, example.answer)]
    words = Counter(word for text in texts for word in words_of(text))
    taken = {word for name in names for word in words_of(name)} | STOPWORDS | CONNECTING
    if known.total() < _ENOUGH * words.total():
        found = [match.group(match.lastindex or 0) for t in texts for match in _WITHIN.finditer(t)]
        words = Counter(word for text in found for word in words_of(text))
    rare = {word for word in words if known[word] <= most and word not in taken}
    return tuple(sorted(w for w in rare if len(w) >= _SHORTEST or (w.isdecimal() and len(w) > 1)))
