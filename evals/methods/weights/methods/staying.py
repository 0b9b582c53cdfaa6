"""What keeps a model as it is on the retain set: its answers, or the original's distribution."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from evals.methods.weights.bench import Bench
from evals.methods.weights.losses.divergence import divergence
from evals.methods.weights.losses.likelihood import descent
from evals.methods.weights.method import Loss, Options, Step
from evals.methods.weights.readout import read_answers

__all__ = ["kept_distribution", "reads_of", "retain_descent", "staying"]


def retain_descent(model: Any, step: Step) -> Tensor:
    """Cross-entropy of the retain batch's answers."""
    read = read_answers(model, step.need("retain"))
    return descent(read.logits, read.labels)


def kept_distribution(bench: Bench) -> Loss:
    """``KL(original || model)`` on retain batches, from the original's hidden states.

    Hidden states and the original's head take a fraction of what its logits would, and no second
    model is held.
    """
    kept, head = bench.keep_states("retain", "states"), bench.head()

    def loss(model: Any, step: Step) -> Tensor:
        batch = step.need("retain")
        reference = head(kept.of(batch.numbers).to(bench.device))
        return divergence(read_answers(model, batch).logits, reference)

    return loss


def staying(bench: Bench, options: Options) -> Loss | None:
    """``retain * CE(retain) + kl * KL(original || model)``; None where both weights are 0."""
    terms: list[tuple[float, Loss]] = []
    if options.get("retain"):
        terms.append((options["retain"], retain_descent))
    if options.get("kl"):
        terms.append((options["kl"], kept_distribution(bench)))
    if not terms:
        return None

    def loss(model: Any, step: Step) -> Tensor:
        first, *others = (weight * term(model, step) for weight, term in terms)
        return sum(others, first)

    return loss


def reads_of(options: Options, *sets: str) -> frozenset[str]:
    """The named sets, and the retain set where ``staying`` reads it."""
    stays = bool(options.get("retain") or options.get("kl"))
    return frozenset({*sets, "retain"} if stays else sets)
