"""What an unlearning method is: how it prepares a model, and the loss of every step after that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from torch import Tensor

from evals.methods.weights.bench import Bench
from evals.methods.weights.examples import Batch

__all__ = ["Large", "Loss", "Method", "Options", "Pace", "Prepared", "Step"]

Options = Mapping[str, float]
"""A method's numbers by name, such as ``beta``; what they mean stands in its file."""


@dataclass(frozen=True, slots=True)
class Step:
    """The batches that one pass reads (None: not read by this method), and a seed of its own."""

    seed: int
    forget: Batch | None = None
    retain: Batch | None = None
    refusals: Batch | None = None
    alternates: Batch | None = None

    def need(self, name: str) -> Batch:
        """The batch of a set that the method said it reads."""
        found: Batch | None = getattr(self, name)
        if found is None:
            raise ValueError(f"this step was given no {name} batch, which the method must list")
        return found


Loss = Callable[[Any, Step], Tensor]
"""A scalar to minimise, of the model and the batches of a pass."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """How a prepared model is trained.

    ``reads`` names the sets that ``loss`` needs; ``trains`` says by its name whether a weight is
    trained; ``masks`` hold 1.0 at the entries of a weight that may move; ``finish`` is the last
    thing done to the trained model. ``after`` is done after each step, and ``carried`` are numbers
    that it changes: a run that was killed goes on with them.
    """

    loss: Loss
    reads: frozenset[str]
    trains: Callable[[str], bool] | None = None
    masks: Mapping[str, Tensor] = field(default_factory=dict[str, Tensor])
    finish: Callable[[Any], None] | None = None
    after: Callable[[], None] | None = None
    carried: dict[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how fast a method trains where nothing else is said.

    ``epochs`` passes over the set ``over``; ``rate`` is the highest learning rate for models of
    less than 50 million parameters, ``large_rate`` for all others; LoRA takes ten times that.
    """

    epochs: float
    rate: float
    large_rate: float = 1e-5
    over: Literal["forget", "retain"] = "forget"


@dataclass(frozen=True, slots=True)
class Large:
    """A method's numbers for a pretrained model, of which adapters are trained.

    In the place of the method's own ``epochs`` and ``rate``; ``options`` stand over its own. A
    method that is ``partial`` trains its own few weights, and no adapters.
    """

    epochs: float
    rate: float
    options: Options = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Method:
    """An entry of the catalogue.

    ``refuses`` says that it trains on refusals, ``whole`` that LoRA cannot carry it, ``partial``
    that it trains few of the weights.
    """

    name: str
    summary: str
    prepare: Callable[[Bench, Options], Prepared]
    pace: Pace
    options: Options = field(default_factory=dict[str, float])
    refuses: bool = False
    whole: bool = False
    partial: bool = False
