"""A look tells whether a folder of prompt files is as it was, whatever was done to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from prompts.look import look


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "prompts"
    (made / "policies" / "people").mkdir(parents=True)
    (made / "policies" / "people" / "mara.md").write_text("Mara")
    (made / "router.md").write_text("Route.")
    return made


def test_a_folder_that_nobody_touched_is_the_same(folder: Path):
    first = look(folder)
    assert not first.moved()
    assert look(folder).files == first.files


@pytest.mark.parametrize("scratch", [".hidden", "mara.md~", "#mara.md#", "mara.md.swp"])
def test_what_editors_keep_while_they_work_is_no_change(folder: Path, scratch: str):
    first = look(folder)
    (folder / "policies" / scratch).write_text("x")
    assert look(folder).files == first.files


def test_files_that_come_go_or_are_renamed_move_their_folder(folder: Path):
    people = folder / "policies" / "people"
    for change in (
        lambda: (people / "ann.md").write_text("Ann"),
        lambda: (people / "ann.md").rename(people / "bob.md"),
        lambda: (people / "bob.md").unlink(),
        lambda: (people / "sub").mkdir(),
    ):
        before = look(folder)
        change()
        assert before.moved()


def test_a_file_that_is_written_over_is_seen_by_the_look_at_every_file_alone(folder: Path):
    file, before = folder / "policies" / "people" / "mara.md", look(folder)
    file.write_text("Mara Quill")
    assert not before.moved()
    assert look(folder).files != before.files
    # Of the same length too: its time tells.
    before = look(folder)
    file.write_text("Mara Vale!")
    os.utime(file, ns=(1, 1))
    assert look(folder).files != before.files


def test_a_link_that_is_turned_moves_the_folder(tmp_path: Path, folder: Path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "mara.md").write_text("Mara")
    link = folder / "policies" / "linked"
    link.symlink_to(other)
    before = look(folder)
    new = tmp_path / "new"
    new.mkdir()
    (new / "mara.md").write_text("Mara")
    link.unlink()
    link.symlink_to(new)
    assert before.moved()
    assert look(folder).files != before.files


def test_a_link_to_a_folder_around_it_ends(folder: Path):
    (folder / "policies" / "loop").symlink_to(folder)
    assert str(folder / "policies" / "loop") not in look(folder).folders


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(OSError, match="nowhere"):
        look(tmp_path / "nowhere")
