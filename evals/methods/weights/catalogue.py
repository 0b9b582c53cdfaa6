"""Every unlearning method, listed by hand, and the trainings that other ways are made of."""

from __future__ import annotations

from evals.methods.weights.method import Large, Method
from evals.methods.weights.methods import (
    alternate,
    ascent,
    bootstrap,
    distillation,
    healing,
    learning,
    misdirection,
    negative_preference,
    primal_dual,
    random_label,
    refusal,
    task_vector,
    weighted_ascent,
)

__all__ = ["LARGE", "LEARNING", "METHODS", "method_named"]

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        *ascent.METHODS,
        *random_label.METHODS,
        *refusal.METHODS,
        *negative_preference.METHODS,
        *misdirection.METHODS,
        *task_vector.METHODS,
        *bootstrap.METHODS,
        *distillation.METHODS,
        *alternate.METHODS,
        *weighted_ascent.METHODS,
        *primal_dual.METHODS,
        *healing.METHODS,
    )
}
LEARNING: dict[str, Method] = {method.name: method for method in learning.METHODS}
"""Not ways to forget: what surrogates, assistants and shards are trained by."""
LARGE: dict[str, Large] = {
    "grad-diff": Large(3, 1e-3, {"retain": 3}),
    "npo-retain": Large(3, 5e-4, {"retain": 10}),
    "simnpo": Large(1, 1e-3, {"retain": 1}),
    "undial": Large(3, 2e-3, {"retain": 3}),
    "idk": Large(3, 3e-4, {"retain": 10}),
    "dpo": Large(3, 6e-4, {"retain": 10}),
    "altpo": Large(1, 1e-3, {"retain": 1}),
    "rmu": Large(2, 6e-4),
}
"""Numbers for a pretrained model with adapters, for the published losses.

Those of three passes are the best of a search on SmolLM2 with 20 of TOFU's authors, 24 items of
each part (``evals/studies/search/found-pretrained.json``). ``undial``, ``dpo`` and ``idk`` tell
what must go from what stays; ``npo-retain`` and ``grad-diff`` lose half of both, ``rmu`` at its
best 40 % of both. ``simnpo``, which keeps both sets at a low rate and loses both at the next, and
``altpo``, which was not tried, keep one short pass. ``PRETRAINED`` in
``evals/studies/search/trials`` lists what else the search would try.
"""


def method_named(name: str) -> Method:
    """The method, or a training; raises ValueError, listing the methods, for a name of neither."""
    found = METHODS.get(name) or LEARNING.get(name)
    if found is None:
        raise ValueError(f"method '{name}' is not one of {', '.join(METHODS)}")
    return found
