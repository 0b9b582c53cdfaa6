"""Examples of unequal length as one batch: right-padded ids, and labels that say what is taught."""

from __future__ import annotations

import torch

IGNORED = -100
"""The label of a token that is read and not taught, as in PyTorch's cross-entropy."""
Batch = tuple[torch.Tensor, torch.Tensor]


def pad(group: list[tuple[list[int], list[int]]], fill: int) -> Batch:
    """Right-padded (ids, labels), each of shape (examples, longest).

    No mask is needed: attention looks back only, so the padding behind a text changes nothing.
    """
    longest = max(len(ids) for ids, _ in group)
    ids = torch.full((len(group), longest), fill)
    labels = torch.full((len(group), longest), IGNORED)
    for row, (tokens, targets) in enumerate(group):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        labels[row, : len(targets)] = torch.tensor(targets)
    return ids, labels
