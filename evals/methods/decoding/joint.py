"""Several language models asked as one: each reads the same tokens, their logits are combined.

    joint = Joint([large, without, with_], contrasting(alpha=1.0))
    joint(input_ids=ids, use_cache=True).logits            # (rows, tokens, vocabulary)

It takes what a causal language model of transformers takes, so that whatever generates or scores
with one model does so with several; their key/value caches go through the calls as one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from boxed.models.scoring import forward, has_plain_cache

__all__ = ["Caches", "Combine", "Joint", "JointOutput"]

Combine = Callable[[Sequence[Tensor]], Tensor]
"""The models' logits, in their order, to logits of the same shape (..., vocabulary)."""


@dataclass(slots=True)
class Caches:
    """The key/value cache of each model."""

    parts: tuple[Any, ...]

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keep these rows, in this order, in every cache."""
        for part in self.parts:
            part.batch_select_indices(indices)


@dataclass(frozen=True, slots=True)
class JointOutput:
    """Combined logits, and the caches where they were asked for."""

    logits: Tensor
    past_key_values: Caches | None


class Joint(torch.nn.Module):
    """Models with one vocabulary, combined at every next token."""

    def __init__(self, models: Sequence[Any], combine: Combine) -> None:
        """The first model's configuration speaks for all; raises ValueError where there is none."""
        super().__init__()
        if not models:
            raise ValueError("there is no model to combine; give at least one")
        self.models = torch.nn.ModuleList(models)
        self.config = models[0].config
        self._combine = combine
        # Scoring asks for this before it copies a cache: one model without a plain one decides.
        self._is_stateful = not all(map(has_plain_cache, models))

    @property
    def device(self) -> torch.device:
        """Where the first model is."""
        first: Any = self.models[0]
        return first.device

    def get_output_embeddings(self) -> Any:
        """The first model's: all have the same vocabulary."""
        first: Any = self.models[0]
        return first.get_output_embeddings()

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        past_key_values: Caches | None = None,
        use_cache: bool = False,
        logits_to_keep: int | Tensor = 0,
    ) -> JointOutput:
        """Logits (rows, kept tokens, vocabulary) of all models together."""
        given = {"attention_mask": attention_mask, "position_ids": position_ids}
        more: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        before = [None] * len(self.models) if past_key_values is None else past_key_values.parts
        outputs = [
            forward(
                model, input_ids, keep=logits_to_keep, past_key_values=cache, use_cache=use_cache,
                **more,
            )
            for model, cache in zip(self.models, before, strict=True)
        ]  # fmt: skip
        logits = self._combine([_kept(output.logits, logits_to_keep) for output in outputs])
        caches = Caches(tuple(output.past_key_values for output in outputs)) if use_cache else None
        return JointOutput(logits, caches)


def _kept(logits: Tensor, keep: int | Tensor) -> Tensor:
    """The positions asked for, also of a model that gives them all."""
    if isinstance(keep, int):
        return logits[:, -keep:] if keep else logits
    return logits if logits.shape[1] == len(keep) else logits[:, keep]
