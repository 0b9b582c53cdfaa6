"""Of a folder that is good in part: every good file, and of a bad one what held before."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompts.book import PolicyBook, load_book
from prompts.errors import BookError, PromptError
from prompts.salvage import Salvaged, load_good
from tests.prompts.conftest import GOOD, Write

BAD = GOOD.replace("pretend", "hide")


def ids(book: PolicyBook) -> list[str]:
    return [policy.id for policy in book.policies]


def names(paths: tuple[str, ...]) -> list[str]:
    return [Path(path).name for path in paths]


def state(salvaged: Salvaged) -> tuple[list[str], list[str], list[str]]:
    """Policies in force; files whose last version was kept; files that put nothing in force."""
    stale = salvaged.stale
    if stale is None:
        return ids(salvaged.book), [], []
    return ids(salvaged.book), names(stale.kept), names(stale.missing)


def test_a_good_folder_is_the_book_that_load_book_gives(prompt_folder: Path, write: Write):
    write()
    last = load_book(prompt_folder)
    write("policies/ann.md", id="ann")
    salvaged = load_good(prompt_folder, last)
    assert salvaged.stale is None
    assert salvaged.book.digest == load_book(prompt_folder).digest


def test_the_last_good_version_stays_beside_what_is_new(prompt_folder: Path, write: Write):
    write()
    write("policies/ann.md", id="ann")
    last = load_book(prompt_folder)
    write(text=BAD.format(id="mara"))
    write("policies/ann.md", text=GOOD.format(id="ann").replace("Mara", "Maria"))
    write("policies/bob.md", id="bob")
    write("policies/cid.md", text=BAD.format(id="cid"))
    write("policies/dan.yaml", text="id: dan")
    salvaged = load_good(prompt_folder, last)
    assert state(salvaged) == (["ann", "bob", "mara"], ["mara.md"], ["cid.md", "dan.yaml"])
    assert salvaged.book.get("mara") == last.get("mara")
    assert salvaged.book.get("ann").title == "Maria Quill"
    # It can be salvaged from again, and a file that is deleted is gone.
    (prompt_folder / "policies/cid.md").unlink()
    (prompt_folder / "policies/dan.yaml").unlink()
    again = load_good(prompt_folder, salvaged.book)
    assert state(again) == (["ann", "bob", "mara"], ["mara.md"], [])
    (prompt_folder / "policies/mara.md").unlink()
    assert state(load_good(prompt_folder, again.book)) == (["ann", "bob"], [], [])


def test_books_that_keep_different_versions_have_different_digests(
    prompt_folder: Path, write: Write
):
    digests: set[str] = set()
    for name in ("Mara", "Maria"):
        write(text=GOOD.format(id="mara").replace("Mara", name))
        last = load_book(prompt_folder)
        write(text=BAD.format(id="mara"))
        write("policies/ann.md", id="ann")
        digests |= {last.digest, load_good(prompt_folder, last).book.digest}
        (prompt_folder / "policies/ann.md").unlink()
    assert len(digests) == 4


def test_a_book_that_a_bad_file_does_not_change_is_the_same(prompt_folder: Path, write: Write):
    write()
    last = load_book(prompt_folder)
    write("policies/ann.md", text=BAD.format(id="ann"))
    assert load_good(prompt_folder, last).book is last
    write(text=BAD.format(id="mara"))
    assert load_good(prompt_folder, last).book is last


def test_a_bad_file_that_was_renamed_keeps_its_policy(prompt_folder: Path, write: Write):
    path = write()
    last = load_book(prompt_folder)
    path.rename(path.with_name("other.md"))
    write("policies/other.md", text=BAD.format(id="mara"))
    assert state(load_good(prompt_folder, last)) == (["mara"], ["other.md"], [])


def test_an_id_stays_with_the_file_that_had_it(prompt_folder: Path, write: Write):
    write("policies/b.md", id="same")
    last = load_book(prompt_folder)
    write("policies/a.md", text=GOOD.format(id="same").replace("Mara", "Maria"))
    salvaged = load_good(prompt_folder, last)
    assert salvaged.book.get("same").title == "Mara Quill"
    write("policies/b.md", text="no policy")
    salvaged = load_good(prompt_folder, last)
    assert state(salvaged) == (["same"], ["b.md"], ["a.md"])
    assert salvaged.book.get("same").title == "Mara Quill"


def test_of_two_new_files_with_one_id_one_is_in_force(prompt_folder: Path, write: Write):
    write()
    last = load_book(prompt_folder)
    write("policies/a.md", id="same")
    write("policies/b.md", id="same")
    assert state(load_good(prompt_folder, last)) == (["mara", "same"], [], ["b.md"])
    write("policies/a.md", text=BAD.format(id="same"))
    assert state(load_good(prompt_folder, last)) == (["mara", "same"], [], ["a.md"])


def test_prompts_keep_their_last_version_too(prompt_folder: Path, write: Write):
    write()
    write("workers/refuse.md", text="No.")
    write("workers/refuse.es.md", text="No, gracias.")
    last = load_book(prompt_folder)
    write("workers/refuse.md", text="{{ titel }}")
    write("workers/refuse.es.md", text="{{ titel }}")
    write("workers/pretned.md", text="x")
    write("policies/ann.md", id="ann")
    salvaged = load_good(prompt_folder, last)
    assert salvaged.book.templates["workers/refuse"].text == "No."
    assert salvaged.book.template_in("workers/refuse", "es").text == "No, gracias."
    kept = ["pretned.md", "refuse.es.md", "refuse.md"]
    assert state(salvaged) == (["ann", "mara"], kept, [])


def test_a_bad_file_of_examples_stands_with_its_policy(prompt_folder: Path, write: Write):
    write("policies/p.jsonl", '{"question": "Who?", "answer": "x"}\n')
    write(text=GOOD.format(id="mara").replace("scope:", "examples: p.jsonl\nscope:"))
    last = load_book(prompt_folder)
    write("policies/p.jsonl", "nothing")
    salvaged = load_good(prompt_folder, last)
    assert state(salvaged)[0] == ["mara"]
    assert state(salvaged)[2] == []
    assert salvaged.book.get("mara").examples[0].answer == "x"


def test_what_its_user_rejects_counts_as_bad(prompt_folder: Path, write: Write):
    write()
    last = load_book(prompt_folder)
    new = write("policies/ann.md", id="ann")
    rejected = [PromptError(new.as_posix(), 1, "sealed", "unseal it")]
    assert state(load_good(prompt_folder, last, rejected=rejected)) == (["mara"], [], ["ann.md"])


def test_nothing_is_taken_from_a_folder_that_is_not_there(prompt_folder: Path, write: Write):
    write()
    last = load_book(prompt_folder)
    for folder in (prompt_folder / "absent", prompt_folder / "policies"):
        if folder.exists():
            (folder / "mara.md").unlink()
        with pytest.raises(BookError):
            load_good(folder, last)


def test_a_linked_folder_is_read_and_a_circle_is_not_walked(prompt_folder: Path, write: Write):
    write("elsewhere/ann.md", id="ann")
    (prompt_folder / "policies/linked").symlink_to("../elsewhere")
    (prompt_folder / "policies/round").symlink_to("..")
    (prompt_folder / "elsewhere/self").symlink_to(".")
    assert ids(load_book(prompt_folder)) == ["ann"]
