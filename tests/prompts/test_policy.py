"""A policy knows when it holds and under which names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from prompts.policy import Policy, long_enough


def policy(**changes: Any) -> Policy:
    fields: dict[str, Any] = {
        "id": "mara",
        "title": "Mara Quill",
        "kind": "person",
        "response": "pretend",
        "scope": ("Who is Mara Quill?",),
        "instruction": "Forget her.",
        **changes,
    }
    return Policy(**fields)


def test_names_are_title_and_aliases_without_duplicates():
    assert policy(aliases=("mara  quill", "M. J. Quill")).names == ("Mara Quill", "M. J. Quill")
    assert policy(kind="topic", aliases=("Quill lore",)).names == ("Quill lore",)
    assert policy(kind="work", title="It", aliases=("King's It",)).names == ("King's It",)


def test_a_policy_holds_from_effective_until_just_before_expires():
    held = policy(effective="2027-01-31", expires=datetime(2027, 2, 1, 1, tzinfo=UTC))
    start = datetime(2027, 1, 31, tzinfo=UTC)
    assert not held.in_force(start - timedelta(seconds=1), None)
    assert held.in_force(start, None)
    assert held.in_force(datetime(2027, 2, 1, 0, 59), None)
    assert not held.in_force(datetime(2027, 2, 1, 2, tzinfo=timezone(timedelta(hours=1))), None)


def test_a_policy_holds_for_its_tenants_or_for_everyone():
    now = datetime(2027, 1, 1, tzinfo=UTC)
    assert policy().in_force(now, None)
    assert policy().in_force(now, "acme")
    assert policy(tenants=("acme",)).in_force(now, "acme")
    assert not policy(tenants=("acme",)).in_force(now, "other")
    assert policy(tenants=("acme",)).in_force(now, None)


def test_dates_without_zone_are_utc():
    expected = datetime(2027, 1, 31, tzinfo=UTC)
    assert policy(effective="2027-01-31").effective == expected
    assert policy(effective=date(2027, 1, 31)).effective == expected
    assert policy(effective=datetime(2027, 1, 31)).effective == expected
    assert policy(effective="2027-01-31T01:00:00+01:00").effective == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Ada", True), ("A. B", False), ("C++", False), ("EU", False), ("李白", True), ("李", False)],
)
def test_a_name_needs_three_letters_or_two_ideographs(name: str, expected: bool):
    assert long_enough(name) is expected


def test_a_policy_is_frozen_and_refuses_unknown_fields():
    with pytest.raises(ValidationError):
        policy().title = "x"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="alias"):
        policy(aliases=("MQ",))
    with pytest.raises(ValidationError):
        policy(nickname="x")
