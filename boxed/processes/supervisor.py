"""Forks the workers, and sees to it that they live, reload and end together.

    status = supervise(board, work, on_end=forget_figures, between=take_in_edits)

`work(number)` runs in a worker until it was told to end, and gives the process's status. Forking
has to come before any thread that holds a lock: whoever calls this has made none. SIGTERM and
SIGINT are passed on as SIGTERM, and the workers drain what is under way; SIGHUP as it is. A worker
that ends by itself is forked anew, after a growing wait where it lived for a short time only. One
that ends with status 2 before any worker served has met a fault that no new try mends: then all
end with it. The first worker starts alone: what it finds at fault is told once.
"""

from __future__ import annotations

import gc
import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from boxed.processes.board import Board
from boxed.processes.terminal import watched_terminal

__all__ = ["SERVING", "supervise"]

_log = logging.getLogger("boxed.serve")
SERVING = "serving"
"""The key of a worker's state that says whether it takes requests."""
FAULT = 2
_TICK, _SOON = 0.5, 0.05
_SHORT, _LONGEST_WAIT = 10.0, 10.0
_PASSED_ON = {
    signal.SIGTERM: signal.SIGTERM,
    signal.SIGINT: signal.SIGTERM,
    signal.SIGHUP: signal.SIGHUP,
}


@dataclass(slots=True)
class _Place:
    """One worker's place: the process in it, and when another may begin there."""

    number: int
    pid: int = 0
    began: float = 0.0
    due: float = 0.0
    short_lives: int = 0


@dataclass(slots=True)
class _Run:
    """Everything about the workers at this moment."""

    board: Board
    work: Callable[[int], int]
    on_end: Callable[[int], None]
    lifeline: tuple[int, int]
    places: list[_Place] = field(default_factory=list[_Place])
    served: bool = False
    ending: bool = False
    status: int = 0
    terminal_went: Callable[[], bool] = field(default_factory=watched_terminal)


def supervise(
    board: Board,
    work: Callable[[int], int],
    on_end: Callable[[int], None],
    between: Callable[[], None],
) -> int:
    """Run the workers until they are told to end; the status to end with.

    ``on_end`` gets the number of each process that ended, ``between`` is called now and then.
    """
    lifeline = os.pipe()
    run = _Run(board, work, on_end, lifeline)
    run.places = [_Place(number) for number in range(1, board.workers + 1)]
    gc.collect()
    gc.freeze()  # no search for garbage in a worker writes into pages that all of them share
    with _signals() as heard:
        while True:
            for signum in heard(_TICK if run.served else _SOON):
                _pass_on(run, signum)
            _reap(run)
            if run.ending:
                if not any(place.pid for place in run.places):
                    return run.status
                continue
            run.served = run.served or _serves(run, 1)
            _start_due(run)
            if run.served:
                between()


@contextmanager
def _signals() -> Generator[Callable[[float], list[int]]]:
    """Gives a function that waits for signals, at most so many seconds, and lists them."""
    reading, writing = os.pipe()
    for end in (reading, writing):
        os.set_blocking(end, False)

    def noted(_: int, __: FrameType | None) -> None:
        """The number is in the pipe already."""

    watched = (*_PASSED_ON, signal.SIGCHLD)
    before = {signum: signal.signal(signum, noted) for signum in watched}
    old = signal.set_wakeup_fd(writing)

    def heard(seconds: float) -> list[int]:
        ready, _, _ = select.select([reading], [], [], seconds)
        return list(os.read(reading, 1024)) if ready else []

    try:
        yield heard
    finally:
        signal.set_wakeup_fd(old)
        for signum, handler in before.items():
            signal.signal(signum, handler)
        os.close(reading)
        os.close(writing)


def _pass_on(run: _Run, signum: int) -> None:
    passed = _PASSED_ON.get(signal.Signals(signum))
    if passed is None:
        return
    if passed == signal.SIGHUP and run.terminal_went():
        passed = signal.SIGTERM
    if passed == signal.SIGTERM and not run.ending:
        _log.info("ending: requests under way are answered first")
        run.ending = True
    _tell(run, passed)


def _tell(run: _Run, signum: int) -> None:
    for place in run.places:
        if place.pid:
            os.kill(place.pid, signum)


def _serves(run: _Run, number: int) -> bool:
    return bool((run.board.told(number) or {}).get(SERVING))


def _reap(run: _Run) -> None:
    """Take note of every process that ended."""
    for place in run.places:
        if not place.pid:
            continue
        pid, how = os.waitpid(place.pid, os.WNOHANG)
        if not pid:
            continue
        status = os.waitstatus_to_exitcode(how)
        place.pid = 0
        run.board.wipe(place.number)
        run.on_end(pid)
        if run.ending:
            run.status = run.status or (status if status > 0 else 0)
        elif status == FAULT and not run.served:
            run.ending, run.status = True, FAULT
            _tell(run, signal.SIGTERM)
        else:
            _again(place, status)


def _again(place: _Place, status: int) -> None:
    lived = time.monotonic() - place.began
    place.short_lives = place.short_lives + 1 if lived < _SHORT else 0
    wait = min(0.25 * 2**place.short_lives, _LONGEST_WAIT) if place.short_lives > 1 else 0.0
    place.due = time.monotonic() + wait
    _log.error(
        "worker ended by itself number=%d status=%d again_in=%.1f", place.number, status, wait
    )


def _start_due(run: _Run) -> None:
    now = time.monotonic()
    for place in run.places:
        if not place.pid and place.due <= now and (run.served or place.number == 1):
            _start(run, place)


def _start(run: _Run, place: _Place) -> None:
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, (*_PASSED_ON, signal.SIGCHLD))
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _be_worker(run, place.number, blocked)
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    place.pid, place.began = pid, time.monotonic()


def _be_worker(run: _Run, number: int, mask: Iterable[int]) -> None:
    """The whole life of a worker process; does not return."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for signum in (*_PASSED_ON, signal.SIGCHLD):
            signal.signal(signum, signal.SIG_DFL)
        # A terminal sends it to all processes at once; the supervisor passes it on as SIGTERM.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        reading, writing = run.lifeline
        os.close(writing)
        threading.Thread(target=_end_with, args=(reading,), daemon=True, name="lifeline").start()
        status = run.work(number)
    except BaseException as error:  # noqa: BLE001 - a worker's own end, told by its type alone
        _log.error("worker failed exception=%s", type(error).__qualname__)
    finally:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _end_with(lifeline: int) -> None:
    """End this worker when whoever forked it is gone, even if it was killed."""
    while os.read(lifeline, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
