"""Policies of a period: which days they may give."""

from __future__ import annotations

from datetime import date

import pytest
from period_books import SINCE, backtest
from pydantic import ValidationError

from prompts.policy import Policy
from prompts.policy_file import parse_policy
from prompts.starter import new_policy_text
from tests.prompts.conftest import Write


def fault(**fields: object) -> str:
    with pytest.raises(ValidationError) as caught:
        backtest(**fields)
    return str(caught.value)


def test_a_day_is_enough():
    policy = backtest()
    assert (policy.since, policy.until, policy.scope, policy.names) == (SINCE, None, (), ())
    assert backtest(since="2024-03-01", until="2024-06-01").until == date(2024, 6, 1)


def test_a_period_without_a_day_is_as_before():
    policy = backtest(since=None, scope=("What happened in spring?",), aliases=("Spring fair",))
    assert policy.since is None
    assert policy.names == ("Spring fair",)
    assert "scope is empty" in fault(since=None, scope=())


def test_what_does_not_fit_is_named():
    assert "since stands in a policy of kind 'person'" in fault(kind="person")
    assert "'soon' is not a date" in fault(since="soon")
    assert "until 2024-03-01 is not after since 2024-03-01" in fault(until="2024-03-01")
    assert "until stands in a policy without since" in fault(since=None, until="2024-03-01")
    assert "response 'icul' does not go with since" in fault(response="icul")


def test_a_file_may_give_days(write: Write):
    text = "---\nid: b\ntitle: B\nkind: period\nsince: 2024-03-01\nresponse: pretend\n---\nDo.\n"
    assert parse_policy(write("policies/b.md", text=text)).since == SINCE


def test_a_fresh_file_of_a_period_offers_days(write: Write):
    text = new_policy_text("spring", "Spring", "period", "pretend")
    assert "\nsince:\nuntil:\n" in text
    filled = text.replace("since:\n", "since: 2024-03-01\n")
    assert parse_policy(write("policies/spring.md", text=filled)).since == SINCE
    assert "\nsince:\n" not in new_policy_text("jane", "Jane Roe", "person", "pretend")


def test_days_show_in_the_policy_as_json():
    assert Policy.model_validate_json(backtest().model_dump_json()).since == SINCE
