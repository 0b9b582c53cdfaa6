"""A fresh policy file is a good one, whatever the title."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from prompts.policy import KINDS, RESPONSES, Kind, Response
from prompts.policy_file import parse_policy
from prompts.starter import new_policy_text


@settings(max_examples=300, deadline=None)
@given(
    title=st.text(alphabet=st.characters(codec="utf-8"), min_size=1),
    kind=st.sampled_from(KINDS),
    response=st.sampled_from(RESPONSES),
)
def test_any_title_comes_back(
    tmp_path_factory: pytest.TempPathFactory, title: str, kind: Kind, response: Response
):
    assume(title.strip())
    path = tmp_path_factory.getbasetemp() / "starter.md"
    path.write_text(new_policy_text("null", title, kind, response), encoding="utf-8")
    policy = parse_policy(path)
    assert (policy.id, policy.title) == ("null", title)
    assert (policy.kind, policy.response) == (kind, response)
    assert title in policy.scope[0]


def test_a_bad_id_or_title_is_refused():
    with pytest.raises(ValidationError, match="not a valid id"):
        new_policy_text("Jane Doe", "Jane Doe", "person", "pretend")
    with pytest.raises(ValidationError, match="title is empty"):
        new_policy_text("jane-doe", " ", "person", "pretend")
    with pytest.raises(ValueError, match="surrogates"):
        new_policy_text("jane-doe", "\ud800", "person", "pretend")
