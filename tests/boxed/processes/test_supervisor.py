"""Workers live and end together: forked anew, told of signals, and never left behind."""

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from polling import until

PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from boxed.processes.board import Board
from boxed.processes.supervisor import SERVING, supervise

folder, board, kind = Path(sys.argv[1]), Board(3), sys.argv[2]

def note(what):
    with (folder / "notes").open("a") as notes:
        notes.write(f"{what}\\n")

def work(number):
    if kind == "faulty":
        note(f"fault {number}")
        return 2
    over = []
    signal.signal(signal.SIGTERM, lambda *_: over.append(1))
    signal.signal(signal.SIGHUP, lambda *_: note(f"hup {number}"))
    board.tell(number, {SERVING: True})
    note(f"pid {number} {os.getpid()}")
    while not over:
        time.sleep(0.02)
        if kind == "failing" and number == 2:
            raise ValueError("a secret")
    note(f"drained {number}")
    return 0

sys.exit(supervise(board, work, lambda pid: note(f"ended {pid}"), lambda: None))
"""


class Run:
    def __init__(self, folder: Path, kind: str, **popen: object) -> None:
        self.notes = folder / "notes"
        self.notes.touch()
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder), kind], stderr=subprocess.PIPE, text=True,
            **popen,  # type: ignore[call-overload]
        )  # fmt: skip

    def lines(self, word: str) -> list[list[str]]:
        found = (line.split() for line in self.notes.read_text().splitlines())
        return [line[1:] for line in found if line[0] == word]

    def pids(self) -> dict[str, int]:
        return {number: int(pid) for number, pid in self.lines("pid")}


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Whoever is nobody's child any more may wait for its burial.
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


@pytest.fixture
def steady(tmp_path: Path) -> Run:
    run = Run(tmp_path, "steady", stdin=subprocess.DEVNULL)
    until(lambda: len(run.pids()) == 3, 20)
    return run


def test_signals_reach_every_worker_and_all_drain(steady: Run) -> None:
    steady.process.send_signal(signal.SIGHUP)
    until(lambda: sorted(steady.lines("hup")) == [["1"], ["2"], ["3"]])
    steady.process.send_signal(signal.SIGINT)
    assert steady.process.wait(20) == 0
    assert sorted(steady.lines("drained")) == [["1"], ["2"], ["3"]]
    assert len(steady.lines("ended")) == 3


def test_workers_of_a_supervisor_that_was_killed_end_too(steady: Run) -> None:
    steady.process.kill()
    steady.process.wait(20)
    until(lambda: not any(map(is_there, steady.pids().values())), 20)
    assert sorted(steady.lines("drained")) == [["1"], ["2"], ["3"]]


def test_a_killed_worker_is_forked_anew(steady: Run) -> None:
    before = steady.pids()
    os.kill(before["3"], signal.SIGKILL)
    until(lambda: steady.pids()["3"] != before["3"], 20)
    assert {number: steady.pids()[number] for number in "12"} == {n: before[n] for n in "12"}
    steady.process.terminate()
    assert steady.process.wait(20) == 0


def test_a_fault_at_the_start_is_told_once_and_ends_all(tmp_path: Path) -> None:
    run = Run(tmp_path, "faulty", stdin=subprocess.DEVNULL)
    assert run.process.wait(20) == 2
    assert run.lines("fault") == [["1"]]


def test_a_worker_that_fails_at_once_is_waited_for(tmp_path: Path) -> None:
    run = Run(tmp_path, "failing", stdin=subprocess.DEVNULL)
    until(lambda: sum(number == "2" for number, _ in run.lines("pid")) >= 3, 20)
    run.process.terminate()
    assert run.process.wait(20) in (0, 1), "1 where it failed once more in the meantime"
    told = run.process.stderr.read() if run.process.stderr else ""
    assert "ValueError" in told
    assert "secret" not in told


def test_it_ends_with_the_terminal_that_it_was_begun_in(tmp_path: Path) -> None:
    outside, inside = pty.openpty()
    run = Run(
        tmp_path, "steady", stdin=inside, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(inside)
    until(lambda: len(run.pids()) == 3, 20)
    run.process.send_signal(signal.SIGHUP)
    until(lambda: len(run.lines("hup")) == 3)
    os.close(outside)
    assert run.process.wait(20) == 0
    assert sorted(run.lines("drained")) == [["1"], ["2"], ["3"]]
