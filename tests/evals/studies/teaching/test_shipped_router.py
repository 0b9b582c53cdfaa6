"""The adapters of router and judge that ship: they tell unseen subjects from others, bare none."""

import re

from pretrained import needs_smollm2
from typer.testing import CliRunner

from evals.commands.main import app
from evals.studies.teaching.judge_exam import judge_exams
from evals.studies.teaching.router_exam import asked_of_subjects, examine, margins
from evals.studies.teaching.subjects import load_subjects
from prompts.book import load_book, shipped_directory


@needs_smollm2
def test_the_taught_router_is_right_about_subjects_that_it_never_saw():
    _, held_out = load_subjects()
    asked = asked_of_subjects(held_out[:1], load_book(shipped_directory()))
    bare = examine(asked, margins("smollm2", asked))
    taught = examine(asked, margins("smollm2+router", asked))
    assert taught["auc"].value > 0.9 > bare["auc"].value
    assert taught["right"].value > bare["right"].value + 0.2


@needs_smollm2
def test_the_taught_judge_tells_records_of_a_subject_from_others():
    _, held_out = load_subjects()
    people = [one for one in held_out if one.kind == "person"][:3]
    asked = judge_exams(people, (), load_book(shipped_directory()), each=2)["held out"]
    bare = examine(asked, margins("smollm2", asked))
    taught = examine(asked, margins("smollm2+judge", asked))
    assert taught["auc"].value > 0.8
    assert taught["right"].value > bare["right"].value


@needs_smollm2
def test_a_shipped_adapter_is_examined_with_nothing_taught(tmp_path, monkeypatch):
    monkeypatch.delenv("BOXED_DATA", raising=False)
    asked = ["examine", "--role", "judge", "--model", "smollm2+judge", "--each", "2"]
    done = CliRunner().invoke(app, [*asked, "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    told = re.match(r"held out, smollm2\+judge: right ([0-9.]+), .*, n=\d+\n", done.output)
    assert told is not None, done.output
    assert float(told[1]) > 0.65  # the bare model is right on half


def test_the_exam_of_no_role_is_refused():
    done = CliRunner().invoke(app, ["examine", "--role", "painter"])
    assert done.exit_code == 1
    assert "'painter' is no role that can be taught; name one of router, " in done.output
