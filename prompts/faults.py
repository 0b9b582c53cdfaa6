"""Faults of a policy's fields, each with what to do about it."""

from __future__ import annotations

from pydantic_core import PydanticCustomError

__all__ = ["fault", "faults_in"]


def fault(problem: str, remedy: str) -> PydanticCustomError:
    """Return a validation error that carries its remedy."""
    return PydanticCustomError(
        "policy", "{problem}; {remedy}", {"problem": problem, "remedy": remedy}
    )


def faults_in(items: dict[int, str], remedy: str) -> PydanticCustomError:
    """Return one error for several items of a list: position -> problem."""
    return PydanticCustomError(
        "policy_items",
        "{problem}; {remedy}",
        {"problem": "; ".join(items.values()), "remedy": remedy, "items": items},
    )
