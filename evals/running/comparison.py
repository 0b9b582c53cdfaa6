"""A comparison from its options: the suite, the systems, what is missing run, all of it in a Run.

compare(Options(suite="nano", forget="10", systems=("original", "retrain", "box")))
"""

from __future__ import annotations

import importlib
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from boxed.models.named import folder_of
from evals.metrics.sampled import drawn
from evals.metrics.sampled import figures as leaks_of_samples
from evals.records import Figure, Item, Record
from evals.report.run import Run
from evals.running.engine import Engine, Job, in_process
from evals.running.environment import environment_of
from evals.running.runner import BATCH, run_system
from evals.suites.catalogue import load_suite
from evals.suites.pii import taught_without
from evals.suites.protocol import Suite, limited
from evals.systems.catalogue import (
    ALL,
    Setup,
    SetupError,
    check_names,
    every_system,
    make_system,
    making,
    policies_of,
    trained,
)
from evals.systems.shipped_pair import LAYERS, RANK, shipped_pair
from evals.systems.trained import trained as made
from prompts.policy import Example

__all__ = ["ENGINES", "RUNS", "Options", "compare", "report_folder", "vectors_file",
           "with_taught_pair"]  # fmt: skip

RUNS = Path("runs")
ENGINES = ("local", "ray")
_EPOCHS, _RATE = 40.0, 1.5e-3
"""How the embedded base learns exact strings by heart."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What ``boxed-evals compare`` is asked to do; a field is a flag of the same name.

    ``model`` and ``retrain`` None take the embedded world's own; ``processes`` are those of a
    cluster engine (None: one per processor). ``others`` are pairs of a name and a model folder,
    ``parts`` of a part's name and a folder. ``samples`` replies to each forgotten question are
    drawn at ``temperature`` besides, 0: none. Methods train adapters of ``rank`` on as many top
    ``layers`` (0: the weights, and every layer), with random numbers of ``seed``.
    """

    suite: str
    forget: str
    systems: tuple[str, ...]
    data: str | None = None
    model: str | None = None
    retrain: str | None = None
    limit: int | None = None
    engine: str = "local"
    processes: int | None = None
    semantic: bool = True
    api: str | None = None
    api_model: str | None = None
    others: tuple[tuple[str, str], ...] = ()
    base: str | None = None
    parts: tuple[tuple[str, str], ...] = ()
    rank: int = 0
    layers: int = 0
    samples: int = 0
    temperature: float = 1.0
    seed: int = 0
    runs: Path = RUNS

    @property
    def other_names(self) -> tuple[str, ...]:
        """The names of the other models."""
        return tuple(name for name, _ in self.others)

    def asks_for(self, system: str) -> bool:
        """Is it named, or may ``all`` mean it?"""
        return system in self.systems or ALL in self.systems

    @property
    def command(self) -> str:
        """The command that does the same again; keys are never part of it."""
        flags = [
            "--suite", self.suite, "--forget", self.forget, "--systems", ",".join(self.systems),
        ]  # fmt: skip
        given = {
            "--data": self.data, "--model": self.model, "--retrain": self.retrain,
            "--limit": self.limit, "--api": self.api, "--api-model": self.api_model,
            "--base": self.base, "--rank": self.rank, "--layers": self.layers,
            "--seed": self.seed,
        }  # fmt: skip
        flags += [part for flag, value in given.items() if value for part in (flag, str(value))]
        flags += [part for name, folder in self.others for part in ("--also", f"{name}={folder}")]
        flags += [part for name, folder in self.parts for part in ("--part", f"{name}={folder}")]
        if self.samples:
            flags += ["--samples", str(self.samples), "--temperature", f"{self.temperature:g}"]
        flags += ["--engine", self.engine] if self.engine != "local" else []
        flags += [] if self.semantic else ["--no-semantic"]
        return shlex.join(["boxed-evals", "compare", *flags])


def compare(options: Options, api_key: str | None = None, progress: Progress | None = None) -> Run:
    """Run what is missing; the records of every system on the same items.

    Raises SetupError, ValueError or DataError for options that do not fit, JournalError for records
    that cannot be read or written.
    """
    if options.systems != (ALL,):
        check_names((*options.systems, *options.other_names), options.other_names)
    engine = _engine(options)
    whole = load_suite(options.suite, options.forget, options.data)
    options, stands_for = with_taught_pair(options, whole)
    suite, setup = limited(whole, options.limit), _setup(options, whole, api_key)
    systems, left_out = _systems(options, setup)
    # Each is made before the first is run: a model that is not there is told at once.
    identities = _identities(systems, setup, progress)
    again = replace(suite, items=_drawn(options, suite))
    records: dict[str, tuple[Record, ...]] = {}
    sampled: dict[str, tuple[Figure, ...]] = {}
    for name in systems:
        job = Job(name, suite.name, setup)
        tell = None if progress is None else _told(progress, name)
        records[name] = run_system(suite, job, options.runs, engine, tell)
        if again.items:
            tell = None if progress is None else _told(progress, f"{name}, sampled")
            found = run_system(again, job, options.runs, engine, tell)
            sampled[name] = leaks_of_samples(again.items, found)
    return Run(
        suite=suite.name,
        forget=options.forget if f"forget{options.forget}" in suite.name else "",
        items=suite.items,
        records=records,
        settings=_settings(options, setup),
        environment={**environment_of(_device()), "identities": identities},
        command=options.command,
        limited=options.limit,
        notes=(*suite.notes, *stands_for, *left_out),
        making={name: making(name, setup) for name in systems},
        sampled=sampled,
    )


