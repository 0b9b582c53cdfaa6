"""A sharded model on disk: its plan, the records it may still be trained on, its parts.

OUT/plan.json       numbers, base, the place of every record by digest, what is forgotten
OUT/records.jsonl   the records themselves, without the forgotten ones
OUT/shard-0/slice-1 a model folder for every part, with its proof
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from evals.methods.exact.plan import Place, dealt
from evals.methods.exact.proof import record_digest
from prompts.policy import Example
from retrieval.whole_file import write_whole

__all__ = ["Numbers", "State", "begin", "read_state", "without"]

PLAN = "plan.json"
RECORDS = "records.jsonl"


@dataclass(frozen=True, slots=True)
class Numbers:
    """How a sharded model is made.

    Each part reads its slice and those before it, ``epochs`` times, at most at ``learning_rate``;
    ``together`` neighbouring records are dealt to the same place.
    """

    shards: int = 4
    slices: int = 3
    together: int = 1
    epochs: float = 3.0
    learning_rate: float = 1.5e-3
    batch: int = 32
    seed: int = 0

    def pace(self) -> dict[str, Any]:
        """What one part's training depends on besides records and weights."""
        return {
            "epochs": self.epochs, "learning_rate": self.learning_rate, "batch": self.batch,
            "seed": self.seed,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class State:
    """What is on disk, apart from the parts themselves."""

    folder: Path
    base: str
    numbers: Numbers
    places: dict[str, Place]
    forgotten: tuple[str, ...]
    records: tuple[Example, ...]

    @property
    def live(self) -> dict[str, Place]:
        """The places of the records that are not forgotten."""
        gone = set(self.forgotten)
        return {record: place for record, place in self.places.items() if record not in gone}

    def part(self, place: Place) -> Path:
        """The folder of a part."""
        return self.folder / f"shard-{place.shard}" / f"slice-{place.slice}"


def begin(folder: Path, base: str, records: Sequence[Example], numbers: Numbers) -> State:
    """The state of a folder after dealing the records, or as it is if it was dealt alike.

    Raises ValueError where there is no record, and for a folder that holds another plan.
    """
    if not records:
        raise ValueError("there is no record to train on; name a file that holds some")
    if not Path(base).is_dir():
        raise ValueError(f"base '{base}' is no folder, so no proof can name its weights; give one")
    digests = [record_digest(one.question, one.answer) for one in records]
    places = dealt(digests, numbers.shards, numbers.slices, numbers.together)
    kept = tuple(dict(zip(digests, records, strict=True)).values())
    fresh = State(folder, base, numbers, places, (), kept)
    if not (folder / PLAN).exists():
        # A kill may have left the records alone, which are written first.
        if folder.exists() and any(path.name != RECORDS for path in folder.iterdir()):
            raise ValueError(f"{folder} holds files of another origin; give a new or empty folder")
        _write(fresh)
        return fresh
    found = read_state(folder)
    if (found.base, found.numbers, found.places) != (base, numbers, places):
        raise ValueError(
            f"{folder} holds a model of other records, numbers or another base; give another "
            "folder, or delete it"
        )
    return found


def read_state(folder: Path) -> State:
    """The state of a folder; raises ValueError where there is none."""
    if not (folder / PLAN).exists():
        raise ValueError(f"{folder} holds no sharded model; make one with 'boxed-evals sisa train'")
    told = json.loads((folder / PLAN).read_text(encoding="utf-8"))
    lines = (folder / RECORDS).read_text(encoding="utf-8").splitlines()
    gone = set(told["forgotten"])
    records = [Example(**json.loads(line)) for line in lines]
    return State(
        folder,
        told["base"],
        Numbers(**told["numbers"]),
        {record: Place(*place) for record, place in told["places"].items()},
        tuple(told["forgotten"]),
        tuple(one for one in records if record_digest(one.question, one.answer) not in gone),
    )


def without(state: State, gone: Iterable[str]) -> State:
    """The state once these records, by digest, are forgotten; it is on disk when this returns.

    Raises ValueError for a record that the model was never given.
    """
    asked = tuple(dict.fromkeys(gone))
    unknown = [record for record in asked if record not in state.places]
    if unknown:
        raise ValueError(
            f"{len(unknown)} of {len(asked)} records to forget are none that this model was "
            "trained on, so nothing was changed; give them word for word"
        )
    forgotten = tuple(dict.fromkeys((*state.forgotten, *asked)))
    dropped = set(forgotten)
    records = tuple(
        one for one in state.records if record_digest(one.question, one.answer) not in dropped
    )
    after = replace(state, forgotten=forgotten, records=records)
    _write(after)
    return after


def _write(state: State) -> None:
    """The plan first: what it calls forgotten is passed over in records that a kill left behind."""
    rows = [json.dumps({"question": one.question, "answer": one.answer}) for one in state.records]
    told = {
        "base": state.base,
        "numbers": asdict(state.numbers),
        "forgotten": state.forgotten,
        "places": state.places,
    }
    if not (state.folder / PLAN).exists():
        write_whole(state.folder / RECORDS, _lines(rows))
    write_whole(state.folder / PLAN, f"{json.dumps(told, indent=1)}\n".encode())
    write_whole(state.folder / RECORDS, _lines(rows))


def _lines(rows: Iterable[str]) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()
