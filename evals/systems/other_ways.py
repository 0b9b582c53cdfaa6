"""Systems that forget neither by a box nor by changed weights alone, made from a setup.

contrast              a model corrected by small ones while it decodes; contrast-unlearned and
logit-difference      alike, with other small ones
sisa                  a sharded model that has forgotten
dp-sgd                a model taught everything by private training, which need not forget
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from evals.records import Figure
from evals.systems.contrastive import CONTRASTS, ContrastSystem, Sources, parts_of
from evals.systems.local import LocalSystem
from evals.systems.making import making_of
from evals.systems.private import private_of
from evals.systems.setup import Setup, SetupError, model_of
from evals.systems.sisa import BUDGET, SisaSystem, sisa_of

__all__ = ["OTHER_WAYS", "cost_of_other", "other_absent", "other_system", "sources_of"]

_TAUGHT: dict[str, Callable[[Setup], Path]] = {
    "sisa": lambda setup: sisa_of(
        setup.base or "",
        setup.taught,
        setup.forget,
        Path(setup.unlearned),
        replace(BUDGET, seed=setup.seed),
    ),
    "dp-sgd": lambda setup: private_of(
        setup.base or "", setup.taught, Path(setup.unlearned), seed=setup.seed
    ),
}
OTHER_WAYS = (*CONTRASTS, *_TAUGHT)


def other_system(name: str, setup: Setup) -> LocalSystem:
    """A system of ``OTHER_WAYS``; its parts are trained where they are not there yet.

    Raises SetupError where the setup lacks what they are made of.
    """
    lacking = other_absent(name, setup)
    if lacking:
        raise SetupError(lacking)
    if name == "sisa":
        return SisaSystem(name, _taught(name, setup))
    if name in _TAUGHT:
        folder = str(_taught(name, setup))
        return LocalSystem(name, model_of(folder), folder)
    return ContrastSystem(name, sources_of(setup))


def other_absent(name: str, setup: Setup) -> str:
    """What a system would need beside this setup, with the remedy; empty if nothing."""
    if name in CONTRASTS and {part for part, _ in setup.parts} >= set(CONTRASTS[name].parts):
        return ""
    if setup.base is None and not (name in CONTRASTS and _before(setup)):
        return f"'{name}' goes on from a model of before the training; name it with --base"
    if not setup.forget or not setup.retain:
        return f"'{name}' is trained on a forget and a retain set, and this suite lacks one"
    if name in _TAUGHT and not setup.taught:
        return f"'{name}' is trained on all that the model was taught, and this suite lacks that"
    return ""


def cost_of_other(name: str, setup: Setup) -> tuple[Figure, ...]:
    """What the parts' training has cost, once they are made; nothing for parts that were given."""
    if name in _TAUGHT:
        return making_of(str(_taught(name, setup)))
    cost = parts_of(name, sources_of(setup)).cost
    return () if cost is None else making_of(str(cost))


def sources_of(setup: Setup) -> Sources:
    """What corrections are made of."""
    return Sources(
        setup.model,
        setup.base or _before(setup) or setup.model,
        setup.forget,
        setup.retain,
        Path(setup.unlearned),
        setup.parts,
        setup.rank,
        setup.layers,
        setup.seed,
    )


def _before(setup: Setup) -> str:
    """The model as it was before its adapter was taught; empty without an adapter."""
    before, plus, _ = setup.model.partition("+")
    return before if plus and setup.rank and not Path(setup.model).exists() else ""


@cache
def _taught(name: str, setup: Setup) -> Path:
    return _TAUGHT[name](setup)
