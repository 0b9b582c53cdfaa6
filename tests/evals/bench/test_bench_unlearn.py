"""The benchmark of the unlearning loop: fair, because both loops compute the same."""

from pathlib import Path

import pytest

from evals.bench import plain_unlearning
from evals.bench.plain_unlearning import PLAIN
from evals.bench.unlearn import TOLERATED, Timed, _process, difference, table_of
from evals.bench.unlearn_process import FORGET, RETAIN
from evals.methods.weights.losses.steering import random_direction
from evals.nano.build import build
from evals.nano.checkpoints import SHIPPED

FULL = str(SHIPPED["full"])


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded world's sets, of which the larger are cut to what a few steps read."""
    folder = tmp_path_factory.mktemp("world")
    build(folder)
    for name in (FORGET, RETAIN):
        file = folder / "tofu" / name
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(lines[:200]), encoding="utf-8")
    return folder / "tofu"


@pytest.mark.parametrize("method", PLAIN)
def test_both_loops_have_the_same_loss_and_gradient(method: str, sets: Path) -> None:
    assert difference(method, FULL, sets) < TOLERATED


def test_loops_that_compute_something_else_are_not_timed(
    sets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        plain_unlearning, "random_direction", lambda *given: 1.1 * random_direction(*given)
    )
    with pytest.raises(ValueError, match="rmu: loss and gradient of the two loops differ"):
        difference("rmu", FULL, sets)


@pytest.mark.parametrize("way", ["ours", "plain"])
def test_a_run_is_a_process_that_tells_time_and_memory(way: str, sets: Path) -> None:
    told = _process(way, "rmu", FULL, str(sets), "1")
    assert told["seconds"] > 0
    assert told["bytes"] > 2**20


def test_ratios_are_medians_over_the_rounds() -> None:
    seconds = {"ours": [1.0, 2.0, 1.0], "plain": [2.0, 3.0, 9.0]}
    one = Timed("rmu", seconds, {"ours": [2.0**20] * 3, "plain": [3 * 2.0**20] * 3})
    assert one.ratio(one.seconds) == 2.0
    assert one.ratio(one.memory) == 3.0
    cells = [list(column.cells) for column in table_of([one]).columns]
    assert cells[2] == ["1.000", "3.000"]
    assert cells[3] == ["", "2.00"]
