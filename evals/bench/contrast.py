"""Which strength of a correction while decoding forgets, and what it takes from the rest.

    run(["contrast"], alphas=[0.5, 1, 2], shares=[0.1, 1.0], limit=40)

The embedded product on items of forget10, each strength (``alpha``) and each limit on what may be
raised (``share``: 1.0 lets no token but the likeliest rise above the model's own logit) in turn.
The surrogates are trained once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evals.metrics.measure import RETRAINED, measure
from evals.nano.checkpoints import SHIPPED
from evals.records import Figure, Record
from evals.running.engine import records_of
from evals.running.runner import key_of
from evals.suites.catalogue import load_suite
from evals.suites.protocol import Suite, limited
from evals.systems.contrastive import ContrastSystem, Sources
from evals.systems.local import LocalSystem
from evals.systems.protocol import System
from evals.systems.setup import UNLEARNED, model_of

__all__ = ["run"]

_SHOWN = (
    "forget_quality", "model_utility", "forget/attack_success", "forget/rouge",
    "forget/probability",
    "retain/rouge", "retain/probability", "real_authors/rouge", "world_facts/rouge",
)  # fmt: skip


def run(
    kinds: Sequence[str],
    alphas: Sequence[float],
    shares: Sequence[float],
    limit: int | None,
    folder: Path = Path(UNLEARNED),
    console: Console | None = None,
) -> dict[str, tuple[Figure, ...]]:
    """Measure every combination beside the model and its retrain, and print one line for each."""
    whole = load_suite("nano", "10")
    suite, shown = limited(whole, limit), console or Console(width=190)
    full, retrain = str(SHIPPED["full"]), str(SHIPPED["retain90"])
    sources = Sources(full, str(SHIPPED["base"]), whole.forget, whole.retain, folder)
    records = {
        name: _records(LocalSystem(name, model_of(weights), weights), suite)
        for name, weights in (("original", full), (RETRAINED, retrain))
    }
    for kind in kinds:
        for alpha in alphas:
            for share in shares:
                system = ContrastSystem(kind, sources, kind, alpha, share)
                records[f"{kind} {alpha:g} {share:g}"] = _records(system, suite)
                shown.print(f"{kind} alpha {alpha:g} share {share:g} is measured")
    found = measure(suite.items, records)
    shown.print(_table(found, len(suite.items)))
    return found


def _records(system: System, suite: Suite) -> list[Record]:
    keyed = [(key_of(item, system.identity), item) for item in suite.items]
    return records_of(system, suite.name, keyed)


def _table(found: dict[str, tuple[Figure, ...]], items: int) -> Table:
    table = Table(title=f"{items} items of nano-forget10", show_edge=False)
    for column in ("system, alpha, share", *_SHOWN):
        table.add_column(column)
    for name, figures in found.items():
        values = {figure.metric: figure.value for figure in figures}
        cells = (values.get(metric) for metric in _SHOWN)
        table.add_row(name, *("-" if cell is None else f"{cell:.3g}" for cell in cells))
    return table
