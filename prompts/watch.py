"""A book that follows its folder while the product runs.

    with BookWatcher(folder, on_book=gateway.swap, on_error=gateway.report, digest=book.digest):
        serve()

The operating system's notices make it quick (a tenth of a second or two); a look at names, sizes
and times twice a second makes it sure, because notices do not survive a folder that is replaced,
a symbolic link that is turned or a network drive. A bad folder is reported and changes nothing.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

from watchfiles import Change, watch

from prompts.book import PolicyBook, load_book
from prompts.errors import BookError
from prompts.files import is_scratch, walk

Signature: TypeAlias = tuple[tuple[str, int, int, int], ...]

_LOG = logging.getLogger(__name__)
_DEBOUNCE_MS = 250
_LOOK_EVERY = 0.5
_LOOK_AT_LEAST_EVERY = 1.2
_SETTLE = 0.1
_SETTLE_TRIES = 5
_RETRY_NATIVE = 30.0


class BookWatcher:
    """Calls `on_book` with every new good book and `on_error` with every new bad state.

    A BookError that `on_book` raises is such a state, too. Both are called from one daemon thread
    (`on_error` also from `start`). `digest` is that of the book already in force; without it
    `start` takes the folder as it stands. `force_polling` does without the operating system's
    notices.
    """

    def __init__(
        self,
        directory: Path,
        on_book: Callable[[PolicyBook], None],
        on_error: Callable[[BookError], None],
        *,
        digest: str | None = None,
        force_polling: bool = False,
    ) -> None:
        self._directory = directory
        self._on_book = on_book
        self._on_error = on_error
        self._digest = digest
        self._native_from = float("inf") if force_polling else 0.0
        self._seen: Signature | None = None
        self._first_look = True
        self._look_every = _LOOK_EVERY
        self._last_error: BookError | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def last_error(self) -> BookError | None:
        """What is wrong with the folder now; None while it is good."""
        return self._last_error

    def start(self) -> None:
        """Begin to watch; raise RuntimeError if this watcher was started before."""
        if self._thread is not None:
            raise RuntimeError("this watcher was started before; make a new one")
        if self._digest is None:
            try:
                self._digest = load_book(self._directory).digest
            except BookError as error:
                self._report(error)
        self._thread = threading.Thread(target=self._run, name="book-watcher", daemon=True)
        self._thread.start()

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
            signature = self._signature()
            if self._first_look or noticed or signature != self._seen:
                self._first_look = False
                self._seen = signature
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
                book = load_book(self._directory)
            except BookError as error:
                if earlier is not None and earlier.errors == error.errors:
                    break
                earlier = error
                if self._stop.wait(_SETTLE):
                    return
                continue
            self._accept(book)
            return
        if earlier is not None:
            self._report(earlier)

    def _accept(self, book: PolicyBook) -> None:
        if book.digest != self._digest and not self._stop.is_set():
            try:
                self._on_book(book)
            except BookError as error:
                self._report(error)  # good files that whoever uses them cannot put in force
                return
            self._digest = book.digest
        self._last_error = None

    def _report(self, error: BookError) -> None:
        known = self._last_error
        self._last_error = error
        if known is None or known.errors != error.errors:
            self._on_error(error)

    def _identity(self) -> tuple[int, int] | None:
        """Say which folder lies at the path; None if there is none."""
        try:
            status = os.stat(self._directory)
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _signature(self) -> Signature | None:
        """Name, size, time and number of every file; None if the folder cannot be listed."""
        began = time.monotonic()
        found: list[tuple[str, int, int, int]] = []
        try:
            for path in walk(self._directory):
                found.append((str(path), *_state(path)))
        except OSError:
            return None
        # Looking at tens of thousands of files takes at most a twentieth of the time.
        cost = time.monotonic() - began
        self._look_every = min(max(_LOOK_EVERY, 20 * cost), _LOOK_AT_LEAST_EVERY)
        return tuple(found)


def _state(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0, 0)  # gone since it was listed, or a link to nowhere
    return status.st_size, status.st_mtime_ns, status.st_ino


def _is_of_interest(change: Change, path: str) -> bool:
    del change
    return not is_scratch(Path(path).name)
