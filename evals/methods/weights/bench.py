"""What a method finds when it begins: the model, the sets, the plan, and a place to keep things."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor

from evals.methods.weights.examples import Batch, Example, collate
from evals.methods.weights.kept import Kept, keep
from evals.methods.weights.readout import logits_of, read_answers, states

__all__ = ["Bench"]

Set = str
"""``forget``, ``retain``, ``refusals`` or ``alternates``.

The last two are the forget set's questions with refusals, or other answers, in its answers' place.
"""


@dataclass(slots=True)
class Bench:
    """One unlearning request about to be carried out.

    ``plan`` holds, for ``forget`` and ``retain``, the numbers of the examples that each step reads;
    ``source`` is where the original weights can be read again; ``folder`` holds what is unfinished.
    """

    model: Any
    sets: dict[Set, Sequence[Example]]
    plan: Mapping[Set, Sequence[tuple[int, ...]]]
    folder: Path
    accelerator: Accelerator
    source: str
    seed: int
    fill: int
    most: int

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return self.accelerator.device

    def generator(self, purpose: int = 0) -> torch.Generator:
        """Random numbers of this run, on the CPU: the same in every process."""
        return torch.Generator().manual_seed(1_000_003 * self.seed + purpose)

    def batch(self, name: Set, numbers: Sequence[int]) -> Batch:
        """Examples of a set, on the model's device."""
        return collate(self.sets[name], numbers, self.fill).to(self.device)

    def numbers(self, name: Set, step: int) -> tuple[int, ...]:
        """The examples of a set that a step reads; refusals go with the forget set."""
        return self.plan["retain" if name == "retain" else "forget"][step]

    def planned(self, name: Set) -> list[int]:
        """The numbers of all examples that any step reads."""
        steps = range(len(self.plan["retain" if name == "retain" else "forget"]))
        return sorted({number for step in steps for number in self.numbers(name, step)})

    def keep_states(
        self, name: Set, label: str, compute: Callable[[Batch], Tensor] | None = None
    ) -> Kept:
        """A row per answer token of the planned examples; by default the last hidden states."""
        give = compute or partial(states, self.model)
        counts = [len(example.answer) for example in self.sets[name]]
        return self._keep(name, label, counts, give)

    def keep_logprobs(self, name: Set) -> Kept:
        """``log p(y|x)`` of the planned examples under the model as it is now."""
        counts = [1] * len(self.sets[name])
        return self._keep(
            name, "logprobs", counts, lambda batch: read_answers(self.model, batch).logprobs
        )

    def _keep(
        self, name: Set, label: str, counts: Sequence[int], give: Callable[[Batch], Tensor]
    ) -> Kept:
        was, file = self.model.training, self.folder / f"{name}-{label}.pt"
        self.model.eval()
        with self.accelerator.main_process_first(), self.accelerator.autocast():
            kept = keep(
                file,
                self.planned(name),
                counts,
                lambda numbers: give(self.batch(name, numbers)),
                self.most,
            )
        self.model.train(was)
        return kept

    def head(self) -> Callable[[Tensor], Tensor]:
        """Logits of hidden states under the head as it is now, whatever becomes of the model."""
        output = self.model.get_output_embeddings()
        if not output.weight.requires_grad:
            return lambda hidden: logits_of(self.model, hidden)
        weight = output.weight.detach().clone()
        bias = None if output.bias is None else output.bias.detach().clone()
        return lambda hidden: torch.nn.functional.linear(hidden.to(weight.device), weight, bias)

    def mean_loss(self, name: Set, numbers: Iterable[int]) -> float:
        """Mean over answers of ``-log p(y|x) / |y|``, in nats per token."""
        was, total, order = self.model.training, 0.0, list(numbers)
        self.model.eval()
        with torch.no_grad(), self.accelerator.autocast():
            for at in range(0, len(order), self.most):
                read = read_answers(self.model, self.batch(name, order[at : at + self.most]))
                total -= float(read.means.sum())
        self.model.train(was)
        return total / len(order)
