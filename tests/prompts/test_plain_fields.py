"""Plain front matter says what YAML says, with the same lines, and is left to YAML where unsure."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.errors import PromptError
from prompts.front_matter import split_front_matter
from prompts.plain_fields import plain_fields

_SCALARS = [
    "Jane Doe", "1984", "null", "No", "~", "a: b", "a:b", "it # is", "#x", "é. x, [y]", '"q: 1"',
    '"a\\n"', "'it'", "'it''s'", '"', "- x", "|", "&a", "*a", "@x", "x ", " y", "x\tz", "x\u00a0y",
    "x\u2028y", "2027-01-31", "a-b", "", "...", "---x", "{a", "x]", "\u738b\u5c0f\u660e", "?", "a?",
]  # fmt: skip
_FIELDS = st.tuples(st.sampled_from("abc"), st.sampled_from(_SCALARS)).map(": ".join)
_ITEMS = st.tuples(st.sampled_from(["", " ", "  ", "    "]), st.sampled_from(_SCALARS)).map(
    "- ".join
)
_OTHER = st.sampled_from(["a:", "b:", "c: ", "d:", "", "  more", "# note", "...", "e_f: x"])
_ROWS = st.one_of(_FIELDS, _ITEMS, _OTHER)


@given(st.lists(_ROWS, max_size=7))
@settings(max_examples=150, deadline=None)
def test_what_is_read_as_plain_is_what_yaml_reads(rows: list[str]):
    source = "".join(f"\n{row}" for row in rows) + "\n"
    read = plain_fields(source)
    if read is None:
        return
    assert read[0] == yaml.load(source, yaml.CBaseLoader)
    by_parser = split_front_matter("a.md", f"---{source}# a comment, for the parser\n---\nBody.\n")
    assert by_parser.values == read[0]
    assert by_parser.lines == read[1]


def test_ordinary_front_matter_is_plain():
    source = '\nid: jane-doe\nkind: person\naliases:\n  - Doe, Jane\n  - "J. D."\nscope:\n- Who?\n'
    read = plain_fields(source)
    assert read is not None
    assert read[0]["aliases"] == ["Doe, Jane", "J. D."]
    assert read[1][("scope", 0)] == 8


def test_a_field_written_twice_is_still_told():
    front = split_front_matter("a.md", "---\nid: a\nid: b\n---\nBody.\n")
    assert "written twice" in front.errors[0].problem
    with pytest.raises(PromptError, match="nested"):
        split_front_matter("a.md", "---\na: [[[[[x]]]]]\n---\nBody.\n")
