"""Records on disk: made once, kept over kills, never stale."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evals.nano.checkpoints import SHIPPED
from evals.records import Item, Likelihoods, Record, Reply
from evals.running import engine, runner
from evals.running.engine import Job, Keyed, records_of
from evals.running.journal import Journal, JournalError
from evals.running.runner import journal_of, run_system
from evals.suites.protocol import Suite
from evals.systems.catalogue import Setup

ITEMS = tuple(
    Item(f"forget/{n:04}", "forget", "qa", ({"role": "user", "content": f"Question {n}?"},), "Yes")
    for n in range(10)
)
SUITE = Suite("small", ITEMS)
SETUP = Setup(str(SHIPPED["full"]))
JOB = Job("original", "small", SETUP)


class Counting:
    """A system that counts what it is asked."""

    name = "original"

    def __init__(self, identity: str = "1") -> None:
        self.identity = identity
        self.asked: list[str] = []

    def answer(self, items: Sequence[Item]) -> list[Reply | None]:
        self.asked += [item.id for item in items]
        return [Reply(f"To {item.question}") for item in items]

    def likelihoods(self, items: Sequence[Item]) -> list[Likelihoods | str]:
        return ["it only counts" for _ in items]


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    system = Counting()

    def make(name: str, setup: Setup) -> Counting:
        return system

    monkeypatch.setattr(engine, "make_system", make)
    monkeypatch.setattr(runner, "make_system", make)
    return system


def record(key: str) -> Record:
    return Record(key, "small", "forget/0000", "forget", "original", Reply("Hm."), None, "why")


def test_a_second_run_makes_nothing_anew(tmp_path: Path, counting: Counting) -> None:
    seen: list[tuple[int, int]] = []
    first = run_system(SUITE, JOB, tmp_path, batch=4, progress=lambda *done: seen.append(done))
    assert [r.item for r in first] == [item.id for item in ITEMS] == counting.asked
    assert seen == [(0, 10), (4, 10), (8, 10), (10, 10)]
    assert run_system(SUITE, JOB, tmp_path) == first
    assert len(counting.asked) == 10


def test_only_what_a_change_concerns_is_made_anew(tmp_path: Path, counting: Counting) -> None:
    run_system(SUITE, JOB, tmp_path)
    changed = replace(ITEMS[3], answer="No")
    suite = replace(SUITE, items=(*ITEMS[:3], changed, *ITEMS[4:]))
    run_system(suite, JOB, tmp_path)
    assert counting.asked[10:] == ["forget/0003"]
    counting.identity = "2"
    run_system(suite, JOB, tmp_path)
    assert len(counting.asked) == 21


def test_a_quick_look_is_part_of_the_whole_run(tmp_path: Path, counting: Counting) -> None:
    run_system(replace(SUITE, items=ITEMS[::3]), JOB, tmp_path)
    found = run_system(SUITE, JOB, tmp_path)
    assert [r.item for r in found] == [item.id for item in ITEMS]
    assert len(counting.asked) == 10


def test_a_torn_last_line_is_dropped_and_made_again(tmp_path: Path, counting: Counting) -> None:
    whole = run_system(SUITE, JOB, tmp_path, batch=5)
    path = journal_of(tmp_path, "small", "original")
    path.write_bytes(path.read_bytes()[:-7])
    assert run_system(SUITE, JOB, tmp_path) == whole
    assert counting.asked[10:] == ["forget/0009"]
    assert [Record.from_json(line) for line in path.read_text().splitlines()] == list(whole)


def test_a_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    path = tmp_path / "box.jsonl"
    path.write_text(f"{record('a').to_json()}\n{{}}\n")
    with pytest.raises(JournalError, match=r"box\.jsonl:2: .*'key'"), Journal(path):
        pass


def test_two_runs_never_write_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "box.jsonl"
    with Journal(path) as held:
        held.add([record("a")])
        with pytest.raises(JournalError, match="another run"), Journal(path):
            pass
    with Journal(path) as free:
        assert set(free.records) == {"a"}


def test_a_closed_journal_takes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not open"):
        Journal(tmp_path / "box.jsonl").add([record("a")])


def test_a_record_says_why_its_likelihoods_are_missing() -> None:
    keyed: list[Keyed] = [("k", ITEMS[0])]
    [made] = records_of(Counting(), "small", keyed)
    assert made.reply == Reply("To Question 0?")
    assert (made.key, made.undefined, made.likelihoods) == ("k", "it only counts", None)


KILLED = """
import sys, time
from pathlib import Path
from evals.running import engine
from evals.running.runner import run_system
sys.path.insert(0, {here!r})
from test_running import JOB, SUITE

def slowly(job, batches):
    for made in engine.in_process(job, batches):
        yield made
        print("made", flush=True)
        time.sleep(0.3)

run_system(SUITE, JOB, Path({runs!r}), slowly, batch=1)
"""


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    """kill -9 in the middle, on the real embedded model."""
    here = str(Path(__file__).parent)
    program = KILLED.format(here=here, runs=str(tmp_path))
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stdout is not None
    for _ in range(3):
        assert process.stdout.readline() == "made\n"
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    path = journal_of(tmp_path, "small", "original")
    before = path.read_bytes()
    kept = before[: before.rfind(b"\n") + 1]
    assert 3 <= kept.count(b"\n") < 10
    batches: list[int] = []

    def counted(job: Job, waiting: Sequence[Sequence[Keyed]]) -> Iterator[Sequence[Record]]:
        batches.append(sum(map(len, waiting)))
        yield from engine.in_process(job, waiting)

    found = run_system(SUITE, JOB, tmp_path, counted)
    assert batches == [10 - kept.count(b"\n")]
    assert path.read_bytes().startswith(kept)
    assert [r.item for r in found] == [item.id for item in ITEMS]


def untimed(records: Sequence[Record]) -> list[dict[str, object]]:
    rows = [json.loads(r.to_json()) for r in records]
    for row in rows:
        row["reply"].pop("seconds")
    return rows


def same(one: object, other: object) -> bool:
    """Equal but for the last digits of floats: a process may add with other numbers of threads."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, abs=1e-4)
    return one == other


@pytest.mark.timeout(400)
def test_a_cluster_makes_the_records_of_a_single_process(tmp_path: Path) -> None:
    ray = pytest.importorskip("ray", reason="ray is not installed ('.[ray]' adds it)")
    from evals.running.ray_engine import ray_engine

    try:
        sharded = run_system(SUITE, JOB, tmp_path / "ray", ray_engine(2), batch=3)
    finally:
        ray.shutdown()
    assert same(untimed(sharded), untimed(run_system(SUITE, JOB, tmp_path / "one", batch=3)))
