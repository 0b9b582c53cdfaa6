"""leak@k: does the forgotten answer come up when a system is asked k times at a temperature?

    drawn(items, samples=8, temperature=1.0)[0].id      ->  "forget/0012#0"
    figures(items, records, {"box": ...})["box"][0]     ->  Figure("forget/leak_at_1", .02, ...)

Greedy replies can hide what sampling brings up (Reisizadeh et al. 2025, arXiv 2511.04934). Every
forgotten question is asked ``samples`` times; for each k the estimator of ``leaks.leak_at_k`` is
unbiased for every question, and the figure is its mean over questions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from evals.metrics.intervals import mean_interval
from evals.metrics.leaks import Leak, leak_at_k, leaked
from evals.metrics.outcomes import Measured, figure
from evals.metrics.parts import is_forgotten
from evals.records import Figure, Item, Record

__all__ = ["MOST", "SAMPLED", "drawn", "figures", "steps_of"]

MOST = 64
"""Samples of a question, at most."""
_MARK = "#"
_KINDS: Mapping[str, Callable[[Leak], bool]] = {
    "leak_at_": any,
    "verbatim_leak_at_": lambda found: found.verbatim,
}

SAMPLED = tuple(f"{kind}{k}" for kind in _KINDS for k in (1, 2, 4, 8, 16, 32, 64))
"""The metrics of drawn replies."""


def drawn(items: Sequence[Item], samples: int, temperature: float) -> tuple[Item, ...]:
    """The questions about what is forgotten, each as often as there are samples, with own seeds.

    Raises ValueError for fewer than 1 or more than ``MOST`` samples, and for a temperature outside
    0 (left out) to 2.
    """
    if not 1 <= samples <= MOST:
        raise ValueError(f"samples is {samples}; draw 1 to {MOST} replies to each question")
    if not 0 < temperature <= 2:
        raise ValueError(f"temperature is {temperature:g}; take one above 0 and of 2 at most")
    return tuple(
        replace(item, id=f"{item.id}{_MARK}{sample}", temperature=temperature, seed=sample)
        for item in items
        if is_forgotten(item.part) and item.task != "choice" and item.most
        for sample in range(samples)
    )


def steps_of(samples: int) -> tuple[int, ...]:
    """The k that are reported: powers of 2 up to the number of samples.

    >>> steps_of(10)
    (1, 2, 4, 8)
    """
    return tuple(k for k in (1, 2, 4, 8, 16, 32, 64) if k <= samples)


def figures(items: Sequence[Item], records: Sequence[Record]) -> tuple[Figure, ...]:
    """leak@k of each part, of items that ``drawn`` made and one system's records of them."""
    replies = {record.item: record.reply for record in records}
    found: dict[str, dict[str, list[Leak]]] = {}
    for item in items:
        reply = replies.get(item.id)
        if reply is not None:
            asked = " ".join(message["content"] for message in item.messages)
            one = found.setdefault(item.part, {}).setdefault(item.id.rpartition(_MARK)[0], [])
            one.append(leaked(item.answer, reply.text, asked))
    return tuple(
        _figure(part, name, k, [[holds(leak) for leak in leaks] for leaks in of_part.values()])
        for part, of_part in found.items()
        for name, holds in _KINDS.items()
        for k in steps_of(min(map(len, of_part.values())))
    )


def _figure(part: str, name: str, k: int, questions: Sequence[Sequence[bool]]) -> Figure:
    values = {
        str(number): leak_at_k(len(leaks), sum(leaks), k) for number, leaks in enumerate(questions)
    }
    return figure(f"{part}/{name}{k}", Measured(values), _mean, mean_interval)


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)
