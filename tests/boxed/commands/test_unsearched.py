"""What is made at a start is passed over by the search for garbage, which goes on afterwards."""

import gc

import pytest

from boxed.commands.unsearched import unsearched


def test_what_is_made_inside_is_passed_over_and_the_search_is_on_again() -> None:
    before = gc.get_freeze_count()
    with unsearched():
        assert not gc.isenabled()
        made = [[number] for number in range(1_000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(made)


def test_a_start_that_fails_leaves_the_search_on() -> None:
    with pytest.raises(ValueError, match="no book"), unsearched():
        raise ValueError("no book")
    assert gc.isenabled()


def test_what_is_imported_again_and_again_is_searched_later() -> None:
    before = gc.get_freeze_count()
    with unsearched(searched_later=True):
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() <= before  # nothing was added; what others froze may have died
