"""Sentence vectors kept on disk, so that 14,000 questions are embedded once.

    embed = KeptVectors(SentenceEmbedder, Path("runs/gate/vectors.npz"))

The inner embedder is only made when a text is new. Kept under a digest of the text, not the text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from guards.verdicts import Embed, Vectors

__all__ = ["KeptVectors"]

_AT_ONCE = 512


class KeptVectors:
    """An embedder that remembers in ``file``; ``progress`` is told how many new texts are done."""

    def __init__(
        self,
        make: Callable[[], Embed],
        file: Path,
        progress: Callable[[int, int], None] = lambda done, all: None,
    ) -> None:
        self._make = make
        self._file = file
        self._progress = progress
        self._inner: Embed | None = None
        self._known: dict[str, Vectors] = {}
        if file.exists():
            with np.load(file) as kept:
                self._known = dict(zip(kept["keys"].tolist(), kept["rows"], strict=True))

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts, in order; new ones are written to the file as they come."""
        keys = [hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        for start in range(0, len(new), _AT_ONCE):
            chunk = list(new)[start : start + _AT_ONCE]
            if self._inner is None:
                self._inner = self._make()
            rows = self._inner([new[key] for key in chunk])
            self._known.update(zip(chunk, rows, strict=True))
            self._progress(start + len(chunk), len(new))
            if len(chunk) == _AT_ONCE:
                self._keep()
        if new:
            self._keep()
        return np.stack([self._known[key] for key in keys])

    def _keep(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        partial = self._file.with_suffix(".partial.npz")
        np.savez(partial, keys=np.array(list(self._known)), rows=np.stack([*self._known.values()]))
        partial.replace(self._file)
