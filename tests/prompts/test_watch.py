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
from prompts.errors import BookError, PromptError
from prompts.salvage import Stale
from prompts.watch import BookWatcher
from tests.prompts.conftest import GOOD, Write

pytestmark = pytest.mark.slow
WITHIN = 5.0
BAD = GOOD.replace("pretend", "hide")


class Seen:
    """Keeps what the watcher said, and waits until it says what a test expects."""

    def __init__(self) -> None:
        self.books: list[PolicyBook] = []
        self.states: list[Stale | None] = []
        self._news = threading.Condition()

    def book(self, book: PolicyBook) -> None:
        with self._news:
            self.books.append(book)
            self._news.notify_all()

    def stale(self, stale: Stale | None) -> None:
        with self._news:
            self.states.append(stale)
            self._news.notify_all()

    @property
    def errors(self) -> list[BookError]:
        return [state.error for state in self.states if state is not None]

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
    with BookWatcher(prompt_folder, seen.book, seen.stale, force_polling=polling):
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


def names(paths: tuple[str, ...]) -> list[str]:
    return [Path(path).name for path in paths]


def test_a_bad_file_keeps_no_good_one_out_and_is_reported_once(seen: Seen, write: Write):
    write(text=BAD.format(id="mara"))
    assert seen.until(lambda: len(seen.states) == 1)
    state = seen.states[0]
    assert state is not None
    assert "response 'hide'" in str(state.error)
    assert (names(state.kept), state.missing, state.whole) == (["mara.md"], (), False)
    write("policies/ann.md", id="ann")
    assert seen.until_ids("ann", "mara")
    assert seen.books[-1].get("mara").response == "pretend"
    write(text=BAD.format(id="mara").replace("hide", "conceal"))
    assert seen.until(lambda: "conceal" in str(seen.errors[-1]))
    write()
    assert seen.until(lambda: seen.states[-1] is None)
    assert len({str(error) for error in seen.errors}) == len(seen.errors)


def test_a_bad_file_that_never_was_good_is_missing(seen: Seen, write: Write):
    path = write("policies/ann.md", text=BAD.format(id="ann"))
    assert seen.until(lambda: bool(seen.states))
    state = seen.states[0]
    assert state is not None
    assert (state.kept, names(state.missing)) == ((), ["ann.md"])
    write("policies/bob.md", id="bob")
    assert seen.until_ids("bob", "mara")
    path.unlink()
    assert seen.until(lambda: seen.states[-1] is None)


def test_the_last_policy_goes_only_where_that_is_allowed(prompt_folder: Path, write: Write):
    path = write()
    seen = Seen()
    with BookWatcher(prompt_folder, seen.book, seen.stale):
        path.unlink()
        assert seen.until(lambda: bool(seen.errors))
        assert "holds no policy any more" in str(seen.errors[0])
        write()
        assert seen.until(lambda: seen.states[-1] is None)
    with BookWatcher(prompt_folder, seen.book, seen.stale, allow_empty=True):
        path.unlink()
        assert seen.until_ids()


def test_files_that_cannot_be_put_in_force_keep_no_other_out(prompt_folder: Path, write: Write):
    write()
    seen = Seen()

    def refuse_bob(book: PolicyBook) -> None:
        faults = [PromptError(p.path, 1, "no", "no") for p in book.policies if p.id == "bob"]
        if faults:
            raise BookError(faults)
        seen.book(book)

    with BookWatcher(prompt_folder, refuse_bob, seen.stale):
        write("policies/bob.md", id="bob")
        write("policies/ann.md", id="ann")
        assert seen.until_ids("ann", "mara")
        assert seen.until(lambda: bool(seen.states))
        state = seen.states[-1]
        assert state is not None
        assert names(state.missing) == ["bob.md"]


def test_a_mounted_config_map_is_swapped_by_its_link(tmp_path: Path):
    """As Kubernetes does it: files link to ..data, which is turned from one folder to another."""
    mounted = tmp_path / "prompts" / "policies"

    def fill(version: str, *ids: str) -> None:
        for id in ids:
            file = mounted / version / "sub" / f"{id}.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(GOOD.format(id=id), encoding="utf-8")
        (mounted / "..data_tmp").symlink_to(version)
        os.replace(mounted / "..data_tmp", mounted / "..data")

    fill("..2026_01", "ann")
    (mounted / "sub").symlink_to("..data/sub")
    assert _ids(load_book(tmp_path / "prompts")) == ["ann"]
    seen = Seen()
    with BookWatcher(tmp_path / "prompts", seen.book, seen.stale):
        fill("..2026_02", "ann", "bob")
        assert seen.until_ids("ann", "bob")
        shutil.rmtree(mounted / "..2026_01")
        fill("..2026_03", "bob")
        assert seen.until_ids("bob")
    assert not seen.errors


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
    with BookWatcher(link, seen.book, seen.stale):
        (tmp_path / "next").symlink_to("two")
        os.replace(tmp_path / "next", link)
        assert seen.until_ids("two")
        (tmp_path / "two" / "b.md").write_text(GOOD.format(id="three"), encoding="utf-8")
        assert seen.until_ids("three", "two")


def test_a_change_before_the_start_is_not_missed(prompt_folder: Path, write: Write):
    write()
    book = load_book(prompt_folder)
    write("policies/ann.md", id="ann")
    seen = Seen()
    with BookWatcher(prompt_folder, seen.book, seen.stale, book=book):
        assert seen.until_ids("ann", "mara")


def test_a_folder_bad_from_the_start(prompt_folder: Path, write: Write):
    write(text=BAD.format(id="mara"))
    seen = Seen()
    with BookWatcher(prompt_folder, seen.book, seen.stale) as watcher:
        assert watcher.stale is not None
        assert watcher.stale.whole
        write()
        assert seen.until_ids("mara")
        assert seen.until(lambda: watcher.stale is None)
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

    with BookWatcher(prompt_folder, fail_once, seen.stale):
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
    watcher = BookWatcher(prompt_folder, seen.book, seen.stale)
    watcher.start()
    with pytest.raises(RuntimeError, match="started before"):
        watcher.start()
    watcher.stop()
    write("policies/ann.md", id="ann")
    assert not any(thread.name == "book-watcher" for thread in threading.enumerate())
    assert not seen.books


def test_a_book_that_was_read_a_moment_ago_is_not_read_again(
    prompt_folder: Path, write: Write, monkeypatch: pytest.MonkeyPatch
):
    path = write()
    book, read = load_book(prompt_folder), []
    seen = Seen()

    def counted(folder: Path, **more: bool) -> PolicyBook:
        read.append(folder)
        return load_book(folder, **more)

    monkeypatch.setattr("prompts.watch.load_book", counted)
    with BookWatcher(prompt_folder, seen.book, seen.stale, book=book):
        time.sleep(1.5)
        assert read == []
        path.write_text(path.read_text().replace("Mara", "Maria"))
        assert seen.until(lambda: bool(seen.books))
    assert read
