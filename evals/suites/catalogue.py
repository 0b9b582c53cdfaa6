"""Every suite there is, in one explicit list, and where its data comes from.

    load_suite("nano", "10").name                          ->  "nano-forget10"
    load_suite("tofu", "10", data="hub").name              ->  "tofu-forget10"
    load_suite("wmdp-bio", data="../data").parts           ->  ("bio", "mmlu")

Without ``data`` the suites read the folder that BOXED_DATA names. Where there is none, those that
the embedded world can stand in for read that, and are named after it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from evals.data.jsonl import DataError
from evals.nano.build import BuildError, build
from evals.suites.choices import WMDP_SETS, load_mmlu_suite, load_wmdp_suite
from evals.suites.hub import fetch
from evals.suites.muse import load_muse
from evals.suites.pii import load_pii
from evals.suites.protocol import Suite
from evals.suites.rwku import load_rwku
from evals.suites.tofu import load_tofu

__all__ = ["SUITES", "load_suite"]

HUB_CACHE = Path("runs/hub")
WORLD_CACHE = Path("runs/world")
ON_HUB = "hub"
VARIABLE = "BOXED_DATA"

Loader = Callable[[Path, str], Suite]


def _wmdp(*sets: str) -> Loader:
    name = "wmdp" if sets == WMDP_SETS else f"wmdp-{'-'.join(sets)}"
    return lambda folder, share: load_wmdp_suite(folder, sets, name)


def _nano_hazard(folder: Path, share: str) -> Suite:
    parts = {"nano": "hazard", "mmlu": "harmless"}
    return load_wmdp_suite(folder, ("nano",), "nano-hazard", parts)


SUITES: dict[str, Loader] = {
    "nano": lambda folder, share: load_tofu(folder, share, "nano"),
    "nano-hazard": _nano_hazard,
    "tofu": load_tofu,
    "wmdp": _wmdp(*WMDP_SETS),
    **{f"wmdp-{one}": _wmdp(one) for one in WMDP_SETS},
    "mmlu": lambda folder, share: load_mmlu_suite(folder),
    "muse-news": lambda folder, share: load_muse(folder, "news"),
    "muse-books": lambda folder, share: load_muse(folder, "books"),
    "rwku": lambda folder, share: load_rwku(folder),
    "pii": lambda _, share: load_pii(share),
}
_INVENTED = ("pii",)
"""Suites that read no file."""
_STAND_INS = {
    "nano": "nano", "nano-hazard": "nano-hazard", "tofu": "nano", "wmdp": "nano-hazard",
    **dict.fromkeys((f"wmdp-{one}" for one in WMDP_SETS), "nano-hazard"),
}  # fmt: skip
"""Suites of the embedded world, and those that stand in for published ones."""


def load_suite(name: str, share: str = "10", data: str | None = None) -> Suite:
    """A suite by name; ``share`` is the forget split where it has several.

    ``data`` is a folder, or ``hub`` for the published name. Raises ValueError for a name or share
    that there is not, DataError for data that does not fit.
    """
    if name not in SUITES:
        raise ValueError(f"suite '{name}' is not one of {', '.join(SUITES)}")
    if name in _INVENTED:
        return SUITES[name](Path(), share)
    if name.startswith("nano"):
        return SUITES[name](_world(), share)
    given = data or os.environ.get(VARIABLE)
    if given == ON_HUB:
        family = "wmdp" if name.startswith("wmdp") else name
        return SUITES[name](fetch(family, HUB_CACHE), share)
    if given:
        return SUITES[name](Path(given), share)
    if name in _STAND_INS:
        return SUITES[_STAND_INS[name]](_world(), share)
    raise DataError(
        f"suite '{name}' has no data here; give a folder with --data or {VARIABLE}, or "
        f"'--data {ON_HUB}' to download it"
    )


def _world() -> Path:
    """The embedded world as JSONL, written anew: it takes less than a second."""
    try:
        build(WORLD_CACHE)
    except BuildError as error:
        raise DataError(str(error)) from None
    return WORLD_CACHE
