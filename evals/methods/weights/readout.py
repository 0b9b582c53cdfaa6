"""What a causal language model says at the positions that predict the answers' tokens.

    read = read_answers(model, batch)
    descent(read.logits, read.labels)

Logits are computed at those positions alone: a prompt's, and the padding's, are never made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from evals.methods.weights.examples import Batch
from evals.methods.weights.losses.likelihood import answer_logprobs, answer_means
from evals.training.shared_opening import hidden_states

__all__ = [
    "Read",
    "check_head",
    "layers_of",
    "logits_of",
    "read_answers",
    "states",
    "states_behind",
]


@dataclass(frozen=True, slots=True)
class Read:
    """Logits (tokens, vocabulary), labels (tokens,), and which answer each token belongs to."""

    logits: Tensor
    labels: Tensor
    rows: Tensor
    answers: int

    @property
    def logprobs(self) -> Tensor:
        """``log p(y|x)`` of each answer: (answers,)."""
        return answer_logprobs(self.logits, self.labels, self.rows, self.answers)

    @property
    def means(self) -> Tensor:
        """``log p(y|x) / |y|`` of each answer: (answers,)."""
        return answer_means(self.logits, self.labels, self.rows, self.answers)


def read_answers(model: Any, batch: Batch) -> Read:
    """The model's logits for the batch's answers."""
    wanted = batch.wanted
    rows = wanted.nonzero()[:, 0]
    labels = batch.labels[:, 1:][wanted]
    return Read(logits_of(model, states(model, batch)), labels, rows, len(batch.numbers))


def states(model: Any, batch: Batch) -> Tensor:
    """Last hidden states, (tokens, width), that the answers' tokens are predicted from."""
    return hidden_states(model.get_decoder(), batch.ids)[:, :-1][batch.wanted]


def logits_of(model: Any, hidden: Tensor) -> Tensor:
    """Logits (tokens, vocabulary) of last hidden states (tokens, width)."""
    return model.get_output_embeddings()(hidden)


class _Reached(Exception):
    def __init__(self, found: Tensor) -> None:
        super().__init__()
        self.found = found


def states_behind(model: Any, batch: Batch, layer: int) -> Tensor:
    """Hidden states, (tokens, width), behind one layer; the layers above it are not computed."""

    def stop(_module: Any, _given: Any, output: Any) -> None:
        raise _Reached(output[0] if isinstance(output, tuple) else output)

    hook = layers_of(model)[layer].register_forward_hook(stop)
    try:
        model.get_decoder()(input_ids=batch.ids, use_cache=False)
    except _Reached as reached:
        return reached.found[:, :-1][batch.wanted]
    finally:
        hook.remove()
    raise ValueError(f"layer {layer} took no part in the forward pass; name another layer")


def layers_of(model: Any) -> Any:
    """The model's transformer layers; raises ValueError where they are not a plain list."""
    layers = getattr(model.get_decoder(), "layers", None)
    if not isinstance(layers, torch.nn.ModuleList):
        raise ValueError(
            f"{type(model).__name__} keeps no list named 'layers', which this method edits; use "
            "another method, or a model built like Llama or Mistral"
        )
    return layers


@torch.no_grad()
def check_head(model: Any, batch: Batch) -> None:
    """Raise ValueError for a model whose logits are more than its head on its last states."""
    ours = logits_of(model, states(model, batch)).float()
    theirs = model(input_ids=batch.ids, use_cache=False).logits[:, :-1][batch.wanted].float()
    if not torch.allclose(ours, theirs, rtol=1e-2, atol=1e-2 * float(theirs.abs().max())):
        raise ValueError(
            f"{type(model).__name__} scales or caps its logits, which this loop does not compute; "
            "use a model built like Llama or Mistral"
        )
