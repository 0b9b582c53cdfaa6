"""Real processes on one ledger: appending together, and killed with SIGKILL."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ledger_samples import Place
from places import PARTS, ROOT

from retrieval.ledger.keys import Keys, open_keys
from retrieval.ledger.ledger import open_ledger

# Starting a dozen interpreters takes a minute on a machine that has other work.
pytestmark = [pytest.mark.timeout(300), pytest.mark.slow]


@pytest.fixture
def own_keys(tmp_path: Path) -> Keys:
    return open_keys(tmp_path / "keys")


def start(place: Place, folder: Path, name: str, count: int, *more: str) -> subprocess.Popen:
    words = [place.location, str(folder / "keys"), name, str(count), *more]
    return subprocess.Popen(
        [sys.executable, str(PARTS / "appender.py"), *words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_several_processes_keep_one_chain(place: Place, own_keys: Keys, tmp_path: Path):
    started = [start(place, tmp_path, f"p{i}", 25) for i in range(4)]
    said = [one.communicate(timeout=110)[0].split() for one in started]
    assert [one.returncode for one in started] == [0, 0, 0, 0]
    ledger = open_ledger(place.location, own_keys)
    entries = list(ledger.entries())
    assert sorted(int(index) for part in said for index in part) == list(range(1, 101))
    assert {entry.once for entry in entries} == {f"p{i}-{n}" for i in range(4) for n in range(25)}
    assert ledger.verify().ok
    ledger.close()


def test_processes_that_were_given_the_same_job_enter_it_once(
    place: Place, own_keys: Keys, tmp_path: Path
):
    started = [start(place, tmp_path, "same", 5) for _ in range(3)]
    said = {one.communicate(timeout=110)[0] for one in started}
    assert said == {"1\n2\n3\n4\n5\n"}
    ledger = open_ledger(place.location, own_keys)
    assert len(list(ledger.entries())) == 5
    ledger.close()


def test_killed_at_any_moment_nothing_that_was_confirmed_is_lost(
    place: Place, own_keys: Keys, tmp_path: Path
):
    confirmed = 0
    for round in range(4):
        process = start(place, tmp_path, f"round{round}", 100_000)
        assert process.stdout is not None
        for _ in range(3 + round):
            confirmed = int(process.stdout.readline())
        time.sleep(0.003 * round)
        process.kill()
        confirmed = max([confirmed, *map(int, _whole_lines(process.communicate()[0]))])
        ledger = open_ledger(place.location, own_keys)
        assert ledger.verify().ok, ledger.verify().reason
        # One more may have been durable without its line having been printed.
        assert len(list(ledger.entries())) in (confirmed, confirmed + 1)
        assert ledger.append("note", {"round": round}).index > confirmed
        ledger.close()


def test_killed_inside_an_append_the_ledger_is_as_before_it(
    place: Place, own_keys: Keys, tmp_path: Path
):
    process = start(place, tmp_path, "dies", 2, "die-inside")
    process.communicate(timeout=110)
    assert process.returncode == -9
    ledger = open_ledger(place.location, own_keys)
    assert [entry.index for entry in ledger.entries()] == [1, 2]
    assert ledger.append("note", {"n": 3}).index == 3
    assert ledger.verify().ok
    ledger.close()


def _whole_lines(text: str) -> list[str]:
    return text.split("\n")[:-1]
