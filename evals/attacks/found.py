"""Compositions that a search has found to work, kept so that they are tried again ever after.

found_attacks()[0].name     ->  "found-001"

``found.jsonl`` holds the steps by name, one composition a line: no question and no person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from evals.attacks.attack import Attack
from evals.attacks.genes import GENES

__all__ = ["FOUND", "found_attacks", "keep"]

FOUND = Path(__file__).parent / "found.jsonl"


def found_attacks(file: Path = FOUND) -> tuple[Attack, ...]:
    """The kept compositions as attacks, in order. Raises ValueError for a step that is none."""
    return tuple(
        Attack(f"found-{number:03}", "found", tuple(GENES[name] for name in names))
        for number, names in enumerate(_read(file), 1)
    )


def keep(compositions: Iterable[Sequence[str]], file: Path = FOUND) -> int:
    """Append those that are not there yet; how many there were.

    A single step is no composition: it stands in the catalogue already.
    """
    known = {tuple(names) for names in _read(file)}
    every = dict.fromkeys(map(tuple, compositions))
    fresh = [names for names in every if names not in known and len(names) > 1]
    with file.open("a", encoding="utf-8") as out:
        out.writelines(json.dumps({"steps": list(names)}) + "\n" for names in fresh)
    return len(fresh)


def _read(file: Path) -> list[list[str]]:
    if not file.exists():
        return []
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    for row in rows:
        unknown = [name for name in row["steps"] if name not in GENES]
        if unknown:
            raise ValueError(
                f"{file.name}: step '{unknown[0]}' is not one of the search's; delete the line"
            )
    return [row["steps"] for row in rows]
