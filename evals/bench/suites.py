"""What an evaluation costs through the box: wall time of two suites, against the bare model's.

    run(questions=2000)

TOFU forget10 with everything that its metrics need (a greedy reply to each of its items, the
likelihoods of every answer), and four-option questions of MMLU (a reply and the letters), on the
embedded product. The systems take turns batch by batch, so that a busy machine is busy for all of
them. Every text is new to a box's sentence embedder; a second box in one run would find its
vectors there, so only one takes part.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rich.console import Console
from rich.progress import track
from rich.table import Table

from evals.data.jsonl import DataError
from evals.metrics.measure import measure
from evals.nano.checkpoints import SHIPPED
from evals.records import Item, Record
from evals.running.engine import Keyed, records_of
from evals.running.runner import BATCH
from evals.suites.catalogue import load_suite
from evals.suites.protocol import Suite, limited
from evals.systems.catalogue import Setup, SetupError, check_names, make_system
from evals.systems.protocol import System
from evals.systems.setup import model_of

__all__ = ["BARE", "Timed", "run", "table_of", "timed"]

BARE = "original"
_BOX = "box"


@dataclass(frozen=True, slots=True)
class Timed:
    """One suite's wall time, in seconds, by system; ``metrics`` is the time of all its figures."""

    suite: str
    items: int
    seconds: dict[str, float]
    metrics: float

    def over_bare(self, system: str) -> float:
        """How many times as long as the bare model."""
        return self.seconds[system] / self.seconds[BARE]


def run(
    *,
    systems: Sequence[str] = (BARE, _BOX),
    questions: int = 2000,
    items: int | None = None,
    data: str | None = None,
    console: Console | None = None,
) -> list[Timed]:
    """Measure, and print the table; ``items`` cuts each of TOFU's parts short.

    Without published data, MMLU's place is taken by the embedded world's harmless questions.
    Raises SetupError for systems that cannot be compared here.
    """
    check_names(systems)
    if BARE not in systems or sum(name.startswith(_BOX) for name in systems) > 1:
        raise SetupError(f"name '{BARE}' and at most one box: the first box pays for the vectors")
    shown = console or Console()
    tofu = load_suite("nano", "10")
    asked = _questions(data, questions)
    setup = Setup(str(SHIPPED["full"]), str(SHIPPED["retain90"]), tofu.forget, tofu.retain)
    made = [make_system(name, setup) for name in systems]
    fresh = model_of(setup.model).clear
    found = [timed(limited(tofu, items), made, fresh), timed(asked, made, fresh)]
    shown.print(table_of(found))
    return found


def timed(suite: Suite, systems: Sequence[System], fresh: Callable[[], None]) -> Timed:
    """Each system's time for all items, in turns; a first batch of other items warms up.

    ``fresh`` makes their model forget what it was asked, or the second would ask nothing.
    """
    batches = [suite.items[at : at + BATCH] for at in range(0, len(suite.items), BATCH)]
    seconds = {system.name: 0.0 for system in systems}
    records: dict[str, list[Record]] = {system.name: [] for system in systems}
    for system in systems:
        records_of(system, suite.name, _keyed([_other(item) for item in batches[0][:4]]))
    for batch in track(batches, suite.name, transient=True):
        for system in systems:
            fresh()
            begun = time.perf_counter()
            records[system.name] += records_of(system, suite.name, _keyed(batch))
            seconds[system.name] += time.perf_counter() - begun
    begun = time.perf_counter()
    measure(suite.items, {BARE: records[BARE]})
    return Timed(suite.name, len(suite.items), seconds, time.perf_counter() - begun)


def table_of(found: Sequence[Timed]) -> Table:
    """A row for each suite and system, with the ratio to the bare model."""
    table = Table(title="Evaluation through the box against the bare model, interleaved in one run")
    for name in ("suite", "items", "system", "seconds", "times the bare model"):
        table.add_column(name, justify="left" if name in ("suite", "system") else "right")
    for one in found:
        for system, seconds in one.seconds.items():
            ratio = "" if system == BARE else f"{one.over_bare(system):.2f}"
            table.add_row(one.suite, f"{one.items:,}", system, f"{seconds:.1f}", ratio)
        table.add_row(one.suite, "", "(every metric of one system)", f"{one.metrics:.1f}", "")
    return table


def _questions(data: str | None, count: int) -> Suite:
    try:
        suite = load_suite("mmlu", data=data)
    except DataError:
        if data:
            raise
        whole = load_suite("nano-hazard")
        suite = replace(whole, items=tuple(i for i in whole.items if i.part == "harmless"))
    return limited(suite, count)


def _keyed(items: Sequence[Item]) -> list[Keyed]:
    return [("", item) for item in items]


def _other(item: Item) -> Item:
    """The item in other words, which no cache knows."""
    last = {**item.messages[-1], "content": f"Please: {item.question}"}
    return replace(item, messages=(*item.messages[:-1], last))
