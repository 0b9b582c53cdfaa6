"""A text as counts of its runs of two to five letters, hashed: words, their parts and endings.

    letter_runs(["Where does anthrax grow?"]).shape      ->  (1, 8192)

Sentence vectors blur rare words; these do not. A kernel over both tells near topics apart better
than either alone.
"""

from collections.abc import Sequence

import numpy as np

from guards.reading.wording import folded_words
from guards.verdicts import Vectors

__all__ = ["WIDTH", "letter_runs"]

WIDTH = 1 << 13
_SHORTEST, _LONGEST = 2, 5
_BASE = np.uint64(1_000_003)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_BITS = np.uint64(64 - 13)


def letter_runs(texts: Sequence[str]) -> Vectors:
    """Matrix (texts, WIDTH): 1 + log of how often each run stands in the folded text, else 0."""
    rows = np.zeros((len(texts), WIDTH), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        places, counts = _counted(text)
        row[places] = 1.0 + np.log(counts)
    return rows


def _counted(text: str) -> tuple[np.ndarray, np.ndarray]:
    letters = f" {' '.join(folded_words(text))} "
    codes = np.frombuffer(letters.encode("utf-32-le", "replace"), dtype=np.uint32)
    codes = codes.astype(np.uint64)
    rolling = np.zeros(len(codes), dtype=np.uint64)
    hashes: list[np.ndarray] = []
    for length in range(1, min(_LONGEST, len(codes)) + 1):
        rolling = rolling[: len(codes) - length + 1] * _BASE + codes[length - 1 :]
        if length >= _SHORTEST:
            hashes.append(((rolling + np.uint64(length)) * _SPREAD) >> _BITS)
    joined = np.concatenate(hashes) if hashes else np.zeros(0, dtype=np.uint64)
    return np.unique(joined.astype(np.int64), return_counts=True)
