"""``boxed-evals search``: trials of each method, measured, and the best of each recorded.

    ground = embedded(Path("runs/search"), 100)
    run(["npo-retain"], Path("runs/search"), ground)["npo-retain"][0].learning_rate

Every trial is the unlearning request that a comparison would make of the same suite, with other
numbers, judged on a sample of its items. What is measured is kept beside each model, so a search
that was killed goes on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evals.methods.weights.unlearn import unlearn
from evals.metrics.forget_quality import figures as forget_quality
from evals.metrics.measure import RETRAINED, cases_of
from evals.metrics.rouge import figures as rouge
from evals.records import Record
from evals.running.engine import records_of
from evals.studies.search.ground import Ground
from evals.studies.search.score import Quick, kept, score
from evals.studies.search.trials import Trial, trials_of
from evals.systems.identity import digest_of
from evals.systems.local import LocalSystem
from evals.systems.setup import model_of
from evals.systems.unlearned import settings_for
from retrieval.whole_file import write_whole

__all__ = ["FOUND", "FOUND_PRETRAINED", "Outcome", "found", "run", "table_of"]

FOUND = Path(__file__).with_name("found.json")
"""The recorded search that the methods' defaults come from."""
FOUND_PRETRAINED = FOUND.with_name("found-pretrained.json")
"""The one that their numbers for a pretrained model come from; it is not finished."""
_ENOUGH_LOST = 0.5  # a rate that keeps less than this ends the rise


@dataclass(frozen=True, slots=True)
class Outcome:
    """One trial and what came of it."""

    method: str
    learning_rate: float
    epochs: float
    options: dict[str, float]
    steps: int
    seconds: float
    forget: float
    retain: float
    ks_distance: float
    score: float


def found(file: Path = FOUND) -> dict[str, tuple[Outcome, ...]]:
    """The recorded outcomes by method, the best first."""
    rows = json.loads(file.read_text(encoding="utf-8"))["outcomes"]
    return _by_method([Outcome(**row) for row in rows])


def run(
    methods: Sequence[str],
    folder: Path,
    ground: Ground,
    console: Console | None = None,
    passes: float = 0,
) -> dict[str, tuple[Outcome, ...]]:
    """Search, print each outcome, and write ``found.json`` into the folder.

    No method at all stands for every one that is tried there, 0 ``passes`` for trials of any
    length. Raises ValueError for a name that is no method, and where nothing is left to try.
    """
    shown = console or Console()
    grids = {method: trials_of(method, ground.grid, passes) for method in methods or ground.grid}
    if not any(grids.values()):
        raise ValueError(
            f"no trial of {', '.join(grids)} has {passes:g} passes; leave --passes out"
        )
    judge = Judge(ground)
    outcomes: list[Outcome] = []
    for rises in grids.values():
        for rising in rises:
            for trial in rising:
                outcomes.append(judge.outcome(trial))
                shown.print(_line(outcomes[-1]), highlight=False)
                quick = Quick(outcomes[-1].forget, outcomes[-1].retain, outcomes[-1].ks_distance)
                if kept(quick, judge.original) < _ENOUGH_LOST:
                    break
        write_whole(folder / FOUND.name, judge.recorded(outcomes).encode())
    by_method = _by_method(outcomes)
    shown.print(table_of(by_method))
    return by_method


class Judge:
    """Measures trials of one suite against the original and the retrained model."""

    def __init__(self, ground: Ground) -> None:
        self._setup, self._suite = ground.setup, ground.suite
        self._reference = self._records(RETRAINED, ground.setup.retrain or "")
        self.retrained = self._measured(self._reference)
        self.original = self._measured(self._records("original", self._setup.model))

    def outcome(self, trial: Trial) -> Outcome:
        """Train and measure, or what an earlier run found."""
        plain = settings_for(trial.method, self._setup)
        options = {**dict(plain.options), **dict(trial.options)}
        settings = replace(
            plain,
            learning_rate=trial.learning_rate,
            epochs=trial.epochs,
            options=tuple(sorted(options.items())),
        )
        numbers = f"{trial.learning_rate:g} {trial.epochs:g}"
        name = digest_of(plain.out.name, repr(settings.options), numbers)
        settings = replace(settings, out=plain.out.with_name(f"{trial.method}-{name}"))
        made = unlearn(settings)
        file = settings.out / f"judged-{len(self._suite.items)}.json"
        if not file.exists():
            measured = asdict(self._measured(self._records(name, str(settings.out))))
            write_whole(file, json.dumps(measured).encode())
        quick = Quick(**json.loads(file.read_text(encoding="utf-8")))
        return Outcome(
            trial.method, trial.learning_rate, trial.epochs, dict(trial.options), made.steps,
            round(made.seconds, 1), quick.forget, quick.retain, quick.ks_distance,
            score(quick, self.original, self.retrained),
        )  # fmt: skip

    def recorded(self, outcomes: Sequence[Outcome]) -> str:
        """The search as JSON: what was measured of both references, then every trial."""
        told = {
            "suite": self._suite.name,
            "items": len(self._suite.items),
            "original": asdict(self.original),
            "retrained": asdict(self.retrained),
            "outcomes": [asdict(outcome) for outcome in outcomes],
        }
        return json.dumps(told, indent=1) + "\n"

    def _records(self, name: str, folder: str) -> list[Record]:
        system = LocalSystem(name, model_of(folder), folder)
        return records_of(system, self._suite.name, [("", item) for item in self._suite.items])

    def _measured(self, records: Sequence[Record]) -> Quick:
        given = {RETRAINED: self._reference, "trial": records}
        case = cases_of(self._suite.items, given)["trial"]
        values = {figure.metric: figure.value for figure in (*rouge(case), *forget_quality(case))}
        numbers = [values[name] for name in ("forget/rouge", "retain/rouge", "ks_distance")]
        forget, retain, distance = (0.0 if number is None else number for number in numbers)
        return Quick(forget, retain, distance)


def table_of(outcomes: Mapping[str, Sequence[Outcome]]) -> Table:
    """Every trial, the best of each method first."""
    table = Table(title="Trials: the best of each method first")
    for name in _HEAD:
        table.add_column(name, justify="left" if name == "method" else "right")
    for method, rows in outcomes.items():
        for place, one in enumerate(rows):
            table.add_row(method if place == 0 else "", *_cells(one))
    return table


_HEAD = (
    "method", "epochs", "rate", "options", "steps", "ROUGE forget", "ROUGE retain", "KS", "score",
)  # fmt: skip


def _cells(one: Outcome) -> list[str]:
    options = " ".join(f"{name}={value:g}" for name, value in one.options.items())
    numbers = (one.forget, one.retain, one.ks_distance, one.score)
    return [
        f"{one.epochs:g}", f"{one.learning_rate:g}", options, str(one.steps),
        *(f"{number:.3f}" for number in numbers),
    ]  # fmt: skip


def _line(one: Outcome) -> str:
    cells = zip(_HEAD[1:], _cells(one), strict=True)
    return f"{one.method}: {', '.join(f'{name} {cell}' for name, cell in cells if cell)}"


def _by_method(outcomes: Sequence[Outcome]) -> dict[str, tuple[Outcome, ...]]:
    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        found.setdefault(one.method, []).append(one)
    return {
        method: tuple(sorted(rows, key=lambda one: -one.score)) for method, rows in found.items()
    }
