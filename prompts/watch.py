"""A book that follows its folder while the product runs.

    with BookWatcher(folder, on_book=gateway.swap, on_stale=gateway.report, book=book):
        serve()

The operating system's notices make it quick (a tenth of a second or two). Looks make it sure,
because notices do not survive a folder that is replaced, a symbolic link that is turned or a
network drive: twice a second at the folders, and at every file in half a hundredth of the time,
which for 100,000 files is once in a minute or two. Each good file is taken in; of a bad one the
last good version stays, and a folder that is gone changes nothing. Both are reported.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from watchfiles import Change, watch

from prompts.book import PolicyBook, load_book
from prompts.errors import BookError, PromptError
from prompts.files import is_scratch
from prompts.look import Look, looked
from prompts.salvage import Stale, load_good

_LOG = logging.getLogger(__name__)
_DEBOUNCE_MS = 250
_LOOK_EVERY = 0.5
_SHARE = 200
"""A look that takes a second is taken every two hundred seconds: half a hundredth of the time."""
_SETTLE = 0.1
_SETTLE_TRIES = 5
_REJECTIONS = 3
_RETRY_NATIVE = 30.0


class BookWatcher:
    """Calls `on_book` with every new book, `on_stale` with every new bad state, None when it ends.

    `on_book` may raise BookError: the files that its faults name count as bad. Both are called
    from one daemon thread (`on_stale` also from `start`). `book` is the one already in force;
    without it `start` takes the folder as it stands. `in_force` says which is, where others put
    books in force, too. With `allow_empty` the last policy may go. `force_polling` does without
    the operating system's notices.
    """

    def __init__(
        self,
        directory: Path,
        on_book: Callable[[PolicyBook], None],
        on_stale: Callable[[Stale | None], None],
        *,
        book: PolicyBook | None = None,
        in_force: Callable[[], PolicyBook] | None = None,
        allow_empty: bool = False,
        force_polling: bool = False,
    ) -> None:
        self._directory = directory
        self._on_book = on_book
        self._on_stale = on_stale
        self._book = book
        self._in_force = in_force
        self._allow_empty = allow_empty
        self._native_from = float("inf") if force_polling else 0.0
        self._seen: Look | None = None
        self._first_look = True
        self._look_every = _LOOK_EVERY
        self._files_due = 0.0
        self._stale: Stale | None = None
        self._refused: str | None = None
        self._stop = threading.Event()
        self._hurried = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def stale(self) -> Stale | None:
        """What of the folder is not in force as it stands; None while all of it is."""
        book = self._last()
        if book is not None and book.digest == self._refused:
            return None  # somebody else has put it in force meanwhile
        return self._stale

    def start(self) -> None:
        """Begin to watch; raise RuntimeError if this watcher was started before."""
        if self._thread is not None:
            raise RuntimeError("this watcher was started before; make a new one")
        if self._last() is None:
            try:
                self._book = load_book(self._directory, allow_empty=self._allow_empty)
            except BookError as error:
                self._report(Stale(error, whole=True))
        last = self._last()
        if last is not None and last.seen is not None and last.directory == self._directory:
            # Only what changed since the book was read is news.
            self._seen, self._first_look = last.seen, False
        self._thread = threading.Thread(target=self._run, name="book-watcher", daemon=True)
        self._thread.start()

    def hurry(self) -> None:
        """Read every file within half a second, noticed or not. A signal handler may call this."""
        self._hurried.set()

    def stop(self) -> None:
        """End the thread; no call-back runs after this returns, unless one is running it."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        while not self._stop.is_set():
            began = self._identity()
            self._look(noticed=False)
            if began is None or time.monotonic() < self._native_from:
                self._stop.wait(self._look_every)
                continue
            for noticed in self._notices():
                self._look(noticed=noticed)
                if self._identity() != began:
                    break  # another folder lies at this path now: the notices are of the old one

    def _notices(self) -> Iterator[bool]:
        """Yield True when files changed, and False when it is time for a look of one's own."""
        try:
            for changes in watch(
                self._directory,
                watch_filter=_is_of_interest,
                debounce=_DEBOUNCE_MS,
                step=50,
                stop_event=self._stop,
                rust_timeout=int(self._look_every * 1000),
                yield_on_timeout=True,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                yield bool(changes)
        except (OSError, RuntimeError) as error:
            # Out of watches, an unsupported file system, or the folder went away just now.
            _LOG.warning("watching by polling: %s", type(error).__name__)
            self._native_from = time.monotonic() + _RETRY_NATIVE

    def _look(self, *, noticed: bool) -> None:
        """Load the folder if it changed. A fault of a call-back is logged and ends nothing."""
        try:
            hurried = self._hurried.is_set()
            self._hurried.clear()
            noticed = noticed or hurried
            if not noticed and not self._due():
                return
            seen = self._files()
            if self._first_look or noticed or _differ(seen, self._seen):
                self._first_look = False
                self._seen = seen
                self._load()
        except Exception as error:  # noqa: BLE001 (the thread must outlive a bad call-back)
            # The message of the error may hold names; its type does not.
            _LOG.error("a change of the prompt files was not taken in: %s", type(error).__name__)

    def _load(self) -> None:
        """Hand on what the folder holds, once it holds still.

        Editors delete a file and write it anew, or empty it and fill it: a fault is believed
        only when it is still there a moment later.
        """
        earlier: BookError | None = None
        for _ in range(_SETTLE_TRIES):
            try:
                last = self._last()
                book = load_book(
                    self._directory,
                    allow_empty=self._allow_empty,
                    known=last.known() if last is not None else None,
                )
            except BookError as error:
                if earlier is not None and earlier.errors == error.errors:
                    break
                earlier = error
                if self._stop.wait(_SETTLE):
                    return
                continue
            self._take(book, None)
            return
        if earlier is not None:
            self._refused = None
            self._salvage(earlier, ())

    def _last(self) -> PolicyBook | None:
        return self._book if self._in_force is None else self._in_force()

    def _take(self, book: PolicyBook, stale: Stale | None) -> None:
        """Hand on a book, without the files that whoever uses it cannot put in force."""
        error = self._refusal(book)
        self._refused = None if error is None else book.digest
        if error is None:
            self._report(stale)
        else:
            self._salvage(error, error.errors)

    def _salvage(self, error: BookError, rejected: tuple[PromptError, ...]) -> None:
        """Put in force what is good of the folder, where anything was in force before."""
        for _ in range(_REJECTIONS):
            last = self._last()
            if last is None:
                break
            try:
                salvaged = load_good(
                    self._directory, last, rejected=rejected, allow_empty=self._allow_empty
                )
            except BookError as worse:
                error = worse
                break
            refused = self._refusal(salvaged.book)
            if refused is None:
                self._report(salvaged.stale)
                return
            if set(refused.errors) <= set(rejected):
                break
            rejected = (*rejected, *refused.errors)
        self._report(Stale(error, whole=True))

    def _refusal(self, book: PolicyBook) -> BookError | None:
        """Hand a book on that is not in force yet; what its user has against it."""
        last = self._last()
        if self._stop.is_set() or (last is not None and last.digest == book.digest):
            return None
        try:
            if last is not None and last.policies and not book.policies and not self._allow_empty:
                raise BookError([_emptied(self._directory)])
            self._on_book(book)
        except BookError as error:
            return error
        self._book = book
        return None

    def _report(self, stale: Stale | None) -> None:
        known, self._stale = self._stale, stale
        if (known is None) != (stale is None) or (known and stale and _news(known, stale)):
            self._on_stale(stale)

    def _identity(self) -> tuple[int, int] | None:
        """Say which folder lies at the path; None if there is none."""
        try:
            status = os.stat(self._directory)
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _due(self) -> bool:
        """Is it time for a look at every file? It is at once where a folder is not as it was."""
        began = time.monotonic()
        if self._first_look or self._seen is None or began >= self._files_due:
            return True
        moved = self._seen.moved()
        self._look_every = max(_LOOK_EVERY, _SHARE * (time.monotonic() - began))
        return moved

    def _files(self) -> Look | None:
        """A look at every file; None if a folder cannot be listed."""
        began = time.monotonic()
        seen = looked(self._directory)
        now = time.monotonic()
        self._files_due = now + max(_LOOK_EVERY / 2, _SHARE * (now - began))
        return seen


def _news(known: Stale, stale: Stale) -> bool:
    return (known.error.errors, known.kept, known.missing, known.whole) != (
        stale.error.errors, stale.kept, stale.missing, stale.whole,
    )  # fmt: skip


def _emptied(folder: Path) -> PromptError:
    problem = "the folder holds no policy any more, and an empty one guards nobody"
    return PromptError(folder.as_posix(), 1, problem, "put one there, or allow that there is none")


def _differ(one: Look | None, other: Look | None) -> bool:
    if one is None or other is None:
        return one is not other
    return one.files != other.files or one.folders.keys() != other.folders.keys()


def _is_of_interest(change: Change, path: str) -> bool:
    del change
    return not is_scratch(Path(path).name)
