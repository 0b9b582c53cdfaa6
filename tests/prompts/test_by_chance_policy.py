"""The field that says what a reply may hit on by chance."""

from typing import Any

import pytest
from box_books import policy
from pydantic import ValidationError


def test_facts_is_what_holds_where_nothing_is_written() -> None:
    assert policy("jane-roe", "Jane Roe", "pseudonymise").by_chance == "facts"
    named = policy("jane-roe", "Jane Roe", "pseudonymise", by_chance="names")
    assert named.by_chance == "names"


@pytest.mark.parametrize(
    ("response", "more", "fault"),
    [
        ("pretend", {}, "does not go with response 'pretend'"),
        ("redact", {}, "does not go with response 'redact'"),
        ("pseudonymise", {"kind": "work"}, "does not go with kind 'work'"),
    ],
)
def test_names_need_a_person_and_stand_ins(response: Any, more: Any, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        policy("jane-roe", "Jane Roe", response, by_chance="names", **more)
