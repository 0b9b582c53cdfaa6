"""The layers that no training changes, computed once for each text and kept.

    trunk = Trunk(model, 20, fill)    # layers 0 to 19; the model begins with what they give
    ...                               # train the layers above: every loss works as before
    trunk.leave()                     # the model is whole again

Adapters on the top layers leave everything below as it is. So what enters them is the same in every
epoch; it takes the place of the embedding, and a step costs the layers above alone.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from evals.training.shared_opening import hidden_states

__all__ = ["Trunk"]

MOST_BYTES = 4 << 30
"""What is kept at most; texts beyond that are computed anew each time."""


class Trunk(nn.Module):
    """Stands where the model's embedding stood: token ids in, hidden states of layer ``depth`` out.

    ``fill`` is the token that pads on the right. Hidden states of padding behind the first such
    token are zeros: attention looks back only, so nothing reads them.
    """

    def __init__(self, model: Any, depth: int, fill: int) -> None:
        super().__init__()
        decoder = model.get_decoder()
        below, above = (
            nn.ModuleList(part) for part in (decoder.layers[:depth], decoder.layers[depth:])
        )
        # In tuples: no part of this module, whose parameters a training would list twice.
        self._decoder, self._parts = (decoder,), (below.eval(), above)
        self._whole = (decoder.embed_tokens, decoder.layers, decoder.norm)
        self._fill = fill
        self._kept: dict[tuple[int, ...], Tensor] = {}
        self._bytes = 0
        decoder.embed_tokens, decoder.layers = self, above
        _number(above)

    def leave(self) -> None:
        """Give the model its embedding and all its layers back."""
        decoder = self._decoder[0]
        decoder.embed_tokens, decoder.layers, decoder.norm = self._whole
        _number(decoder.layers)
        self._kept.clear()

    @torch.no_grad()
    def forward(self, ids: Tensor) -> Tensor:
        """Hidden states (texts, tokens, width) of token ids (texts, tokens)."""
        texts = [self._text(row) for row in ids.tolist()]
        lacking = [row for row, text in enumerate(texts) if text not in self._kept]
        made = dict(zip(lacking, self._compute(ids[lacking]), strict=True)) if lacking else {}
        rows: list[Tensor] = []
        for row, text in enumerate(texts):
            states = self._kept[text] if row not in made else made[row][: len(text)]
            if row in made:
                self._keep(text, states)
            rows.append(nn.functional.pad(states, (0, 0, 0, ids.shape[1] - len(text))))
        return torch.stack(rows)

    def _text(self, row: list[int]) -> tuple[int, ...]:
        """A row without the padding behind its first closing ``fill``."""
        end = len(row)
        while end > 1 and row[end - 1] == row[end - 2] == self._fill:
            end -= 1
        return tuple(row[:end])

    def _keep(self, text: tuple[int, ...], states: Tensor) -> None:
        size = states.numel() * states.element_size()
        if text not in self._kept and self._bytes + size <= MOST_BYTES:
            # A copy: a slice would hold the whole batch.
            self._kept[text] = states.clone()
            self._bytes += size

    def _compute(self, ids: Tensor) -> Tensor:
        decoder, (embedding, _, norm) = self._decoder[0], self._whole
        below, above = self._parts
        decoder.embed_tokens, decoder.layers, decoder.norm = embedding, below, nn.Identity()
        try:
            return hidden_states(decoder, ids)
        finally:
            decoder.embed_tokens, decoder.layers, decoder.norm = self, above, norm


def _number(layers: nn.ModuleList) -> None:
    """Say to attention which place of a cache is its own: the places are counted from the first."""
    for place, layer in enumerate(layers):
        attention: Any = getattr(layer, "self_attn", None)
        if hasattr(attention, "layer_idx"):
            attention.layer_idx = place
