"""Holds a run to the list of announced skips: no test is left out unseen, no entry goes stale."""

import os
import re
import shutil
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path

import pytest

ANNOUNCED = Path(__file__).parent.parent / "announced_skips.toml"


def _no_gpu() -> bool:
    if find_spec("torch") is None:
        return True
    import torch

    return not torch.cuda.is_available()


def _no_mounts() -> bool:
    """Mounting takes CAP_SYS_ADMIN, which root of a container may lack."""
    told = Path("/proc/self/status")
    if not told.exists():
        return True
    [effective] = re.findall(r"^CapEff:\s*(\w+)", told.read_text(encoding="utf-8"), re.MULTILINE)
    return not int(effective, 16) >> 21 & 1


PLACES: dict[str, Callable[[], bool]] = {
    "not root": lambda: not hasattr(os, "geteuid") or os.geteuid() != 0,
    "no mounts": _no_mounts,
    "no GPU": _no_gpu,
    "no node": lambda: shutil.which("node") is None or not os.environ.get("BOXED_NODE"),
    "no clients": lambda: not os.environ.get("BOXED_CLIENTS"),
    "no curl": lambda: shutil.which("curl") is None,
    "no data": lambda: not os.environ.get("BOXED_DATA"),
}


@dataclass(frozen=True, slots=True)
class Announced:
    """One entry: the skip's reason, where, and a test's node id (`*` stands for anything)."""

    reason: str
    where: str
    test: str = "*"

    def covers(self, test: str, reason: str) -> bool:
        return fnmatchcase(test, _literal(self.test)) and self.reason in reason


def _literal(pattern: str) -> str:
    """Brackets in a node id name a parameter; they are no set of characters."""
    return pattern.replace("[", "[[]")


def announced_in(file: Path) -> list[Announced]:
    """The entries of a list; ValueError names an entry whose place is none of `PLACES`."""
    entries = [
        Announced(**entry)
        for entry in tomllib.loads(file.read_text(encoding="utf-8")).get("skip", [])
    ]
    for entry in entries:
        if entry.where not in PLACES:
            raise ValueError(
                f"{file.name}: {entry.test} is announced where {entry.where!r}; "
                f"known are {', '.join(PLACES)}"
            )
    return entries


def faults(announced: Iterable[Announced], skips: dict[str, str], ran: set[str]) -> list[str]:
    """What is wrong with a run's skips (test or file: reason), given the tests that did run."""
    here = [entry for entry in announced if PLACES[entry.where]()]
    unseen = [
        f"skipped without announcement: {test} ({reason})"
        for test, reason in sorted(skips.items())
        if not any(entry.covers(test, reason) for entry in here)
    ]
    stale = [
        f"announced as skipped where {entry.where!r}, but it ran: {entry.test}"
        for entry in here
        if entry.test != "*" and any(fnmatchcase(test, _literal(entry.test)) for test in ran)
    ]
    return unseen + stale


@dataclass(slots=True)
class SkipWatch:
    """A pytest plugin: it fails the session whose skips are not the announced ones."""

    announced: list[Announced]
    skips: dict[str, str] = field(default_factory=dict)
    ran: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skips[report.nodeid] = _reason(report)
        elif report.when == "call":
            self.ran.add(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.skips[report.nodeid] = _reason(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.found = faults(self.announced, self.skips, self.ran)
        if self.found and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.found:
            return
        terminalreporter.section("skips that nobody announced", red=True)
        for fault in self.found:
            terminalreporter.line(fault)
        terminalreporter.line(f"Make each run, or announce it with its reason in {ANNOUNCED.name}.")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    told = report.longrepr
    return told[2] if isinstance(told, tuple) else str(told)
