"""Plain training on records, as whoever uses a model may go on with it: steps in, weights out.

    for step in train(model, examples, fill, Course(steps=40), stops=(5, 40)): ...    ->  5, 40

Deliberately nothing but cross-entropy of the answers at one rate: the same for every system, so
that what comes back is comparable.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from evals.methods.weights.examples import Example, collate
from evals.methods.weights.losses.likelihood import descent
from evals.methods.weights.readout import read_answers
from evals.methods.weights.schedule import schedule
from evals.training.machine import quick_in_bfloat16

__all__ = ["Course", "train"]


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast: AdamW without weight decay at one rate, gradients clipped to 1."""

    steps: int
    batch: int = 16
    rate: float = 3e-4
    seed: int = 0


def train(
    model: Any, examples: Sequence[Example], fill: int, course: Course, stops: Sequence[int]
) -> Generator[int]:
    """Train in place, and pause after each step that ``stops`` names (0: before the first).

    While paused the model is in evaluation mode. ``fill`` is the padding token. The same course on
    the same weights gives the same weights.
    """
    plan = schedule([e.length for e in examples], course.batch, course.steps, course.seed)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, course.rate, weight_decay=0.0, fused=True)
    if 0 in stops:
        model.eval()
        yield 0
    for step, numbers in enumerate(plan, 1):
        model.train()
        batch = collate(examples, numbers, fill).to(model.device)
        with torch.autocast(model.device.type, torch.bfloat16, enabled=quick_in_bfloat16()):
            read = read_answers(model, batch)
            loss = descent(read.logits, read.labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step in stops:
            model.eval()
            yield step
