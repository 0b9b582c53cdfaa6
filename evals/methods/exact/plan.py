"""Which record goes to which shard and slice: dealt once, written down, never dealt again.

    dealt(["a1", "b2", "c3", "d4"], shards=2, slices=2)
    {"a1": Place(0, 0), "b2": Place(1, 0), "c3": Place(0, 1), "d4": Place(1, 1)}

Source: SISA training, Bourtoule et al. 2021 (arXiv 1912.03817).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

__all__ = ["Place", "affected", "dealt", "seen_by"]


class Place(NamedTuple):
    """A shard, and the slice of it from which on a record is read; both count from 0."""

    shard: int
    slice: int


def dealt(records: Sequence[str], shards: int, slices: int, together: int = 1) -> dict[str, Place]:
    """The place of each record, by its digest; records that say the same share one.

    ``together`` neighbours of the given order stay together, such as the twenty records of one
    author: whoever asks to be forgotten then touches one place. Groups are dealt in the order of
    their digests, in turns, so that shards and slices are of like size. Raises ValueError for
    numbers below 1.
    """
    if min(shards, slices, together) < 1:
        raise ValueError(
            f"{shards} shards of {slices} slices, {together} records together: none of these may "
            "be below 1"
        )
    groups = [records[at : at + together] for at in range(0, len(records), together)]
    ordered = sorted(groups, key=lambda group: hashlib.sha256("".join(group).encode()).digest())
    found: dict[str, Place] = {}
    for number, group in enumerate(ordered):
        place = Place(number % shards, number // shards % slices)
        for record in group:
            found.setdefault(record, place)
    return found


def seen_by(places: Mapping[str, Place], place: Place) -> list[str]:
    """The records that a part is trained on: those of its slice and of the slices before it."""
    return [
        record
        for record, own in places.items()
        if own.shard == place.shard and own.slice <= place.slice
    ]


def affected(places: Mapping[str, Place], gone: Iterable[str]) -> frozenset[Place]:
    """The parts that saw any of these records, and so must be trained anew.

    Raises KeyError for a record without a place.
    """
    slices = 1 + max((place.slice for place in places.values()), default=0)
    touched = {places[record] for record in gone}
    return frozenset(
        Place(first.shard, later) for first in touched for later in range(first.slice, slices)
    )
