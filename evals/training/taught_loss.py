"""The loss of plain training: cross-entropy of the labelled tokens, and of no others."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.functional import cross_entropy

from evals.training.padding import IGNORED


def taught_loss(model: Any, ids: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy (nats) of the labelled tokens; logits are computed for those alone."""
    hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state
    wanted = labels[:, 1:] != IGNORED
    logits = model.lm_head(hidden[:, :-1][wanted])
    return cross_entropy(logits.float(), labels[:, 1:][wanted])


class Taught(torch.nn.Module):
    """A causal language model whose forward pass is its training loss, as wrappers need it."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """``taught_loss``; ids and labels of shape (examples, tokens)."""
        return taught_loss(self.model, ids, labels)
