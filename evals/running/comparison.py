"""A comparison from its options: the suite, the systems, what is missing run, all of it in a Run.

compare(Options(suite="nano", forget="10", systems=("original", "retrain", "box")))
"""

from __future__ import annotations

import importlib
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.records import Record
from evals.report.run import Run
from evals.running.engine import Engine, Job, in_process
from evals.running.environment import environment_of
from evals.running.runner import BATCH, run_system
from evals.suites.catalogue import load_suite
from evals.suites.protocol import Suite, limited
from evals.systems.catalogue import Setup, SetupError, check_names, make_system, policies_of

__all__ = ["ENGINES", "RUNS", "Options", "compare", "report_folder"]

RUNS = Path("runs")
ENGINES = ("local", "ray")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What ``boxed-evals compare`` is asked to do; a field is a flag of the same name.

    ``model`` and ``retrain`` None take the embedded world's own; ``processes`` are those of a
    cluster engine (None: one per processor).
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
    runs: Path = RUNS

    @property
    def command(self) -> str:
        """The command that does the same again; keys are never part of it."""
        flags = [
            "--suite", self.suite, "--forget", self.forget, "--systems", ",".join(self.systems),
        ]  # fmt: skip
        given = {
            "--data": self.data, "--model": self.model, "--retrain": self.retrain,
            "--limit": self.limit, "--api": self.api, "--api-model": self.api_model,
        }  # fmt: skip
        flags += [part for flag, value in given.items() if value for part in (flag, str(value))]
        flags += ["--engine", self.engine] if self.engine != "local" else []
        flags += [] if self.semantic else ["--no-semantic"]
        return shlex.join(["boxed-evals", "compare", *flags])


def compare(options: Options, api_key: str | None = None, progress: Progress | None = None) -> Run:
    """Run what is missing; the records of every system on the same items.

    Raises SetupError, ValueError or DataError for options that do not fit, JournalError for records
    that cannot be read or written.
    """
    check_names(options.systems)
    engine = _engine(options)
    whole = load_suite(options.suite, options.forget, options.data)
    suite, setup = limited(whole, options.limit), _setup(options, whole, api_key)
    records: dict[str, tuple[Record, ...]] = {}
    for name in options.systems:
        tell = None if progress is None else _told(progress, name)
        records[name] = run_system(suite, Job(name, suite.name, setup), options.runs, engine, tell)
    return Run(
        suite=suite.name,
        forget=options.forget if f"forget{options.forget}" in suite.name else "",
        items=suite.items,
        records=records,
        settings=_settings(options, setup),
        environment={**environment_of(_device()), "identities": _identities(options, setup)},
        command=options.command,
        limited=options.limit,
        notes=suite.notes,
    )


def report_folder(options: Options, suite: str) -> Path:
    """Where the report goes unless a folder is named: beside the records."""
    return options.runs / suite / ("report" if options.limit is None else "quick-look")


def _told(progress: Progress, name: str) -> Callable[[int, int], None]:
    return lambda done, of: progress(name, done, of)


def _engine(options: Options) -> Engine:
    if options.engine not in ENGINES:
        raise ValueError(f"engine '{options.engine}' is not one of {', '.join(ENGINES)}")
    if options.engine == "local":
        return in_process
    # ray is an extra, and takes seconds to import.
    return importlib.import_module("evals.running.ray_engine").ray_engine(options.processes)


def _setup(options: Options, suite: Suite, api_key: str | None) -> Setup:
    retrain = options.retrain
    if options.model is None and suite.name.startswith("nano"):
        checkpoint = importlib.import_module("evals.nano.checkpoints").checkpoint
        model = str(checkpoint("full"))
        if retrain is None and "retrain" in options.systems and suite.reference:
            retrain = str(checkpoint(suite.reference))
    elif options.model is None and set(options.systems) - {"api", "retrain"}:
        raise SetupError(
            f"suite '{suite.name}' comes without a model; name a folder or a hub name with --model"
        )
    else:
        model = options.model or ""
    return Setup(
        model=model,
        retrain=retrain,
        forget=suite.forget,
        retain=suite.retain,
        semantic=options.semantic,
        api=options.api,
        api_model=options.api_model,
        api_key=api_key,
    )


def _settings(options: Options, setup: Setup) -> dict[str, Any]:
    return {
        "decoding": "greedy",
        "model": _named(setup.model),
        "retrain": _named(setup.retrain) if setup.retrain else "none",
        "policies": len(policies_of(setup)) if setup.forget else 0,
        "screen": "names and meaning" if setup.semantic else "names alone",
        "engine": options.engine,
        "batch": BATCH,
    }


def _named(model: str) -> str:
    """A folder's own name: where it lies on this machine says nothing to a reader."""
    return Path(model).name if Path(model).is_dir() else model


def _identities(options: Options, setup: Setup) -> dict[str, str]:
    return {name: make_system(name, setup).identity for name in options.systems}


def _device() -> str:
    cuda: Any = importlib.import_module("torch").cuda
    return str(cuda.get_device_name(0)) if cuda.is_available() else "cpu"
