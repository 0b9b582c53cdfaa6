"""What is tried for each method: a few learning rates, and the one number that decides most.

    trials_of("idk")[0][0]     ->  Trial("idk", 0.0003, 3.0, ())

Rates rise, so that a search may stop where a higher one could only destroy more.
"""

from __future__ import annotations

from dataclasses import dataclass

from evals.weights.catalogue import method_named

__all__ = ["Options", "Trial", "trials_of"]

Options = tuple[tuple[str, float], ...]

_GRID: dict[str, dict[Options, tuple[float, ...]]] = {
    "grad-ascent": {(): (1e-4, 1.5e-4, 2e-4)},
    "grad-diff": {(): (3e-4, 6e-4, 1e-3)},
    "kl": {(): (2e-4, 3e-4, 6e-4)},
    "random-label": {(): (1e-4, 2e-4, 4e-4)},
    "idk": {(): (3e-4, 6e-4, 1e-3)},
    "dpo": {(("retain", 1.0),): (2e-4, 4e-4), (("retain", 10.0),): (4e-4, 1e-3)},
    "npo": {(): (5e-5, 1e-4, 2e-4)},
    "npo-retain": {(("retain", 1.0),): (1e-4, 2e-4), (("retain", 10.0),): (1e-4, 2e-4, 3e-4)},
    "npo-kl": {(("kl", 1.0),): (1e-4, 2e-4), (("kl", 10.0),): (1e-4, 3e-4)},
    "simnpo": {(): (3e-4, 6e-4, 1e-3)},
    "rmu": {(): (5e-3, 1e-2, 2e-2)},
    "task-vector": {(): (3e-4, 1e-3, 3e-3)},
    "whp": {(): (3e-4, 6e-4, 1e-3)},
    "noise": {(("noise", 0.5),): (1e-3,), (("noise", 1.0),): (1e-3, 2e-3)},
    "reinit": {(("share", 0.1),): (1e-3,), (("share", 0.3),): (1e-3, 2e-3)},
    "prune": {(("share", 0.7),): (1e-3,), (("share", 0.8),): (1e-3, 2e-3)},
    "layer-reset": {(("last", 1.0),): (1e-3, 2e-3)},
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One training run; ``options`` are the numbers that differ between a method's trials."""

    method: str
    learning_rate: float
    epochs: float
    options: Options


def trials_of(method: str) -> tuple[tuple[Trial, ...], ...]:
    """The method's trials: for each choice of options, those of rising rates.

    Raises ValueError for a name that is no method, or one that is not searched.
    """
    epochs = method_named(method).pace.epochs
    if method not in _GRID:
        raise ValueError(f"method '{method}' has no trials; those that have: {', '.join(_GRID)}")
    return tuple(
        tuple(Trial(method, rate, epochs, options) for rate in rates)
        for options, rates in _GRID[method].items()
    )
