"""Tasks on a client's own text through the box, in front of real weights: a handful of them."""

from pathlib import Path

import pytest
from pretrained import needs_smollm2
from rich.console import Console

from evals.bench.own_text import is_done, run, tasks


def test_every_task_says_what_a_right_answer_holds() -> None:
    for task in tasks():
        assert task.expect
        assert "{name}" in task.text
        assert not is_done("I'm sorry, I don't know.", task, task.name)


def test_a_task_is_done_with_any_of_the_ways_and_all_of_the_parts() -> None:
    task = next(one for one in tasks() if one.expect == ("3 may", "5 june", "7 june"))
    assert is_done("- 3 May\n- 5 June\n- 7 June", task, task.name)
    assert not is_done("- 3 May\n- 5 June", task, task.name)


@needs_smollm2
@pytest.mark.slow
def test_real_weights_do_tasks_through_the_box_and_see_no_name(tmp_path: Path) -> None:
    console = Console(record=True, width=200)
    found = run("smollm2", 5, 24, 160, tmp_path / "replies.jsonl", console)
    assert len(found) == 5
    assert all(one.passed for one in found)
    assert not any(one.named or one.stand_in for one in found)
    assert sum(not one.withheld for one in found) >= 4
    assert len((tmp_path / "replies.jsonl").read_text("utf-8").splitlines()) == 5
    assert "as bare" in console.export_text()
