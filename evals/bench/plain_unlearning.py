"""Unlearning as it is commonly written, to hold our loop against: nothing kept, nothing left out.

    done = plain_run("npo-retain", model_folder, forget, retain, steps=26)

A second model stands in memory as reference and is asked at every step; logits are made for every
position; batches are drawn by chance and padded to their longest; for RMU every layer is computed,
the head included. What is trained, precision, optimiser, batch size and loss are ours.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, logsigmoid, mse_loss
from transformers import AutoModelForCausalLM, AutoTokenizer

from evals.methods.weights.catalogue import method_named
from evals.methods.weights.examples import Batch, Example, collate, load_examples
from evals.methods.weights.losses.steering import random_direction
from evals.methods.weights.methods.misdirection import default_layer
from evals.training.machine import quick_in_bfloat16
from evals.training.padding import IGNORED

__all__ = ["PLAIN", "Done", "Plain", "plain_run"]

BATCH, MOST_TOKENS = 32, 512
Loss = Callable[[Any, Any, Batch, Batch], Tensor]
"""Of the model, the reference, and a batch of each set."""


@dataclass(frozen=True, slots=True)
class Done:
    """Seconds of all steps, and the positions that they computed, padding included."""

    seconds: float
    positions: int


def npo_retain(model: Any, reference: Any, forget: Batch, retain: Batch) -> Tensor:
    """NPO on the forget batch with cross-entropy on the retain batch; beta as in our default."""
    beta = method_named("npo-retain").options["beta"]
    weight = method_named("npo-retain").options["retain"]
    with torch.no_grad():
        before = _logprobs(reference, forget)
    away = -(2 / beta) * logsigmoid(-beta * (_logprobs(model, forget) - before)).mean()
    logits, labels = _shifted(model, retain)
    return away + weight * cross_entropy(logits.flatten(0, 1), labels.flatten())


def rmu(model: Any, reference: Any, forget: Batch, retain: Batch) -> Tensor:
    """Both sets' hidden states behind a layer, steered and held; the target is ours."""
    options = method_named("rmu").options
    with torch.no_grad():
        length = _hidden(reference, forget).norm(dim=-1).mean()
        kept = _hidden(reference, retain)
    steered = _hidden(model, forget)
    direction = random_direction(steered.shape[-1], _generator())
    target = (options["steer"] * length * direction).expand_as(steered)
    return mse_loss(steered, target) + options["retain"] * mse_loss(_hidden(model, retain), kept)


@dataclass(frozen=True, slots=True)
class Plain:
    """A method's loss, and the ending of the weights that it trains (empty: all)."""

    loss: Loss
    trained: str = ""


PLAIN = {"npo-retain": Plain(npo_retain), "rmu": Plain(rmu, "mlp.down_proj.weight")}


def plain_run(method: str, model: str, forget: Path, retain: Path, steps: int) -> Done:
    """Train for so many steps; only the steps are timed."""
    tokenizer: Any = AutoTokenizer.from_pretrained(model)
    trained: Any = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    reference = deepcopy(trained).eval()
    weights = weights_of(trained, PLAIN[method].trained)
    optimizer = torch.optim.AdamW(weights, 1e-5, weight_decay=0.0, fused=True)
    sets = [load_examples(file, tokenizer, MOST_TOKENS) for file in (forget, retain)]
    rng, positions, began = random.Random(0), 0, time.perf_counter()
    trained.train()
    for _ in range(steps):
        batches = [_drawn(examples, rng, tokenizer.pad_token_id) for examples in sets]
        with torch.autocast("cpu", torch.bfloat16, enabled=quick_in_bfloat16()):
            loss = PLAIN[method].loss(trained, reference, *batches)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        positions += sum(batch.ids.numel() for batch in batches)
    return Done(time.perf_counter() - began, positions)


def weights_of(model: Any, ending: str) -> list[Tensor]:
    """The weights to train; all others are frozen. RMU's stand in the layers up to its own."""
    layer = default_layer(len(model.get_decoder().layers))
    chosen = {f".{n}.{ending}" for n in range(layer + 1)[-3:]} if ending else {""}
    for name, weight in model.named_parameters():
        weight.requires_grad_(any(name.endswith(end) for end in chosen))
    return [weight for weight in model.parameters() if weight.requires_grad]


def _drawn(examples: Sequence[Example], rng: random.Random, fill: int) -> Batch:
    return collate(examples, rng.sample(range(len(examples)), min(BATCH, len(examples))), fill)


def _shifted(model: Any, batch: Batch) -> tuple[Tensor, Tensor]:
    """Logits at every position but the last, and the labels that they predict."""
    return model(input_ids=batch.ids, use_cache=False).logits[:, :-1].float(), batch.labels[:, 1:]


def _logprobs(model: Any, batch: Batch) -> Tensor:
    """``log p(y|x)`` of each answer: (examples,)."""
    logits, labels = _shifted(model, batch)
    asked = labels != IGNORED
    found = logits.log_softmax(-1).gather(-1, labels.clamp(min=0)[:, :, None])[:, :, 0]
    return (found * asked).sum(-1)


def _hidden(model: Any, batch: Batch) -> Tensor:
    """Hidden states behind RMU's layer that the answers' tokens are predicted from."""
    found = model(input_ids=batch.ids, use_cache=False, output_hidden_states=True).hidden_states
    layer = default_layer(len(found) - 1)
    return found[layer + 1][:, :-1][batch.wanted].float()


def _generator() -> torch.Generator:
    """The random numbers from which our loop draws its direction with seed 0."""
    return torch.Generator().manual_seed(1)
