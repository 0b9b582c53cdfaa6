"""A running product takes in what people and editors do to its prompt files, within 2 s."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from prompts.book import PolicyBook, load_book
from prompts.errors import BookError
from prompts.watch import BookWatcher
from tests.prompts.conftest import GOOD, Write

pytestmark = pytest.mark.slow
WITHIN = 5.0
BAD = GOOD.replace("pretend", "hide")


class Seen:
    """Keeps what the watcher said, and waits until it says what a test expects."""

    def __init__(self) -> None:
        self.books: list[PolicyBook] = []
        self.errors: list[BookError] = []
        self._news = threading.Condition()

    def book(self, book: PolicyBook) -> None:
        with self._news:
            self.books.append(book)
            self._news.notify_all()

    def error(self, error: BookError) -> None:
        with self._news:
            self.errors.append(error)
            self._news.notify_all()

    def until(self, expected: Callable[[], bool]) -> bool:
        with self._news:
            return self._news.wait_for(expected, timeout=WITHIN)

    def until_ids(self, *ids: str) -> bool:
        return self.until(lambda: bool(self.books) and _ids(self.books[-1]) == list(ids))


def _ids(book: PolicyBook) -> list[str]:
    return [policy.id for policy in book.policies]


@pytest.fixture(params=[False, True], ids=["notices", "polling"])
def seen(prompt_folder: Path, write: Write, request: pytest.FixtureRequest) -> Iterator[Seen]:
    """A watcher on a prompt folder with one policy, `mara`."""
    write()
    seen = Seen()
    polling = bool(request.param)
    with BookWatcher(prompt_folder, seen.book, seen.error, force_polling=polling):
        yield seen


def test_edit_add_rename_and_delete(seen: Seen, write: Write):
    path = write(text=GOOD.format(id="mara").replace("Mara", "Maria"))
    assert seen.until(lambda: bool(seen.books) and seen.books[-1].get("mara").title[:5] == "Maria")
    write("policies/ann.md", id="ann")
    assert seen.until_ids("ann", "mara")
    path.rename(path.with_name("renamed.md"))
    assert seen.until(lambda: seen.books[-1].get("mara").path.endswith("renamed.md"))
    path.with_name("renamed.md").unlink()
    assert seen.until_ids("ann")
    assert not seen.errors


def test_examples_workers_and_root_files_count(seen: Seen, write: Write):
    write("policies/p.jsonl", '{"question": "Who?", "answer": "x"}\n')
    write(text=GOOD.format(id="mara").replace("scope:", "examples: p.jsonl\nscope:"))
    assert seen.until(lambda: bool(seen.books) and bool(seen.books[-1].get("mara").examples))
    write("policies/p.jsonl", '{"question": "Who?", "answer": "y"}\n')
    assert seen.until(lambda: seen.books[-1].get("mara").examples[0].answer == "y")
    write("workers/refuse.md", text="No.")
    assert seen.until(lambda: seen.books[-1].templates["workers/refuse"].text == "No.")
    write("composer.md", text="{{ parts }}")
    assert seen.until(lambda: seen.books[-1].templates["composer"].text == "{{ parts }}")


def test_a_bad_file_changes_nothing_and_is_reported_once(seen: Seen, write: Write):
    write(text=BAD.format(id="mara"))
    assert seen.until(lambda: len(seen.errors) == 1)
    assert "response 'hide'" in str(seen.errors[0])
    write("policies/ann.md", id="ann")
    write(text=BAD.format(id="mara").replace("hide", "conceal"))
    assert seen.until(lambda: "conceal" in str(seen.errors[-1]))
    assert not seen.books
    write()
    assert seen.until_ids("ann", "mara")
    assert len({str(error) for error in seen.errors}) == len(seen.errors)


def test_a_folder_that_vanishes_and_comes_back(seen: Seen, prompt_folder: Path, write: Write):
    away = prompt_folder.with_name("away")
    prompt_folder.rename(away)
    assert seen.until(lambda: any("does not exist" in str(error) for error in seen.errors))
    shutil.copytree(away, prompt_folder)
    write("policies/ann.md", id="ann")
    assert seen.until_ids("ann", "mara")
    write("policies/bob.md", id="bob")
    assert seen.until_ids("ann", "bob", "mara")


def test_policies_replaced_as_a_whole(seen: Seen, prompt_folder: Path, write: Write):
    write("policies.new/ann.md", id="ann")
    (prompt_folder / "policies").rename(prompt_folder / "policies.old")
    (prompt_folder / "policies.new").rename(prompt_folder / "policies")
    assert seen.until_ids("ann")
    write("policies/bob.md", id="bob")
    assert seen.until_ids("ann", "bob")


def test_editors_that_write_a_second_file_and_swap_it(
    seen: Seen, prompt_folder: Path, write: Write
):
    for number in range(3):
        text = GOOD.format(id=f"mara-{number}")
        write("policies/.mara.md.swp", text="\0")
        write("policies/mara.md.tmp", text=text)
        os.replace(prompt_folder / "policies/mara.md.tmp", prompt_folder / "policies/mara.md")
        assert seen.until_ids(f"mara-{number}")
    assert not seen.errors


def test_a_turned_link_is_another_folder(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text(GOOD.format(id=name), encoding="utf-8")
    link = tmp_path / "current"
    link.symlink_to("one")
    seen = Seen()
    with BookWatcher(link, seen.book, seen.error):
        (tmp_path / "next").symlink_to("two")
        os.replace(tmp_path / "next", link)
        assert seen.until_ids("two")
        (tmp_path / "two" / "b.md").write_text(GOOD.format(id="three"), encoding="utf-8")
        assert seen.until_ids("three", "two")


def test_a_change_before_the_start_is_not_missed(prompt_folder: Path, write: Write):
    write()
    digest = load_book(prompt_folder).digest
    write("policies/ann.md", id="ann")
    seen = Seen()
    with BookWatcher(prompt_folder, seen.book, seen.error, digest=digest):
        assert seen.until_ids("ann", "mara")


def test_a_folder_bad_from_the_start(prompt_folder: Path, write: Write):
    write(text=BAD.format(id="mara"))
    seen = Seen()
    with BookWatcher(prompt_folder, seen.book, seen.error) as watcher:
        assert watcher.last_error is not None
        write()
        assert seen.until_ids("mara")
        assert watcher.last_error is None
    assert len(seen.errors) == 1


def test_a_call_back_that_fails_does_not_end_the_watch(
    prompt_folder: Path, write: Write, caplog: pytest.LogCaptureFixture
):
    write()
    seen = Seen()
    failed = threading.Event()

    def fail_once(book: PolicyBook) -> None:
        if not failed.is_set():
            failed.set()
            raise ValueError("Mara Quill")
        seen.book(book)

    with BookWatcher(prompt_folder, fail_once, seen.error):
        write("policies/ann.md", id="ann")
        assert failed.wait(WITHIN)
        write("policies/bob.md", id="bob")
        assert seen.until_ids("ann", "bob", "mara")
    assert "ValueError" in caplog.text
    assert "Quill" not in caplog.text


def test_a_change_is_taken_in_within_two_seconds(seen: Seen, write: Write):
    write("policies/ann.md", id="ann")
    began = time.monotonic()
    assert seen.until_ids("ann", "mara")
    assert time.monotonic() - began < 2


def test_stop_ends_the_call_backs(prompt_folder: Path, write: Write):
    write()
    seen = Seen()
    watcher = BookWatcher(prompt_folder, seen.book, seen.error)
    watcher.start()
    with pytest.raises(RuntimeError, match="started before"):
        watcher.start()
    watcher.stop()
    write("policies/ann.md", id="ann")
    assert not any(thread.name == "book-watcher" for thread in threading.enumerate())
    assert not seen.books
