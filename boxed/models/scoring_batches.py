"""Which prompts and answers a model reads together, and how much of them only once.

    item = Item(prompt=(5, 9, 2), answers=((7, 1), (8, 8, 1)))      # token ids, end token included
    batches([item], budget=2048, cached=True)                       # [Batch(..., reuse=True)]

The unit of cost is the token position, padding included: that is what a pass over a model costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Batch", "Item", "batches"]

_WORTH = 0.2
"""The share of positions that a further pass must save, or it is not made."""
_PASS = 1 / 16
"""What one pass more costs, as a share of the budget: a batch ends where a new one is cheaper."""
_BEGINNINGS = (0, 16, 64, 256)
"""By how many first tokens prompts are tried to be brought together, before their lengths."""


@dataclass(frozen=True, slots=True)
class Item:
    """A prompt's token ids, and those of each of its answers."""

    prompt: tuple[int, ...]
    answers: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Items to read together; ``indices`` are their places in the caller's order.

    With ``reuse`` the first ``shared`` tokens of the prompts are read once, the rest of each prompt
    once, and the answers on its cache. Without it every row is a prompt with one of its answers.
    """

    items: tuple[Item, ...]
    indices: tuple[int, ...]
    shared: int
    reuse: bool
    positions: int


@dataclass(frozen=True, slots=True)
class _Load:
    """What a batch would cost, kept up to date item by item."""

    first: tuple[int, ...]
    shared: int
    prompts: int = 0
    widest: int = 0
    answers: int = 0
    tail: int = 0
    row: int = 0

    def plus(self, item: Item) -> _Load:
        """The load with one item more."""
        longest = max(map(len, item.answers), default=1)
        return _Load(
            self.first,
            _common(self.first, item.prompt, min(self.shared, len(item.prompt) - 1)),
            self.prompts + 1,
            max(self.widest, len(item.prompt)),
            self.answers + len(item.answers),
            max(self.tail, longest - 1),
            max(self.row, len(item.prompt) + longest - 1),
        )

    @property
    def beginning(self) -> int:
        """The tokens to read once for all prompts; 0 where that saves too little."""
        saved = self.shared * (self.prompts - 1)
        return self.shared if saved >= _WORTH * self.prompts * self.widest else 0

    @property
    def whole(self) -> int:
        """Positions when each answer is read with its prompt."""
        return self.answers * self.row

    @property
    def cached(self) -> int:
        """Positions when every prompt is read once, and its answers on the cache."""
        prompts = self.beginning + self.prompts * (self.widest - self.beginning)
        return prompts + self.answers * self.tail

    def reuses(self, cached: bool) -> bool:
        """Whether the cache is used, where the model has one to use."""
        return cached and self.cached <= (1 - _WORTH) * self.whole

    def cost(self, cached: bool) -> int:
        """Positions of the batch, read in the cheaper way."""
        return self.cached if self.reuses(cached) else self.whole


def batches(items: Sequence[Item], budget: int, cached: bool) -> list[Batch]:
    """The cheapest of a few plans: neighbours of like length, after like beginnings or none.

    ``budget`` bounds the positions of a batch (one item alone may exceed it); ``cached`` says
    whether the model's key/value cache can be copied from a prompt to its answers.
    """

    def order(alike: int) -> list[int]:
        prompts = [item.prompt for item in items]
        return sorted(range(len(items)), key=lambda i: (prompts[i][:alike], len(prompts[i])))

    plans = [_packed(items, order(alike), budget, cached) for alike in _BEGINNINGS]
    return min(plans, key=lambda plan: sum(batch.positions for batch in plan))


def _packed(items: Sequence[Item], order: list[int], budget: int, cached: bool) -> list[Batch]:
    """Neighbours in ``order``, as many to a batch as the budget allows."""
    plan: list[Batch] = []
    group: list[int] = []
    load = _Load((), 0)

    def close() -> None:
        reuse = load.reuses(cached)
        shared = load.beginning if reuse else 0
        chosen = tuple(items[i] for i in group)
        plan.append(Batch(chosen, tuple(group), shared, reuse, load.cost(cached)))

    for index in order:
        item = items[index]
        fresh, more = _Load(item.prompt, len(item.prompt) - 1).plus(item), load.plus(item)
        apart = load.cost(cached) + fresh.cost(cached) + budget * _PASS
        if group and more.cost(cached) > min(budget, apart):
            close()
            group = []
        load = more if group else fresh
        group.append(index)
    if group:
        close()
    return plan


def _common(left: tuple[int, ...], right: tuple[int, ...], most: int) -> int:
    """How many tokens, ``most`` at most, two prompts begin with alike."""
    if left[:most] == right[:most]:
        return most
    return next(n for n in range(most) if left[n] != right[n])
