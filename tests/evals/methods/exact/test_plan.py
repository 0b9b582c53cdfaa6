"""Records dealt to shards and slices, and which parts a removal touches."""

import pytest

from evals.methods.exact.plan import Place, affected, dealt, seen_by

TWELVE = [f"r{n}" for n in range(12)]


def test_parts_are_of_like_size_and_every_record_has_one_place():
    places = dealt(TWELVE, shards=2, slices=3)
    assert set(places) == set(TWELVE)
    counts = [list(places.values()).count(Place(s, k)) for s in range(2) for k in range(3)]
    assert counts == [2] * 6


def test_the_same_records_are_dealt_alike_whatever_stands_around_them_in_time():
    assert dealt(TWELVE, 2, 3) == dealt(list(TWELVE), 2, 3)
    assert dealt([*TWELVE, "r0"], 2, 3)["r0"] == dealt([*TWELVE, "r0"], 2, 3)["r0"]


def test_neighbours_stay_together():
    places = dealt(TWELVE, shards=2, slices=2, together=3)
    for at in range(0, 12, 3):
        assert len({places[record] for record in TWELVE[at : at + 3]}) == 1


def test_a_part_sees_its_slice_and_those_before_it_of_its_own_shard():
    places = {"a": Place(0, 0), "b": Place(0, 1), "c": Place(1, 0), "d": Place(0, 2)}
    assert seen_by(places, Place(0, 1)) == ["a", "b"]
    assert seen_by(places, Place(1, 0)) == ["c"]


def test_a_removal_touches_its_slice_and_the_later_ones_alone():
    places = {"a": Place(0, 0), "b": Place(0, 1), "c": Place(1, 0), "d": Place(0, 2)}
    assert affected(places, ["b"]) == {Place(0, 1), Place(0, 2)}
    assert affected(places, ["d", "c"]) == {Place(0, 2), Place(1, 0), Place(1, 1), Place(1, 2)}


def test_numbers_below_one_are_refused():
    with pytest.raises(ValueError, match="0 shards of 3 slices"):
        dealt(TWELVE, 0, 3)
