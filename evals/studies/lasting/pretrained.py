"""The models that relearning starts from where a pretrained one was taught TOFU.

    Taught(Path("runs/lasting"), data=None, share="05", model="smollm2+tofu20",
           retrain="smollm2+tofu20_retain95", rank=16, layers=10).folder("npo-retain")

The same names as on the embedded world; methods are those of a comparison with the same model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from boxed.models.named import folder_of
from evals.methods.weights.catalogue import METHODS
from evals.studies.lasting.starting import Starts, is_box
from evals.suites.catalogue import load_suite
from evals.suites.protocol import Suite
from evals.systems.setup import Setup
from evals.systems.unlearned import unlearned

__all__ = ["Taught"]


@dataclass(frozen=True, kw_only=True)
class Taught(Starts):
    """TOFU's files, and the models; ``share`` is the forget split.

    Unlearned models are kept in ``out/unlearned``, by what made them.
    """

    data: str | None
    share: str
    model: str
    retrain: str
    rank: int
    layers: int

    @cached_property
    def suite(self) -> Suite:
        """TOFU's items; raises DataError for a folder or files that do not fit."""
        return load_suite("tofu", self.share, self.data)

    def check(self, names: tuple[str, ...]) -> None:
        """Raise ValueError as for the embedded world, and for rates, which are not given here."""
        super().check(names)
        if self.rates:
            raise ValueError(
                f"rates for {', '.join(self.rates)}: only the embedded world takes any; leave them "
                "out, for methods have their own on a pretrained model"
            )

    def folder(self, name: str) -> str:
        """The model's folder, an adapter beside it; raises OSError for one that is not there."""
        if name in METHODS:
            return str(unlearned(name, self._setup))
        return self._setup.model if name == "original" or is_box(name) else self._retrained

    @cached_property
    def _retrained(self) -> str:
        return folder_of(self.retrain)

    @cached_property
    def _setup(self) -> Setup:
        return Setup(
            folder_of(self.model), self._retrained, self.suite.forget, self.suite.retain,
            unlearned=str(self.out / "unlearned"), rank=self.rank, layers=self.layers,
        )  # fmt: skip
