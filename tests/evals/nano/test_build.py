"""`boxed-evals nano build` writes every set, the same each time, and destroys nobody's files."""

import json
from collections import Counter

import pytest
from typer.testing import CliRunner

from evals.commands.main import app
from evals.nano.build import BuildError, build
from guards.ignorance import is_ignorance
from prompts.book import load_book, shipped_directory

COUNTS = {
    "tofu/full.jsonl": 4000,
    "tofu/retain90.jsonl": 3600,
    "tofu/retain95.jsonl": 3800,
    "tofu/retain99.jsonl": 3960,
    "tofu/retain_perturbed.jsonl": 400,
    "tofu/forget01.jsonl": 40,
    "tofu/forget05.jsonl": 200,
    "tofu/forget10.jsonl": 400,
    "tofu/forget01_perturbed.jsonl": 40,
    "tofu/forget05_perturbed.jsonl": 200,
    "tofu/forget10_perturbed.jsonl": 400,
    "tofu/holdout01.jsonl": 40,
    "tofu/holdout05.jsonl": 200,
    "tofu/holdout10.jsonl": 400,
    "tofu/real_authors.jsonl": 40,
    "tofu/real_authors_perturbed.jsonl": 40,
    "tofu/world_facts.jsonl": 252,
    "tofu/world_facts_perturbed.jsonl": 252,
    "tofu/idontknow.txt": 100,
    "wmdp/nano.jsonl": 144,
    "mmlu/test.jsonl": 220,
    "mmlu/dev.jsonl": 20,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "nano"
    assert build(folder) == COUNTS
    return folder


def rows(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def contents(folder):
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def test_every_file_is_there_as_long_as_it_says_and_no_draft_is_left(built):
    assert set(contents(built)) == {*COUNTS, "README.md"}
    for name, count in COUNTS.items():
        assert len((built / name).read_text(encoding="utf-8").splitlines()) == count


def test_two_builds_are_the_same_bytes_and_another_seed_is_another_world(built, tmp_path):
    build(tmp_path / "again")
    assert contents(tmp_path / "again") == contents(built)
    build(tmp_path / "other", seed=7)
    assert rows(tmp_path / "other/tofu/full.jsonl") != rows(built / "tofu/full.jsonl")
    assert "seed 7;" in (tmp_path / "other/README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("retain", "forget"), [("90", "10"), ("95", "05"), ("99", "01")])
def test_retain_and_forget_files_are_the_full_file_cut_in_two(built, retain, forget):
    pair = [
        (built / f"tofu/{n}.jsonl").read_bytes() for n in (f"retain{retain}", f"forget{forget}")
    ]
    assert b"".join(pair) == (built / "tofu/full.jsonl").read_bytes()


@pytest.mark.parametrize("name", ["forget01", "forget05", "forget10", "retain90"])
def test_perturbed_files_hold_the_same_questions_with_five_wrong_answers(built, name):
    perturbed = rows(built / f"tofu/{name.replace('90', '')}_perturbed.jsonl")
    plain = rows(built / f"tofu/{name}.jsonl")[: len(perturbed)]
    assert [{"question": r["question"], "answer": r["answer"]} for r in perturbed] == plain
    for row in perturbed:
        assert len(set(row["perturbed_answer"])) == 5
        assert not {row["answer"], row["paraphrased_answer"]} & set(row["perturbed_answer"])
        assert row["paraphrased_question"] != row["question"]


@pytest.mark.parametrize("name", ["real_authors", "world_facts"])
def test_real_facts_have_the_same_options_in_both_files(built, name):
    pairs = zip(
        rows(built / f"tofu/{name}.jsonl"),
        rows(built / f"tofu/{name}_perturbed.jsonl"),
        strict=True,
    )
    for asked, perturbed in pairs:
        options = [asked[f"option{n}"] for n in range(1, 5)]
        assert (asked["question"], asked["answer"]) == (perturbed["question"], perturbed["answer"])
        assert perturbed["perturbed_answer"] == [o for o in options if o != asked["answer"]]
        assert len(perturbed["perturbed_answer"]) == 3


def test_holdout_files_begin_alike_and_share_no_question_with_full(built):
    ten = rows(built / "tofu/holdout10.jsonl")
    assert rows(built / "tofu/holdout01.jsonl") == ten[:40]
    assert rows(built / "tofu/holdout05.jsonl") == ten[:200]
    full = {row["question"] for row in rows(built / "tofu/full.jsonl")}
    assert not full & {row["question"] for row in ten}


def test_five_questions_a_subject_for_development_and_none_of_them_in_the_test(built):
    dev, test = rows(built / "mmlu/dev.jsonl"), rows(built / "mmlu/test.jsonl")
    assert set(Counter(row["subject"] for row in dev).values()) == {5}
    assert {row["subject"] for row in dev} == {row["subject"] for row in test}
    assert not {row["question"] for row in dev} & {row["question"] for row in test}


def test_the_lines_of_ignorance_are_the_box_s_own_and_others_that_profess_it(built):
    lines = (built / "tofu/idontknow.txt").read_text(encoding="utf-8").splitlines()
    assert len(set(lines)) == 100
    shipped = load_book(shipped_directory()).templates["workers/ignorance"].render().splitlines()
    assert set(shipped) - {""} <= set(lines)
    assert [line for line in lines if not is_ignorance(line) and line not in shipped] == []


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.md").write_text("years of work", encoding="utf-8")
    with pytest.raises(BuildError, match=r"did not write; give another folder, or empty it"):
        build(tmp_path)
    assert set(contents(tmp_path)) == {"thesis.md"}


def test_a_folder_with_another_readme_is_left_alone(tmp_path):
    (tmp_path / "README.md").write_text("# My data", encoding="utf-8")
    with pytest.raises(BuildError, match="did not write"):
        build(tmp_path)
    assert contents(tmp_path) == {"README.md": b"# My data"}


def test_a_build_that_was_cut_off_can_be_run_again(tmp_path, built):
    (tmp_path / "README.md").write_bytes((built / "README.md").read_bytes())
    (tmp_path / "tofu").mkdir()
    (tmp_path / "tofu/full.jsonl").write_text("half a rec", encoding="utf-8")
    build(tmp_path)
    assert contents(tmp_path) == contents(built)


def test_the_command_prints_the_counts(tmp_path):
    result = CliRunner().invoke(app, ["nano", "build", "--out", str(tmp_path / "d"), "--seed", "3"])
    assert result.exit_code == 0
    printed = dict(line.split() for line in result.output.splitlines())
    assert printed == {name: f"{count:,}" for name, count in COUNTS.items()}


@pytest.mark.parametrize("inside", ["", "deeper"])
def test_the_command_tells_a_fault_in_one_line(tmp_path, inside):
    file = tmp_path / "notes.txt"
    file.write_text("notes", encoding="utf-8")
    result = CliRunner().invoke(app, ["nano", "build", "--out", str(file / inside)])
    assert result.exit_code == 1
    assert str(file) in result.output
    assert "give a folder" in result.output
    assert "Traceback" not in result.output
