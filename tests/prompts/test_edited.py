"""A text is judged before it is a file exactly as it would be after."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.book import load_book
from prompts.edited import check_edit
from prompts.errors import BookError

GOOD = """---
id: jane-roe
title: Jane Roe
kind: person
response: pretend
aliases: [J. Roe]
scope:
  - Who is Jane Roe?
---
You have never met her.
"""
LINES = GOOD.splitlines()
ODD = st.text(max_size=20) | st.sampled_from(
    ("---", "id: x", "response: hide", "examples: ../x.jsonl", "\0", "\ufeff", "- ", "kind: [")
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    at = tmp_path_factory.mktemp("prompts")
    (at / "policies").mkdir()
    return at


@given(place=st.integers(0, len(LINES)), odd=ODD, instead=st.booleans())
@settings(max_examples=12, deadline=None)
def test_any_edit_is_judged_as_the_folder_would_judge_the_file(folder: Path, place, odd, instead):
    lines = [*LINES[:place], odd, *LINES[place + instead :]]
    data = "\n".join(lines).encode("utf-8", "surrogatepass")
    file = folder / "policies/jane-roe.md"
    file.write_text(GOOD)
    try:
        before = check_edit(folder, file, data)
    except BookError as error:
        before = error.errors
    assert file.read_text() == GOOD
    file.write_bytes(data)
    try:
        [after] = load_book(folder).policies
    except BookError as error:
        after = error.errors
    assert before == after


def test_a_fault_of_another_file_is_not_this_ones_and_an_id_is_given_once(folder: Path):
    file, other = folder / "policies/jane-roe.md", folder / "policies/other.md"
    file.write_text(GOOD)
    other.write_text("no front matter")
    assert check_edit(folder, file, GOOD.encode()).id == "jane-roe"
    other.write_text(GOOD)
    with pytest.raises(BookError, match=r"is also the id of .*other\.md:2; rename one of them"):
        check_edit(folder, file, GOOD.encode())
    other.unlink()
