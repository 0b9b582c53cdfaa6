"""SISA: a model of shards, of which a request to forget trains only the affected slices anew.

    train(begin(Path("runs/sisa"), "model", records, Numbers(shards=4, slices=3)))
    forget(Path("runs/sisa"), [record_digest(question, answer)])

Every shard goes on from the base and is trained slice by slice; a part is a model folder, made by
the loop that all training here uses, and is the checkpoint that the next slice goes on from. What
is left after forgetting is, weight for weight, what training without the forgotten records gives
(their places in the plan stay empty), so forgetting and going on after a kill are one operation:
make what is missing. Source: Bourtoule et al. 2021 (arXiv 1912.03817).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.methods.exact.plan import Place, affected, seen_by
from evals.methods.exact.proof import (
    PROOF,
    Proof,
    digest_of_weights,
    read_proof,
    record_digest,
    write_proof,
)
from evals.methods.exact.state import State, read_state, without
from evals.methods.weights.process import unlearn_apart
from evals.methods.weights.settings import REPORT, UNFINISHED, Settings
from prompts.policy import Example
from retrieval.whole_file import write_whole

__all__ = ["Spent", "forget", "models_of", "train", "verify"]

SUMMED = ("steps", "seconds", "tokens", "trained")
HIGHEST = ("peak_bytes", "parameters")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Spent:
    """What an operation trained: ``made`` of ``parts``, and the cost of it beside that of all.

    ``everything`` is what all parts of the model took when each was made, by the same names.
    """

    made: int
    parts: int
    cost: Mapping[str, float]
    everything: Mapping[str, float]


def train(state: State, progress: Progress | None = None) -> Spent:
    """Make every part that is missing or saw other records than it should; what that took.

    A part that saw a forgotten record is deleted before anything is trained. Raises ValueError for
    a training that failed.
    """
    chains = [_chain(state, shard) for shard in range(state.numbers.shards)]
    links = [link for chain in chains for link in chain]
    missing = [link for chain in chains for link in _missing(state, chain)]
    for place, _ in missing:
        # What is unfinished of this very part is kept: the loop goes on from it.
        if (state.part(place) / PROOF).exists():
            shutil.rmtree(state.part(place))
    _drop_stale(state, {place for place, _ in links})
    for number, (place, records) in enumerate(missing):
        if progress is not None:
            progress(number, len(missing))
        _make(state, place, records, _before(state, place))
    return _spent(state, [place for place, _ in links], [place for place, _ in missing])


def forget(folder: Path, gone: Sequence[str], progress: Progress | None = None) -> Spent:
    """Forget records by their digests; what it took, also before a kill that this call follows.

    Raises ValueError for a record that the model was never given.
    """
    state = without(read_state(folder), gone)
    train(state, progress)
    links = [place for shard in range(state.numbers.shards) for place, _ in _chain(state, shard)]
    touched = affected(state.places, gone)
    return _spent(state, links, [place for place in links if place in touched])


def verify(folder: Path) -> dict[Place, int]:
    """How many records each part saw, after checking that its chain of proofs holds.

    No part saw a forgotten record, each went on from the weights before it, and the weights on disk
    are those of the proof. Raises ValueError for the first that does not fit.
    """
    state, found = read_state(folder), dict[Place, int]()
    models_of(folder)
    for shard in range(state.numbers.shards):
        for place, records in _chain(state, shard):
            proof = read_proof(state.part(place))
            if proof is None or digest_of_weights(state.part(place)) != proof.weights:
                raise ValueError(
                    f"the weights of {state.part(place)} are not those that its proof names; "
                    "delete that folder and train again"
                )
            found[place] = len(records)
    return found


def models_of(folder: Path) -> tuple[str, ...]:
    """The model of each shard: its last part, or the base where a shard has no record left.

    Raises ValueError where a part is missing, or saw what it should not have.
    """
    state = read_state(folder)
    found: list[str] = []
    for shard in range(state.numbers.shards):
        chain = _chain(state, shard)
        if _missing(state, chain):
            raise ValueError(
                f"shard {shard} of {folder} is not trained on what it should be; finish it with "
                "'boxed-evals sisa train' on the same folder"
            )
        found.append(str(state.part(chain[-1][0])) if chain else state.base)
    return tuple(found)


def _chain(state: State, shard: int) -> list[tuple[Place, list[str]]]:
    """The parts of a shard that have records of their own, with all that each must have seen."""
    live = state.live
    own = {place for place in live.values() if place.shard == shard}
    return [(place, seen_by(live, place)) for place in sorted(own)]


def _missing(
    state: State, chain: Sequence[tuple[Place, list[str]]]
) -> list[tuple[Place, list[str]]]:
    """The parts of a shard from the first on whose proof does not fit."""
    before = digest_of_weights(Path(state.base))
    for number, (place, records) in enumerate(chain):
        proof = read_proof(state.part(place))
        if proof is None or not proof.fits(records, before, state.numbers.pace()):
            return list(chain[number:])
        before = proof.weights
    return []


def _before(state: State, place: Place) -> str:
    """What the training of a part goes on from: the finished part before it, or the base."""
    earlier = [p for p, _ in _chain(state, place.shard) if p < place]
    return str(state.part(earlier[-1])) if earlier else state.base


def _make(state: State, place: Place, records: Sequence[str], before: str) -> None:
    folder, numbers = state.part(place), state.numbers
    wanted = set(records)
    chosen = [one for one in state.records if record_digest(one.question, one.answer) in wanted]
    file = _file(state, place, chosen)
    settings = Settings(
        "fine-tune", before, file, folder, epochs=numbers.epochs, batch=numbers.batch,
        learning_rate=numbers.learning_rate, seed=numbers.seed,
    )  # fmt: skip
    try:
        unlearn_apart(settings)
    except ValueError:
        if not (folder / UNFINISHED).exists() and not (folder / REPORT).exists():
            raise
        # It was begun on records that have been forgotten since, or from other weights.
        shutil.rmtree(folder)
        unlearn_apart(settings)
    result = json.loads((folder / REPORT).read_text(encoding="utf-8"))["result"]
    cost = {name: result[name] for name in (*SUMMED, *HIGHEST)}
    weights = digest_of_weights(folder)
    told: dict[str, Any] = numbers.pace()
    proof = Proof(tuple(records), digest_of_weights(Path(before)), weights, told, cost)
    write_proof(folder, proof)
    file.unlink()


def _file(state: State, place: Place, records: Sequence[Example]) -> Path:
    rows = (json.dumps({"question": one.question, "answer": one.answer}) for one in records)
    file = _reads(state, place.shard)
    write_whole(file, "".join(f"{row}\n" for row in rows).encode())
    return file


def _reads(state: State, shard: int) -> Path:
    return state.folder / f"shard-{shard}" / "reads.jsonl"


def _drop_stale(state: State, kept: set[Place]) -> None:
    """Delete parts that have no record of their own left, and what a kill left to be read."""
    for place in set(state.places.values()) - kept:
        shutil.rmtree(state.part(place), ignore_errors=True)
    for shard in range(state.numbers.shards):
        _reads(state, shard).unlink(missing_ok=True)


def _spent(state: State, links: Sequence[Place], made: Sequence[Place]) -> Spent:
    costs = {place: _cost(state, place) for place in links}
    own = [costs[place] for place in made]
    return Spent(len(made), len(links), _sum(own), _sum(list(costs.values())))


def _cost(state: State, place: Place) -> Mapping[str, float]:
    proof = read_proof(state.part(place))
    if proof is None:
        raise ValueError(f"{state.part(place)} has no proof of what it saw; train it again")
    return proof.cost


def _sum(costs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Sums over parts; of peaks and sizes the largest, for parts are made one after the other."""
    found = {name: sum(cost[name] for cost in costs) for name in SUMMED}
    return found | {name: max((cost[name] for cost in costs), default=0) for name in HIGHEST}
