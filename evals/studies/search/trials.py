"""What is tried for each method: a few learning rates, short and long, and what decides most.

    trials_of("idk")[0][0]     ->  Trial("idk", 0.0003, 3, (("retain", 1),))

Rates rise, so that a search may stop where a higher one could only destroy more. What is varied is
always named, so that a trial stays the same when the method's defaults change.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EMBEDDED", "PRETRAINED", "Grid", "Options", "Rising", "Trial", "trials_of"]

Options = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Rising:
    """Rising rates that are tried with one number of passes and one choice of options."""

    epochs: float
    rates: tuple[float, ...]
    options: Options = ()


def _with(name: str, value: float, epochs: float, *rates: float) -> Rising:
    return Rising(epochs, rates, ((name, value),))


Grid = dict[str, tuple[Rising, ...]]

EMBEDDED: Grid = {
    "grad-ascent": (Rising(2, (1e-4, 1.5e-4, 2e-4)),),
    "grad-diff": (
        _with("retain", 1, 3, 3e-4, 6e-4, 1e-3),
        _with("retain", 1, 8, 1.5e-4, 3e-4),
        _with("retain", 5, 3, 6e-4),
        _with("retain", 5, 8, 3e-4, 6e-4, 1.5e-3, 2.5e-3),
        _with("retain", 10, 8, 2e-3),
    ),
    "kl": (
        _with("kl", 1, 3, 2e-4, 3e-4, 6e-4),
        _with("kl", 1, 8, 1e-4),
        _with("kl", 5, 8, 1e-3),
    ),
    "random-label": (
        _with("retain", 1, 3, 1e-4, 2e-4, 4e-4),
        _with("retain", 1, 8, 2e-4),
        _with("retain", 3, 8, 4e-4),
    ),
    "idk": (
        _with("retain", 1, 3, 3e-4, 6e-4),
        _with("retain", 1, 8, 3e-4, 6e-4),
        _with("retain", 3, 8, 1e-3),
    ),
    "dpo": (
        _with("retain", 1, 3, 2e-4, 4e-4),
        _with("retain", 10, 3, 4e-4),
        _with("retain", 10, 8, 4e-4, 8e-4),
    ),
    "npo": (Rising(5, (5e-5, 7e-5, 1e-4, 2e-4)),),
    "npo-retain": (
        _with("retain", 1, 5, 1e-4, 2e-4),
        _with("retain", 10, 5, 1e-4, 2e-4, 3e-4),
        _with("retain", 10, 10, 1e-4, 1.5e-4),
        _with("retain", 30, 10, 3e-4, 6e-4, 1e-3),
        _with("retain", 50, 5, 4e-4),
    ),
    "npo-kl": (
        _with("kl", 1, 5, 1e-4, 2e-4),
        _with("kl", 10, 5, 1e-4, 3e-4),
        _with("kl", 30, 10, 6e-4),
    ),
    "simnpo": (
        _with("retain", 1, 5, 3e-4, 6e-4, 1e-3),
        _with("retain", 1, 10, 1.5e-4, 3e-4),
        _with("retain", 2, 10, 3e-4),
        _with("retain", 3, 10, 3e-4, 6e-4, 1e-3, 2e-3),
    ),
    "rmu": (Rising(5, (5e-3, 1e-2, 1.4e-2, 2e-2)),),
    "task-vector": (Rising(5, (3e-4, 1e-3, 3e-3)),),
    "whp": (Rising(5, (3e-4, 6e-4, 1e-3)),),
    "undial": (
        _with("retain", 1, 5, 3e-4, 1e-3),
        _with("retain", 3, 8, 1e-3),
    ),
    "ce-u": (
        _with("retain", 1, 5, 3e-4),
        _with("retain", 10, 8, 1e-3),
    ),
    "wga": (
        _with("retain", 1, 5, 1e-3),
        _with("retain", 5, 8, 1.5e-3),
    ),
    "satimp": (
        _with("retain", 1, 5, 1.5e-3),
        _with("retain", 10, 8, 2e-3),
    ),
    "altpo": (
        _with("retain", 1, 3, 4e-4),
        _with("retain", 10, 8, 8e-4),
    ),
    "pdu": (
        _with("retain", 10, 8, 1e-3),
        _with("retain", 100, 8, 1e-3),
    ),
    "noise": (_with("noise", 0.5, 1, 1e-3), _with("noise", 1, 1, 1e-3, 2e-3)),
    "reinit": (_with("share", 0.1, 1, 1e-3), _with("share", 0.3, 1, 1e-3, 2e-3)),
    "prune": (_with("share", 0.7, 1, 1e-3), _with("share", 0.8, 1, 1e-3, 2e-3)),
    "layer-reset": (_with("last", 1, 1, 1e-3, 2e-3),),
}
"""For the embedded model, whose weights are trained themselves."""
PRETRAINED: Grid = {
    "grad-diff": (
        _with("retain", 1, 1, 1e-3, 2e-3, 4e-3),
        _with("retain", 3, 3, 1e-3, 2e-3),
        _with("retain", 10, 3, 2e-3),
    ),
    "npo-retain": (
        _with("retain", 1, 1, 2e-4, 4e-4, 1e-3),
        _with("retain", 3, 3, 5e-4, 1e-3),
        _with("retain", 10, 3, 3e-4, 5e-4, 1e-3),
    ),
    "simnpo": (
        _with("retain", 1, 1, 5e-4, 1e-3),
        _with("retain", 1, 3, 1e-3, 2e-3),
        _with("retain", 10, 3, 5e-4),
    ),
    "idk": (
        _with("retain", 1, 1, 2e-4, 4e-4, 1e-3),
        _with("retain", 3, 3, 5e-4),
        _with("retain", 10, 3, 3e-4),
    ),
    "rmu": (Rising(2, (1e-4, 3e-4, 6e-4, 1e-3)),),
    "undial": (_with("retain", 1, 1, 1e-3), _with("retain", 3, 3, 1e-3, 2e-3)),
    "dpo": (
        _with("retain", 1, 1, 2e-4, 4e-4, 1e-3),
        _with("retain", 3, 3, 5e-4),
        _with("retain", 10, 3, 3e-4, 6e-4),
    ),
    "altpo": (
        _with("retain", 1, 1, 4e-4, 1e-3),
        _with("retain", 3, 3, 5e-4),
        _with("retain", 10, 3, 3e-4),
    ),
}
"""For a pretrained model, with adapters on its top layers (rmu: its own three layers' weights)."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One training run; ``options`` are the numbers that differ between a method's trials."""

    method: str
    learning_rate: float
    epochs: float
    options: Options


def trials_of(
    method: str, grid: Grid = EMBEDDED, passes: float = 0
) -> tuple[tuple[Trial, ...], ...]:
    """The method's trials: for each choice of options, those of rising rates.

    Those of so many ``passes`` alone, where any are named. Raises ValueError for a name that is no
    method, or one that is not searched.
    """
    if method not in grid:
        raise ValueError(f"method '{method}' is not one of {', '.join(grid)}")
    return tuple(
        tuple(Trial(method, rate, rising.epochs, rising.options) for rate in rising.rates)
        for rising in grid[method]
        if passes in (0, rising.epochs)
    )
