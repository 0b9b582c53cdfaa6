"""What a search is held on: the models, and items that judge its trials.

    embedded(Path("runs/search"), items=100)      the suite nano, forget10, and the shipped models

On a pretrained model the items are such as ``compare --limit`` does not ask, so that the numbers
that are found do not lean in the methods' favour there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from boxed.models.named import folder_of
from evals.nano.checkpoints import SHIPPED
from evals.records import Item
from evals.studies.search.trials import EMBEDDED, PRETRAINED, Grid
from evals.suites.catalogue import load_suite
from evals.suites.protocol import Suite, limited
from evals.systems.setup import Setup

__all__ = ["Ground", "embedded", "pretrained"]

_MOST = 60  # new tokens of a reply: a collapsed model never ends one
_PARTS = ("forget", "retain")


@dataclass(frozen=True, slots=True)
class Ground:
    """``suite`` holds the items that judge; ``grid`` what is tried for each method."""

    suite: Suite
    setup: Setup
    grid: Grid


def embedded(folder: Path, items: int) -> Ground:
    """The embedded world; ``folder`` keeps the models, ``items`` of each part judge."""
    whole = load_suite("nano", "10")
    setup = Setup(
        str(SHIPPED["full"]), str(SHIPPED["retain90"]), whole.forget, whole.retain,
        unlearned=str(folder),
    )  # fmt: skip
    return Ground(_asked(whole, items, ()), setup, EMBEDDED)


def pretrained(
    folder: Path, items: int, *, data: str | None, share: str, model: str, retrain: str,
    rank: int, layers: int, spared: int,
) -> Ground:  # fmt: skip
    """A pretrained model on TOFU, unlearned by adapters.

    ``spared`` is the limit of the comparison whose items must not be used. Raises OSError for a
    model that is none, DataError or ValueError for sets that do not fit.
    """
    whole = load_suite("tofu", share, data)
    setup = Setup(
        folder_of(model), folder_of(retrain), whole.forget, whole.retain, unlearned=str(folder),
        rank=rank, layers=layers,
    )  # fmt: skip
    shown = limited(whole, spared).items if spared else ()
    return Ground(_asked(whole, items, shown), setup, PRETRAINED)


def _asked(suite: Suite, items: int, spared: tuple[Item, ...]) -> Suite:
    """A sample of the suite's items to forget and to retain, with short replies."""
    left = {item.id for item in suite.items} - {item.id for item in spared}
    found = tuple(
        replace(item, most=_MOST) for item in suite.items if item.part in _PARTS and item.id in left
    )
    for part in _PARTS:
        if not any(item.part == part for item in found):
            raise ValueError(
                f"no item of '{part}' is left to judge by; spare fewer items than the suite has"
            )
    return limited(replace(suite, items=found), items)
