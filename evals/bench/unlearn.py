"""Our unlearning loop against one as it is commonly written: seconds per step, peak memory.

    run(steps=26, repeats=3)

Every run is a process of its own, the two ways take turns, and each ratio is the median over the
rounds. Before anything is timed, both must give the same loss and gradient on the same batch.
Ours counts its preparation (what it asks the original beforehand) among its seconds.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from rich.console import Console
from rich.progress import track
from rich.table import Table

from evals.bench.plain_unlearning import BATCH, PLAIN, weights_of
from evals.bench.unlearn_process import FORGET, RETAIN
from evals.methods.weights.catalogue import method_named
from evals.methods.weights.method import Step
from evals.methods.weights.opening import open_request
from evals.methods.weights.settings import Settings
from evals.nano.build import build
from evals.nano.checkpoints import SHIPPED

__all__ = ["TOLERATED", "Timed", "difference", "run", "table_of"]

TOLERATED = 1e-2
"""The largest difference of losses and gradients, as a share of theirs.

In a process that has used bfloat16 before, what ours keeps of the original is rounded to it.
"""
_WAYS = ("ours", "plain")


@dataclass(frozen=True, slots=True)
class Timed:
    """One method's rounds: seconds per step and peak bytes above the libraries', by way."""

    method: str
    seconds: dict[str, list[float]]
    memory: dict[str, list[float]]

    def ratio(self, of: dict[str, list[float]]) -> float:
        """How many times ours the plain loop takes, the median of the rounds."""
        pairs = zip(of["plain"], of["ours"], strict=True)
        return statistics.median(plain / ours for plain, ours in pairs)


def run(
    *, steps: int = 26, repeats: int = 3, model: str | None = None, console: Console | None = None
) -> list[Timed]:
    """Measure, and print the table. Raises ValueError where the two ways do not agree."""
    shown, folder = console or Console(), model or str(SHIPPED["full"])
    with tempfile.TemporaryDirectory() as place:
        world = Path(place) / "world"
        build(world)
        sets = world / "tofu"
        for method in PLAIN:
            apart = difference(method, folder, sets)
            shown.print(f"{method}: loss and gradient of the first step differ by {apart:.0e}")
        rounds = [(method, way) for _ in range(repeats) for method in PLAIN for way in _WAYS]
        found = {m: Timed(m, {w: [] for w in _WAYS}, {w: [] for w in _WAYS}) for m in PLAIN}
        for method, way in track(rounds, "rounds", transient=True, console=shown):
            told = _process(way, method, folder, str(sets), str(steps))
            found[method].seconds[way].append(told["seconds"] / steps)
            found[method].memory[way].append(told["bytes"])
    shown.print(table_of(list(found.values())))
    shown.print(f"{steps} steps of {BATCH} examples of each set, rounds: {repeats}")
    return list(found.values())


def difference(method: str, model: str, sets: Path) -> float:
    """The largest relative difference of loss and gradient on one batch of each set, in float32.

    Raises ValueError where it is beyond ``TOLERATED``.
    """
    with tempfile.TemporaryDirectory() as out:
        settings = Settings(
            method, model, sets / FORGET, Path(out), sets / RETAIN, steps=1, batch=BATCH
        )
        found = method_named(method)
        opened = open_request(settings, found, found.options, Accelerator(cpu=True))
        bench = opened.bench
        bench.folder.mkdir(parents=True)
        prepared = found.prepare(bench, found.options)
        batches = [bench.batch(name, bench.numbers(name, 0)) for name in ("forget", "retain")]
        weights = weights_of(bench.model, PLAIN[method].trained)
        ours = prepared.loss(bench.model, Step(0, batches[0], batches[1]))
        mine = torch.autograd.grad(ours, weights)
        # Nothing was trained yet, so the model is its own reference.
        plain = PLAIN[method].loss(bench.model, bench.model, *batches)
        theirs = torch.autograd.grad(plain, weights)
    losses = float(ours.detach() - plain.detach()) / float(plain.detach())
    apart = max(abs(losses), float(_norm(mine, theirs) / _norm(theirs)))
    if apart > TOLERATED:
        raise ValueError(
            f"{method}: loss and gradient of the two loops differ by {apart:.1e} of theirs, more "
            f"than {TOLERATED:g}; they do not compute the same, so their times say nothing"
        )
    return apart


def table_of(found: Sequence[Timed]) -> Table:
    """A row for each method and way, with the ratios."""
    table = Table(title="Unlearning, our loop against a plain one, in turns in one run")
    for name in ("method", "way", "s/step", "times ours", "peak MiB", "times ours"):
        table.add_column(name, justify="left" if name in ("method", "way") else "right")
    for one in found:
        for way in _WAYS:
            plain = way == "plain"
            table.add_row(
                one.method, way,
                f"{statistics.median(one.seconds[way]):.3f}",
                f"{one.ratio(one.seconds):.2f}" if plain else "",
                f"{statistics.median(one.memory[way]) / 2**20:,.0f}",
                f"{one.ratio(one.memory):.2f}" if plain else "",
            )  # fmt: skip
    return table


def _norm(one: Sequence[torch.Tensor], other: Sequence[torch.Tensor] | None = None) -> Any:
    """The norm of a gradient, or of two gradients' difference."""
    taken = one if other is None else [a - b for a, b in zip(one, other, strict=True)]
    return torch.stack([part.float().norm() for part in taken]).norm()


def _process(*words: str) -> dict[str, float]:
    done = subprocess.run(  # noqa: S603 - this package's own program
        [sys.executable, "-m", "evals.bench.unlearn_process", *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise ValueError(f"{words[0]}, {words[1]}: {done.stderr.strip().rpartition(chr(10))[2]}")
    return json.loads(done.stdout.strip().rpartition("\n")[2])
