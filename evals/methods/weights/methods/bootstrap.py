"""Who's Harry Potter: the forget set's answers become what a model would say that never read them.

A copy of the weights is trained further on the forget set; where it raises a token, that token is
what the set taught. Options: ``alpha`` (how much a raise counts), ``reinforce`` (passes over the
forget set), ``reinforce_rate``; ``retain`` and ``kl`` as in ``staying``. The published method has
no retain loss: ``retain=0`` gives it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from evals.methods.weights.bench import Bench
from evals.methods.weights.examples import Batch
from evals.methods.weights.losses.generic import generic_labels, generic_prediction
from evals.methods.weights.losses.likelihood import descent
from evals.methods.weights.method import Method, Options, Pace, Prepared, Step
from evals.methods.weights.methods.staying import reads_of, staying
from evals.methods.weights.readout import read_answers
from evals.methods.weights.schedule import schedule, steps_of

__all__ = ["METHODS"]


def _prepare(bench: Bench, options: Options) -> Prepared:
    stay = staying(bench, options)
    file, head = bench.folder / "forget-generic.pt", bench.head()
    before = bench.keep_states("forget", "states")
    weights = [weight for weight in bench.model.parameters() if weight.requires_grad]
    made = file.exists()
    bench.accelerator.wait_for_everyone()
    first = [] if made else [weight.detach().cpu().clone() for weight in weights]
    if not made:
        _reinforce(bench, options, weights)

    def generic(batch: Batch) -> Tensor:
        base = head(before.of(batch.numbers).to(bench.device))
        raised = read_answers(bench.model, batch).logits
        return generic_labels(base, raised, options["alpha"])

    kept = bench.keep_states("forget", "generic", generic)
    with torch.no_grad():
        for weight, old in zip(weights, first, strict=False):
            weight.copy_(old)

    def loss(model: Any, step: Step) -> Tensor:
        batch = step.need("forget")
        wanted = kept.of(batch.numbers).to(bench.device)
        taught = generic_prediction(read_answers(model, batch).logits, wanted)
        return taught if stay is None else taught + stay(model, step)

    return Prepared(loss, reads_of(options, "forget"))


def _reinforce(bench: Bench, options: Options, weights: list[Tensor]) -> None:
    """Train on the forget set, the same in every process."""
    lengths = [example.length for example in bench.sets["forget"]]
    steps = steps_of(len(lengths), bench.most, options["reinforce"])
    optimizer = torch.optim.AdamW(weights, options["reinforce_rate"], weight_decay=0.0)
    for numbers in schedule(lengths, bench.most, steps, bench.seed + 1):
        with bench.accelerator.autocast():
            read = read_answers(bench.model, bench.batch("forget", numbers))
            loss = descent(read.logits, read.labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)


METHODS = (
    Method(
        "whp",
        "generic predictions in place of the forget set's answers",
        _prepare,
        Pace(epochs=5, rate=3e-4),
        {
            "alpha": 5.0,
            "reinforce": 3.0,
            "reinforce_rate": 3e-4,
            "retain": 1.0,
            "kl": 0.0,
        },
    ),
)
