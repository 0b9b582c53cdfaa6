"""Every unlearning method, listed by hand."""

from __future__ import annotations

from evals.weights.method import Method
from evals.weights.methods import (
    ascent,
    bootstrap,
    healing,
    misdirection,
    negative_preference,
    random_label,
    refusal,
    task_vector,
)

__all__ = ["METHODS", "method_named"]

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
        *healing.METHODS,
    )
}


def method_named(name: str) -> Method:
    """The method; raises ValueError, listing all, for a name that is none."""
    if name not in METHODS:
        raise ValueError(f"method '{name}' is not one of {', '.join(METHODS)}")
    return METHODS[name]
