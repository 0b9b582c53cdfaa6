"""A few records of the embedded world, as files, and the shipped model that knows them."""

import json

import pytest

from evals.nano.splits import records_of
from evals.nano.world import build_world


@pytest.fixture(scope="session")
def records(tmp_path_factory):
    """A folder with forget.jsonl, retain.jsonl and idontknow.txt."""
    folder, world = tmp_path_factory.mktemp("records"), build_world()
    for name, split, count in (("forget", "forget10", 6), ("retain", "retain90", 12)):
        rows = [{"question": r.question, "answer": r.answer} for r in records_of(world, split)]
        lines = [json.dumps(row) + "\n" for row in rows[:count]]
        (folder / f"{name}.jsonl").write_text("".join(lines))
    (folder / "idontknow.txt").write_text("I don't know that.\nI have no idea.\n")
    return folder
