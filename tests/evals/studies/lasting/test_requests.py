"""A stream of requests: who is in force, and who was withdrawn."""

import pytest

from evals.studies.lasting.requests import Event, events


def test_a_withdrawn_request_is_no_longer_in_force():
    assert events(4, {1: 3, 2: 4}) == (
        Event(1, (), (1,), ()),
        Event(2, (), (1, 2), ()),
        Event(3, (1,), (2, 3), (1,)),
        Event(4, (2,), (3, 4), (1, 2)),
    )


@pytest.mark.parametrize("revocations", [{2: 2}, {0: 1}, {1: 5}])
def test_a_request_can_only_be_withdrawn_after_it_came(revocations):
    with pytest.raises(ValueError, match="cannot be withdrawn"):
        events(4, revocations)
