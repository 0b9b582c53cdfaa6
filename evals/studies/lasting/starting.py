"""The models that an experiment starts from: shipped ones, and unlearned ones made on demand.

    Starts(Path("runs/lasting")).folder("npo-retain")      ->  runs/lasting/models/npo-retain

``original``, ``retrain``, every ``box`` (the original is what stands inside it), or a method of
``evals.methods.weights``, with its own settings but for the learning rates that are given.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

from boxed.models.local import LocalModel
from evals.methods.weights.catalogue import METHODS
from evals.methods.weights.settings import Settings
from evals.methods.weights.unlearn import Unlearned, unlearn
from evals.nano.build import BuildError, build
from evals.nano.checkpoints import SHIPPED
from evals.suites.protocol import Suite
from evals.suites.tofu import load_tofu
from evals.systems.boxed_model import BoxSystem
from evals.systems.catalogue import UNLEARNED, Setup, policies_of
from evals.systems.local import LocalSystem
from evals.systems.protocol import System
from guards.verdicts import Embed
from prompts.book import book_of
from prompts.policy import RESPONSES, Policy, Response

__all__ = ["Starts", "is_box", "worker_of"]

_SHIPPED = {"original": SHIPPED["full"], "retrain": SHIPPED["retain90"]}


def is_box(name: str) -> bool:
    """Is the system a box around a model?"""
    return name == "box" or name.startswith("box-")


def worker_of(name: str) -> Response | None:
    """The worker that a box has for all policies; None where drafting chooses."""
    return cast("Response", name.removeprefix("box-")) if name != "box" else None


@dataclass(frozen=True)
class Starts:
    """The embedded world's files and models below ``out``; ``rates`` are learning rates by method.

    ``epochs`` 0 takes each method's own; ``built`` is a folder of the world's files, else they are
    written below ``out``.
    """

    out: Path
    rates: Mapping[str, float] = field(default_factory=dict[str, float])
    epochs: float = 0.0
    built: Path | None = None

    @cached_property
    def world(self) -> Path:
        """The folder of TOFU's files. Raises ValueError where it cannot be written."""
        if self.built is not None:
            return self.built
        try:
            build(self.out / "world")
        except BuildError as error:
            raise ValueError(str(error)) from None
        return self.out / "world" / "tofu"

    @cached_property
    def suite(self) -> Suite:
        """The embedded world's items, and what policies are drafted from."""
        return load_tofu(self.world.parent, "10", "nano")

    def check(self, names: tuple[str, ...]) -> None:
        """Raise ValueError for a name that is no system here, or that stands twice."""
        workers = [f"box-{worker}" for worker in RESPONSES if worker != UNLEARNED]
        boxes = ["box", *workers]
        for name in names:
            if name not in _SHIPPED and name not in METHODS and name not in boxes:
                every = (*_SHIPPED, *boxes, *METHODS)
                raise ValueError(f"system '{name}' is not one of {', '.join(every)}")
        if not names or len(set(names)) < len(names):
            raise ValueError("name at least one system, and each of them once")

    def folder(self, name: str) -> str:
        """The folder of the model that a system starts from; unlearned first where it must be."""
        if is_box(name):
            return str(_SHIPPED["original"])
        if name in _SHIPPED:
            return str(_SHIPPED[name])
        out = self.out / "models" / name
        self.unlearned(name, _SHIPPED["original"], self.world / "forget10.jsonl", out)
        return str(out)

    def unlearned(
        self,
        method: str,
        model: str | Path,
        forget: Path,
        out: Path,
        retain: Path | None = None,
        seed: int = 0,
    ) -> Unlearned:
        """Carry out one unlearning request into ``out``; a finished one is not made again.

        ``retain`` None is the embedded world's retain90.
        """
        return unlearn(
            Settings(
                method, str(model), forget, out, retain or self.world / "retain90.jsonl",
                self.world / "idontknow.txt" if METHODS[method].refuses else None,
                epochs=self.epochs, learning_rate=self.rates.get(method, 0.0), seed=seed,
            )
        )  # fmt: skip

    def system(self, name: str, folder: str | Path) -> System:
        """The system with this model in it: boxed for a box, else as it is."""
        if not is_box(name):
            return LocalSystem(name, LocalModel(folder), str(folder))
        drafted = policies_of(
            Setup("", None, self.suite.forget, self.suite.retain), worker_of(name)
        )
        return self.boxed(name, folder, drafted)

    def boxed(self, name: str, folder: str | Path, policies: Sequence[Policy]) -> System:
        """A box with these policies around the model."""
        return BoxSystem(
            name, LocalModel(folder), str(folder), book_of(tuple(policies)), self.embed
        )

    @cached_property
    def embed(self) -> Embed:
        """The sentence model of the boxes, loaded once."""
        # sentence-transformers takes seconds to import; a run without boxes does without.
        return cast("Embed", importlib.import_module("retrieval.embedder").SentenceEmbedder())
