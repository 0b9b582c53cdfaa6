"""Published sets from their hub names through ``datasets``, written once in the folder's form.

    fetch("tofu", Path("runs/hub"))      # runs/hub/tofu/forget10.jsonl ...

The suites then read that folder as any other, so that a record which does not fit its schema is
named by file, line and field whatever it came from.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.data.jsonl import DataError
from evals.data.tofu import SETS

__all__ = ["HUB", "HubSet", "fetch"]

_INSTALL = "datasets is not installed; 'pip install -c constraints.txt .[hub]' adds it"
_RWKU_FILE = "rwku"


@dataclass(frozen=True, slots=True)
class HubSet:
    """One set: the file that it becomes, and what the hub calls it.

    ``fields`` are those to keep (none: all); ``added`` are constants for every row.
    """

    file: str
    repository: str
    config: str | None
    split: str
    fields: tuple[str, ...] = ()
    added: tuple[tuple[str, str], ...] = ()


def _muse(corpus: str, retain: str) -> tuple[HubSet, ...]:
    repository = f"muse-bench/MUSE-{corpus.capitalize()}"
    sets = (
        ("verbmem", "forget", ("prompt", "gt")),
        *(("knowmem", name, ("question", "answer")) for name in (
            "forget_qa", "forget_qa_icl", retain, f"{retain}_icl"
        )),
        *(("privleak", name, ("text",)) for name in ("forget", "holdout")),
    )  # fmt: skip
    return tuple(
        HubSet(f"muse/{corpus}_{config}_{split}.jsonl", repository, config, split, fields)
        for config, split, fields in sets
    )


_CHOICE = ("question", "choices", "answer")
_MMLU = tuple(
    HubSet(f"mmlu/{split}.jsonl", "cais/mmlu", "all", split, ("subject", *_CHOICE))
    for split in ("test", "dev")
)
_RWKU_LEVELS = (
    "forget_level1", "forget_level2", "forget_level3", "neighbor_level1", "neighbor_level2"
)  # fmt: skip

HUB: dict[str, tuple[HubSet, ...]] = {
    "tofu": tuple(
        HubSet(f"tofu/{name}.jsonl", "locuslab/TOFU", name, "train") for name in SETS
    ),
    "wmdp": (
        *(HubSet(f"wmdp/{name}.jsonl", "cais/wmdp", f"wmdp-{name}", "test", _CHOICE)
          for name in ("bio", "chem", "cyber")),
        *_MMLU,
    ),
    "mmlu": _MMLU,
    "muse-news": _muse("news", "retain_qa"),
    "muse-books": _muse("books", "retain_qa"),
    "rwku": (
        HubSet(_RWKU_FILE, "jinzhuoran/RWKU", "forget_target", "train", ("intro", "target"),
               (("split", "intro"),)),
        *(HubSet(_RWKU_FILE, "jinzhuoran/RWKU", level, "test",
                 ("subject", "level", "type", "query", "answer", "neighbor"), (("split", level),))
          for level in _RWKU_LEVELS),
    ),
}  # fmt: skip
"""The sets that each family of suites needs, by the names that the hub has for them."""


def fetch(family: str, folder: Path, sets: Iterable[HubSet] | None = None) -> Path:
    """Write the sets of a family below ``folder``; those that are there already are kept.

    Raises DataError where ``datasets`` is missing or the hub gives no such set.
    """
    people: dict[str, list[dict[str, Any]]] = {}
    done = folder / _RWKU_FILE / ".complete"
    for one in HUB[family] if sets is None else sets:
        if one.file == _RWKU_FILE:
            if not done.exists():
                for row in _rows(one):
                    person = str(row.get("target") or row.get("subject"))
                    people.setdefault(person, []).append(row)
        elif not (folder / one.file).exists():
            _write(folder / one.file, _rows(one))
    for person, rows in people.items():
        _write(folder / _RWKU_FILE / f"{person.replace(' ', '_').replace('/', '_')}.jsonl", rows)
    if people:
        done.write_text("", encoding="utf-8")
    return folder


def _rows(wanted: HubSet) -> list[dict[str, Any]]:
    try:
        # datasets takes a second to import, and only this function needs it.
        datasets: Any = importlib.import_module("datasets")
    except ImportError:
        raise DataError(_INSTALL) from None
    try:
        loaded = datasets.load_dataset(wanted.repository, wanted.config, split=wanted.split)
    except Exception as error:  # noqa: BLE001  (whatever its client raises: no network, no set)
        said = str(error).split("\n")[0][:200]
        raise DataError(
            f"{wanted.repository} ({wanted.config}, {wanted.split}) cannot be loaded "
            f"({type(error).__name__}: {said}); check the network, or give a folder with --data"
        ) from None
    kept = wanted.fields or tuple(loaded.column_names)
    return [
        {key: row[key] for key in kept if row.get(key) is not None} | dict(wanted.added)
        for row in loaded
    ]


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Put a whole file in its place: one that was cut short is never taken for a set."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)
