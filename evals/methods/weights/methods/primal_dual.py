"""PDU: the forget set's logits are flattened as long as the retain set's loss stays within bounds.

``min margin(F)`` subject to ``CE(R) <= (1 + tolerance) CE0(R)``, by primal and dual steps in turn.
Options: ``tolerance``; ``retain``, the dual variable's first value; ``dual_rate``, its step.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from evals.methods.weights.bench import Bench
from evals.methods.weights.losses.constrained import dual_step, margin
from evals.methods.weights.method import Method, Options, Pace, Prepared, Step
from evals.methods.weights.methods.staying import retain_descent
from evals.methods.weights.readout import read_answers

__all__ = ["METHODS"]

_MEASURED = 200
"""Retained answers that say how well the original knows the retain set."""


def _prepare(bench: Bench, options: Options) -> Prepared:
    if "retain" not in bench.sets:
        raise ValueError("pdu forgets under a constraint on a retain set; name its file")
    carried = {"dual": float(options["retain"])}
    allowed = (1 + options["tolerance"]) * _original(bench)
    seen: list[Tensor] = []

    def loss(model: Any, step: Step) -> Tensor:
        flat = margin(read_answers(model, step.need("forget")).logits)
        stays = retain_descent(model, step)
        seen.append(stays.detach())
        return flat + carried["dual"] * stays

    def after() -> None:
        mean: Any = bench.accelerator.reduce(torch.stack(seen).mean(), "mean")
        seen.clear()
        carried["dual"] = dual_step(carried["dual"], float(mean) - allowed, options["dual_rate"])

    return Prepared(loss, frozenset({"forget", "retain"}), carried=carried, after=after)


def _original(bench: Bench) -> float:
    """Nats per token of retained answers, under the model as it was; kept, for a run may resume."""
    kept = bench.folder / "retain-allowed.pt"
    if not kept.exists():
        numbers = bench.planned("retain")[:_MEASURED]
        found = torch.tensor(bench.mean_loss("retain", numbers), dtype=torch.float64)
        bench.accelerator.wait_for_everyone()
        if bench.accelerator.is_main_process:
            torch.save(found, kept)
        bench.accelerator.wait_for_everyone()
    return float(torch.load(kept, weights_only=True))


METHODS = (
    Method(
        "pdu",
        "flat logits on the forget set, the retain set's loss held within bounds",
        _prepare,
        Pace(epochs=10, rate=3e-4),
        {"tolerance": 1.0, "retain": 30.0, "dual_rate": 1.0},
    ),
)
