"""``boxed serve --workers N``: one compile of the book, then a fork into each worker process.

What is compiled before the fork lies in memory that all workers share as long as nobody writes to
it. Models, connections, the store and its threads are made after it, in each worker: they would not
survive one. So is the book where a sentence model of one's own runs on torch, which cannot be
forked once it has computed. All workers take connections from one socket: one that waits there is
lost with no worker that dies.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from boxed.assemble import book_in_force, compiled
from boxed.box import Box
from boxed.commands import logs
from boxed.commands.console import console, told
from boxed.commands.serve_one import serve_one
from boxed.commands.unsearched import unsearched
from boxed.processes.board import Board
from boxed.processes.common import common_folder, forget_process, shared_settings
from boxed.processes.supervisor import supervise
from boxed.serving import Served, assemble_served
from boxed.settings import Settings, SettingsError
from boxed.store.embedding import load_embedder
from guards.compiled import CompiledBook
from guards.verdicts import Embed
from prompts.book import PolicyBook, shipped_directory
from prompts.errors import BookError
from prompts.salvage import load_good

__all__ = ["serve_several"]

log = logging.getLogger("boxed.serve")


@dataclass(slots=True)
class _Template:
    """What a worker begins with; the embedder and its book are None where it makes its own."""

    book: PolicyBook
    embed: Embed | None = None
    compiled: CompiledBook | None = None
    seen: frozenset[str] = frozenset()
    supervisor: int = field(default_factory=os.getpid)


@dataclass(frozen=True, slots=True)
class _Fellows:
    """One worker's view of the board."""

    board: Board
    number: int
    total: int

    def tell(self, state: dict[str, Any]) -> None:
        """See Fellows."""
        self.board.tell(self.number, state)

    def told(self) -> dict[int, dict[str, Any]]:
        """See Fellows."""
        said = {number: self.board.told(number) for number in range(1, self.total + 1)}
        return {number: state for number, state in said.items() if state is not None}


def serve_several(
    settings: Settings, listening: socket.socket, announce: Callable[[PolicyBook], None]
) -> int:
    """Serve until interrupted, and give the status to end with.

    Raises BookError, SettingsError.
    """
    _refuse(settings)
    with console.status("loading policies"), unsearched():
        template = _template(settings)
    announce(template.book)
    board = Board(settings.workers)
    with common_folder() as folder:
        common = shared_settings(settings, folder)

        def work(number: int) -> int:
            logs.begin(settings.log_level, settings.log_format, number)
            return _work(_Fellows(board, number, settings.workers), common, template, listening)

        return supervise(board, work, forget_process, lambda: _take_in(template, settings, board))


def _refuse(settings: Settings) -> None:
    """Raise SettingsError for what several processes cannot share."""
    if settings.store is not None and "://" not in settings.store:
        raise SettingsError(
            "setting 'workers': a store in a folder is open in one process at a time; run a Chroma "
            "server and name its URL in 'store', or serve with one worker"
        )
    if not hasattr(os, "fork"):
        raise SettingsError("setting 'workers': this system cannot fork; serve with one worker")
    local = not settings.upstream.startswith(("http://", "https://"))
    if local:
        log.warning(
            "beware: each of the %d workers loads the weights of '%s' for itself",
            settings.workers, settings.upstream,
        )  # fmt: skip


def _template(settings: Settings) -> _Template:
    """Compile the book once, unless what embeds its texts would not survive the fork."""
    # The tokenizer's threads would not; each worker has a core to itself.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if settings.semantic and settings.embedder is not None:
        return _Template(book_in_force(settings))
    embed = load_embedder(settings)
    made = compiled(settings, embed)
    return _Template(made.book, embed, made)


def _take_in(template: _Template, settings: Settings, board: Board) -> None:
    """Compile what the workers have put in force, so that one that is forked anew begins with it.

    Once for each book that they tell of.
    """
    told = [board.told(number) or {} for number in range(1, board.workers + 1)]
    digests = frozenset(state["book"] for state in told if "book" in state)
    news = digests - template.seen - {template.book.digest[:12]}
    template.seen = digests
    if not news:
        return
    folder = settings.policies or shipped_directory()
    try:
        book = load_good(folder, template.book, allow_empty=settings.allow_no_policies).book
        if template.compiled is not None:
            template.compiled = compiled(settings, template.embed, book)
        template.book = book
    except BookError:
        log.warning("a new worker would begin with an earlier book, and then read the folder")


@told
def _work(
    fellows: _Fellows, settings: Settings, template: _Template, listening: socket.socket
) -> int:
    served = assemble_served(
        settings,
        template.compiled or template.book,
        template.embed,
        partial(_tell_all, template.supervisor),
        alone=fellows.number == 1 and not fellows.told(),
    )
    _catch_up(served.box, settings)
    serve_one(
        served,
        settings,
        listening,
        lambda: log.info("worker begins pid=%d book=%s", os.getpid(), _digest(served)),
        fellows,
    )
    return 0


def _digest(served: Served) -> str:
    return served.box.snapshot.book.digest[:12]


def _tell_all(supervisor: int) -> None:
    """Have every worker read the prompt files now."""
    if os.getppid() == supervisor:
        os.kill(supervisor, signal.SIGHUP)


def _catch_up(box: Box, settings: Settings) -> None:
    """Put in force what was edited since the book was compiled, before the first request.

    What is wrong with the folder is told by the watcher.
    """
    known, empty = box.snapshot.book, settings.allow_no_policies
    try:
        now = load_good(settings.policies or shipped_directory(), known, allow_empty=empty).book
        if now.digest != known.digest:
            box.swap_book(now)
    except BookError:
        log.warning(
            "the prompt folder cannot be taken in as it stands; an earlier book is in force"
        )
