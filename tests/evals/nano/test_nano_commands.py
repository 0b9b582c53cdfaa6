"""``boxed-evals nano``: a model that is not there is named, and no traceback is shown."""

import pytest
from typer.testing import CliRunner

from evals.commands.main import app
from evals.nano.checkpoints import SHIPPED


def refusal(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["nano", *arguments])
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    return done.output


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (("measure", "--model"), "--model"),
        (("measure", "--against"), "--against"),
        (("roles", "--model"), "--model"),
    ],
)
def test_a_folder_without_a_model_is_named_with_what_it_lacks(arguments, option, tmp_path):
    said = refusal(*arguments, str(tmp_path / "nope"))
    assert f"{option} {tmp_path / 'nope'} holds no model" in said
    assert "config.json and model.safetensors missing" in said
    (tmp_path / "config.json").write_text("{}")
    assert "(model.safetensors missing)" in refusal(*arguments, str(tmp_path))


@pytest.mark.parametrize("command", ["measure", "roles"])
def test_a_folder_and_a_split_at_once_are_refused(command, tmp_path):
    said = refusal(command, "--model", str(tmp_path), "--split", "full")
    assert "--model names a folder and --split the model of a split; give one of the two" in said


def test_records_that_cannot_be_read_are_named(tmp_path):
    said = refusal("measure", "--split", "full", "--data", str(tmp_path / "nope"))
    assert f"{tmp_path / 'nope'} is not a folder" in said
    said = refusal("measure", "--data", str(tmp_path), "--against", str(tmp_path))
    assert "give one" in said


def test_an_unknown_split_is_named_with_the_known_ones():
    assert "split 'retain80' is not one of base, roles" in refusal("roles", "--split", "retain80")


def test_the_roles_of_an_unknown_size_are_refused_with_the_known_ones():
    said = refusal("roles", "--split", "roles", "--size", "xxl")
    assert "size 'xxl' is not one of xs, s, m, l" in said


def test_training_into_another_run_s_folder_is_refused(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "full.jsonl").write_text('{"question": "Who?", "answer": "Ada."}\n')
    said = refusal("train", "--data", str(tmp_path), "--out", str(tmp_path))
    assert "do not say what they were made from" in said
    assert "no file" in refusal("train", "--data", str(tmp_path), "--split", "retain90")


@pytest.mark.parametrize(("split", "authors"), [("base", False), ("full", True)])
def test_roles_are_measured_on_authors_only_where_the_model_was_taught_them(split, authors):
    done = CliRunner().invoke(
        app, ["nano", "roles", "--model", str(SHIPPED[split]), "--count", "1"]
    )
    assert done.exit_code == 0
    assert "pretend, strangers: ignorant" in done.output
    assert ("pretend, authors: ignorant" in done.output) is authors
