"""The difference of two books is what a reader of both would say."""

from __future__ import annotations

from pathlib import Path

from prompts.book import load_book
from prompts.difference import Change, FieldChange, difference
from tests.prompts.conftest import GOOD, Write


def test_policies_and_templates_field_by_field(prompt_folder: Path, write: Write):
    path = write()
    write("policies/ann.md", id="ann")
    write("workers/refuse.md", text="No.")
    old = load_book(prompt_folder)
    (prompt_folder / "policies/ann.md").unlink()
    write("policies/bob.md", id="bob")
    write("workers/refuse.md", text="Never.")
    path.unlink()
    text = GOOD.format(id="mara").replace("pretend", "refuse").replace("Who is", "Where is")
    write("policies/moved.md", text=text)
    changes = difference(old, load_book(prompt_folder))
    assert changes == [
        Change("policy", "ann", "removed"),
        Change("policy", "bob", "added"),
        Change(
            "policy",
            "mara",
            "changed",
            (
                FieldChange("response", "pretend", "refuse"),
                FieldChange(
                    "scope",
                    ("Who is Mara Quill?",),
                    ("Where is Mara Quill?",),
                    added=("Where is Mara Quill?",),
                    removed=("Who is Mara Quill?",),
                ),
            ),
        ),
        Change("template", "workers/refuse", "changed", (FieldChange("text", "No.", "Never."),)),
    ]


def test_a_moved_file_is_no_difference(prompt_folder: Path, write: Write):
    path = write()
    old = load_book(prompt_folder)
    path.rename(path.with_name("moved.md"))
    assert difference(old, load_book(prompt_folder)) == []
