"""Where a product cuts the text of a stream, learnt as counts, and other texts cut alike.

    cuts.note("", "It"); cuts.note("t", " was")
    cuts.pieces("I don't know.", 4)  -> ["I", " don", "'t", " know."]

Counted is, for each kind of two neighbouring characters, how often a piece ends between them: no
character itself is kept. Before a product has streamed, most pieces are words with the blank in
front, as a tokeniser gives them, which cuts names and long words rather than short ones. A product
whose pieces are all of one length is cut by length.
"""

from __future__ import annotations

import math
import random
import re
import unicodedata
from collections import Counter, deque
from functools import lru_cache
from itertools import pairwise

__all__ = ["Cuts"]

_PRIOR = 12.0
"""How many observations what was known beforehand is worth."""
_BEFORE = {("w", " "): 0.97, (" ", "w"): 0.03, ("w", "w"): 0.06, ("w", "."): 0.85, (".", "w"): 0.5,
           (".", " "): 0.95, (" ", "."): 0.1, (".", "."): 0.4, ("w", "\n"): 0.95,
           ("\n", "w"): 0.9, ("d", "d"): 0.35, ("w", "d"): 0.7, ("d", "w"): 0.8,
           ("c", "c"): 0.6}  # fmt: skip
_USUAL = 0.5
_TOKENISED = 0.15  # below this share of borders within words, they are those of a tokeniser
_WORD = re.compile(r"[^\W\d_]+")
_REMEMBERED = 200
_EVEN = 0.7  # share of pieces of the greatest length from which all are cut by it
_ENOUGH = 12


class Cuts:
    """What is known of one product's pieces."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str]] = Counter()
        self._cut: Counter[tuple[str, str]] = Counter()
        self._lengths: deque[int] = deque(maxlen=_REMEMBERED)

    def note(self, before: str, piece: str) -> None:
        """Learn from a streamed piece; ``before`` is the last character of the one before it."""
        self._seen.update(pairwise(map(_class, before + piece)))
        if before and piece:
            self._cut[_kind(before, piece[0])] += 1
        self._lengths.append(len(piece))

    def pieces(self, text: str, count: int | None = None) -> list[str]:
        """``text`` in about ``count`` pieces; as many as come of it by chance where it is None."""
        if len(text) < 2:
            return [text] if text else []
        if (even := self._even()) is not None:
            return [text[at : at + even] for at in range(0, len(text), even)]
        shares = self._shares(text)
        if count is None:
            borders = [n + 1 for n, share in enumerate(shares) if random.random() < share]
        else:
            # The likeliest borders, by a draw without replacement (Gumbel, 1954).
            ranked = sorted(
                range(len(shares)),
                key=lambda n: -math.log(shares[n] / (1 - shares[n])) + _gumbel(),
            )
            borders = sorted(n + 1 for n in ranked[: max(count - 1, 0)])
        return [text[a:b] for a, b in zip([0, *borders], [*borders, len(text)], strict=True)]

    def _even(self) -> int | None:
        """The one length of all pieces, if they have one; the last of a text is often shorter."""
        if len(self._lengths) < _ENOUGH:
            return None
        most, times = Counter(self._lengths).most_common(1)[0]
        alike = times / len(self._lengths) >= _EVEN and most == max(self._lengths)
        return most if most > 1 and alike else None

    def _shares(self, text: str) -> list[float]:
        """How likely a border stands behind each character but the last."""
        shares = [self._share(_kind(a, b)) for a, b in pairwise(text)]
        if self._share(("w", "w")) > _TOKENISED:
            return shares
        for word in _WORD.finditer(text):
            rare = _rarity(word[0], first=word.start() == 0)
            for at in range(word.start(), word.end() - 1):
                shares[at] = min(max(shares[at] * rare, 1e-5), 0.9)
        return shares

    def _share(self, kind: tuple[str, str]) -> float:
        known = _BEFORE.get(kind, _USUAL)
        share = (self._cut[kind] + _PRIOR * known) / (self._seen[kind] + _PRIOR)
        return min(max(share, 1e-4), 1 - 1e-4)


def _rarity(word: str, *, first: bool) -> float:
    """How much likelier than in most words a tokeniser's border is inside of this one."""
    if word[0].isupper() and not first and len(word) > 1:
        return 6.0
    return 0.05 if len(word) < 6 else 0.2 if len(word) < 9 else 2.0


def _gumbel() -> float:
    return math.log(-math.log(random.random() or 1e-12) or 1e-12)


def _kind(first: str, second: str) -> tuple[str, str]:
    return (_class(first), _class(second))


@lru_cache(4096)
def _class(letter: str) -> str:
    if letter == "\n":
        return "\n"
    if letter.isspace():
        return " "
    if letter.isdigit():
        return "d"
    category = unicodedata.category(letter)
    if category == "Lo":
        return "c"
    return "w" if category[0] in "LM" else "."
