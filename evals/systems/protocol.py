"""What a system under test is: something that answers items, and says how likely answers are.

class Parrot:
    name, identity = "parrot", "1"

    def answer(self, items):
        return [Reply(item.question) for item in items]

    def likelihoods(self, items):
        return ["a parrot gives no probabilities" for _ in items]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from evals.records import Item, Likelihoods, Reply

__all__ = ["System", "Undefined"]

Undefined = str
"""Why an item has no likelihoods under a system."""


class System(Protocol):
    """One model, prompt, filter or box. Greedy: the same items give the same replies."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    @property
    def identity(self) -> str:
        """A digest of everything that its replies depend on: weights, prompt, policies, code."""
        ...

    def answer(self, items: Sequence[Item]) -> list[Reply | None]:
        """The reply to each item, in order; None where its prompt cannot be read."""
        ...

    def likelihoods(self, items: Sequence[Item]) -> list[Likelihoods | Undefined]:
        """How likely each item's answers are, in order, or why that is undefined."""
        ...