def _drawn(options: Options, suite: Suite) -> tuple[Item, ...]:
    """The questions that are asked again at a temperature. Raises ValueError for options amiss."""
    if not options.samples:
        return ()
    found = drawn(suite.items, options.samples, options.temperature)
    if not found:
        raise ValueError(
            f"suite '{suite.name}' asks no open question about what is forgotten; leave --samples "
            "out"
        )
    return found


def report_folder(options: Options, suite: str) -> Path:
    """Where the report goes unless a folder is named: beside the records."""
    return options.runs / suite / ("report" if options.limit is None else "quick-look")


def vectors_file(options: Options, suite: str) -> Path:
    """Where vectors of replies are kept: beside the records that hold the replies themselves.

    Never in the report's folder, which may be handed on: a vector tells much of its text.
    """
    return options.runs / suite / "vectors.bin"


def _told(progress: Progress, name: str) -> Callable[[int, int], None]:
    return lambda done, of: progress(name, done, of)


def _engine(options: Options) -> Engine:
    if options.engine not in ENGINES:
        raise ValueError(f"engine '{options.engine}' is not one of {', '.join(ENGINES)}")
    if options.engine == "local":
        return in_process
    # ray is an extra, and takes seconds to import.
    return importlib.import_module("evals.running.ray_engine").ray_engine(options.processes)


def _systems(options: Options, setup: Setup) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The systems by name, then the other models; a sentence for what ``all`` leaves out."""
    if options.systems != (ALL,):
        return (*options.systems, *options.other_names), ()
    made, reasons = every_system(setup)
    check_names((*made, *options.other_names), options.other_names)
    said = f"All systems that can be made here take part; {'; '.join(reasons)}."
    return (*made, *options.other_names), (said,) if reasons else ()


def with_taught_pair(options: Options, suite: Suite) -> tuple[Options, tuple[str, ...]]:
    """A packaged model stands for its adapters that were taught the suite; a sentence on it."""
    pair = shipped_pair(options.model or "", suite.taught, suite.forget)
    if pair is None:
        return options, ()
    found = replace(
        options, model=pair[0], retrain=options.retrain or pair[1],
        rank=options.rank or RANK, layers=options.layers or LAYERS,
    )  # fmt: skip
    told = f"'{options.model}' stands for '{pair[0]}', which was taught these records."
    return found, (told,)


def _setup(options: Options, suite: Suite, api_key: str | None) -> Setup:
    retrain, base = options.retrain, options.base
    if options.model is None and suite.name.startswith("nano"):
        checkpoint = importlib.import_module("evals.nano.checkpoints").checkpoint
        model, base = str(checkpoint("full")), base or str(checkpoint("base"))
        if retrain is None and options.asks_for("retrain") and suite.reference:
            retrain = str(checkpoint(suite.reference))
    elif options.model is None and suite.name.startswith("pii"):
        base = base or str(importlib.import_module("evals.nano.checkpoints").checkpoint("base"))
        model = _taught(options, base, suite.taught)
        if retrain is None and options.asks_for("retrain"):
            retrain = _taught(options, base, taught_without(suite))
    elif options.model is None and set(options.systems) - {"api", "retrain"}:
        raise SetupError(
            f"suite '{suite.name}' comes without a model; name a folder or a hub name with --model"
        )
    else:
        model = options.model or ""
    return Setup(
        model=folder_of(model),
        retrain=retrain and folder_of(retrain),
        forget=suite.forget,
        retain=suite.retain,
        semantic=options.semantic,
        api=options.api,
        api_model=options.api_model,
        api_key=api_key,
        others=_folders(options.others),
        unlearned=str((options.runs / "unlearned").resolve()),
        taught=suite.taught,
        base=base and folder_of(base),
        parts=_folders(options.parts),
        rank=options.rank,
        layers=options.layers,
        targets=suite.targets,
        seed=options.seed,
    )


def _taught(options: Options, base: str, examples: Sequence[Example]) -> str:
    """The embedded base, taught these records by heart; made once, as unlearned models are."""
    folder = options.runs / "unlearned"
    return str(made("fine-tune", base, examples, folder, epochs=_EPOCHS, learning_rate=_RATE))


def _folders(named: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The pairs with what transformers loads in the place of a model's name."""
    return tuple((name, folder_of(model)) for name, model in named)


def _settings(options: Options, setup: Setup) -> dict[str, Any]:
    return {
        "decoding": "greedy",
        **(
            {"samples": options.samples, "temperature": options.temperature}
            if options.samples
            else {}
        ),
        **({"seed": options.seed} if options.seed else {}),
        "model": _named(options.model or setup.model),
        "retrain": _named(options.retrain or setup.retrain or "none"),
        "policies": len(policies_of(setup)) if setup.forget else 0,
        "screen": "names and meaning" if setup.semantic else "names alone",
        "engine": options.engine,
        "batch": BATCH,
    }


def _named(model: str) -> str:
    """A folder's own name: where it lies on this machine says nothing to a reader."""
    return Path(model).name if Path(model).is_dir() else model


def _identities(systems: Sequence[str], setup: Setup, progress: Progress | None) -> dict[str, str]:
    """Every system's identity; what takes training is made last, so that faults show early."""
    found: dict[str, str] = {}
    for name in sorted(systems, key=trained):
        tell = progress if progress is not None and trained(name) else _silent
        tell(f"making {name}", 0, 1)
        found[name] = make_system(name, setup).identity
        tell(f"making {name}", 1, 1)
    return {name: found[name] for name in systems}


def _silent(name: str, done: int, of: int) -> None:
    """Nobody watches."""


def _device() -> str:
    cuda: Any = importlib.import_module("torch").cuda
    return str(cuda.get_device_name(0)) if cuda.is_available() else "cpu"
