"""The loaders read the embedded world's files and the published ones, and say what is wrong."""

import json
import os
from pathlib import Path

import pytest

from evals.data.choices import Choice, load_choices, load_mmlu, load_wmdp
from evals.data.jsonl import DataError
from evals.data.tofu import SETS, load_ignorance, load_split
from evals.nano.build import build
from evals.nano.hazard import hazard_questions
from evals.nano.splits import records_of
from evals.nano.world import build_world

PUBLISHED = os.environ.get("BOXED_DATA")
published = pytest.mark.skipif(
    not PUBLISHED, reason="BOXED_DATA names no folder with the published sets"
)
REAL = Path(PUBLISHED or "")
SIZES = {
    "full": 4000,
    "retain90": 3600,
    "retain95": 3800,
    "retain99": 3960,
    "retain_perturbed": 400,
    "forget01": 40,
    "forget05": 200,
    "forget10": 400,
    "forget01_perturbed": 40,
    "forget05_perturbed": 200,
    "forget10_perturbed": 400,
    "holdout01": 40,
    "holdout05": 200,
    "holdout10": 400,
}
REAL_FACTS = ("real_authors", "world_facts", "real_authors_perturbed", "world_facts_perturbed")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "nano"
    build(folder)
    return folder


def check_tofu(folder):
    assert {*SIZES, *REAL_FACTS} == {*SETS}
    for split, size in SIZES.items():
        records = load_split(folder, split)
        assert len(records) == size
        assert {len(r.wrong) for r in records} == {5 if split.endswith("perturbed") else 0}
    for name in REAL_FACTS:
        assert {len(record.wrong) for record in load_split(folder, name)} == {3}
    for share, rest in (("01", "99"), ("05", "95"), ("10", "90")):
        pair = load_split(folder, f"retain{rest}") + load_split(folder, f"forget{share}")
        assert pair == load_split(folder, "full")
    assert len(load_ignorance(folder)) == 100


def test_the_embedded_world_loads(built):
    check_tofu(built)
    assert [(q.question, q.choices, q.answer, q.subject) for q in load_wmdp(built, "nano")] == [
        (q.question, q.choices, q.answer, q.subject) for q in hazard_questions()
    ]
    assert len(load_mmlu(built)) == 220
    assert len(load_mmlu(built, "dev")) == 20


@published
def test_the_published_sets_load_with_the_same_code():
    check_tofu(REAL)
    assert {q.subject for q in load_wmdp(REAL, "bio")} == {"biology"}
    assert {q.subject for q in load_wmdp(REAL, "cyber")} == {"cybersecurity"}
    assert len({q.subject for q in load_mmlu(REAL)}) == 57
    assert len(load_mmlu(REAL, "dev")) == 285


@published
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        *((f"tofu/{name}.jsonl", f"tofu/{name}.jsonl") for name in SETS),
        ("wmdp/nano.jsonl", "wmdp/bio.jsonl"),
        ("wmdp/nano.jsonl", "wmdp/cyber.jsonl"),
        ("mmlu/test.jsonl", "mmlu/test.jsonl"),
        ("mmlu/dev.jsonl", "mmlu/dev.jsonl"),
    ],
)
def test_fields_and_their_order_are_the_published_ones(built, ours, theirs):
    def keys(file):
        lines = file.read_text(encoding="utf-8").split("\n")
        return {tuple(json.loads(line)) for line in lines if line}

    assert keys(built / ours) == keys(REAL / theirs)


def test_a_record_has_everything_that_was_written(built):
    written = records_of(build_world(), "forget01")
    for record, source in zip(load_split(built, "forget01_perturbed"), written, strict=True):
        assert (record.question, record.answer) == (source.question, source.answer)
        assert record.paraphrased_question == source.paraphrased_question
        assert record.paraphrased_answer == source.paraphrased_answer
        assert record.perturbed_answer == source.perturbed_answer


def test_the_folder_of_one_benchmark_does_as_well(built):
    assert load_split(built / "tofu", "forget01") == load_split(built, "forget01")
    assert load_mmlu(built / "mmlu", "dev") == load_mmlu(built, "dev")
    assert load_wmdp(built / "wmdp", "nano") == load_wmdp(built, "nano")


def test_a_split_that_is_none_is_named_with_the_choices(tmp_path):
    with pytest.raises(ValueError, match=r"'forget20' is not one of full, retain90"):
        load_split(tmp_path, "forget20")


def test_a_missing_folder_or_file_is_named_with_the_remedy(tmp_path):
    with pytest.raises(DataError, match=r"nowhere is not a folder.*boxed-evals nano build"):
        load_split(tmp_path / "nowhere", "full")
    (tmp_path / "notes.txt").write_text("notes", encoding="utf-8")
    with pytest.raises(DataError, match=r"full\.jsonl is missing; .*notes\.txt.*nano build"):
        load_split(tmp_path, "full")
    with pytest.raises(DataError, match=r"idontknow\.txt is missing"):
        load_ignorance(tmp_path)


GOOD = '{"question": "Who?", "answer": "Me."}'


@pytest.mark.parametrize(
    ("split", "line", "fault"),
    [
        ("full", "{'question'", r"full\.jsonl:3: no JSON object: .*one JSON object on each line"),
        ("full", '{"question": "Who?"}', r"full\.jsonl:3: 'answer' is missing; a record has"),
        ("full", '{"question": "Who?", "answer": 7}', r":3: 'answer' is 7: .*string"),
        ("full", '{"question": "", "answer": "Me."}', r":3: 'question' is ''"),
        ("full", '{"question": "Who?", "answr": "Me."}', r"'answer' is missing"),
        ("full", '{"question": "Who?", "answer": "Me.", "x": 1}', r"'x' is no field"),
        ("full", "[1, 2]", r":3: \[1, 2\]: "),
        ("forget01_perturbed", GOOD, r"perturbed\.jsonl:1: 'paraphrased_question' is missing"),
        ("real_authors", GOOD, r"real_authors\.jsonl:1: 'option1' is missing"),
        ("world_facts_perturbed", GOOD, r":1: 'perturbed_answer' is missing"),
    ],
)
def test_a_bad_line_is_named_with_file_line_value_and_remedy(tmp_path, split, line, fault):
    (tmp_path / f"{split}.jsonl").write_text(f"{GOOD}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=fault):
        load_split(tmp_path, split)


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_file_is_a_fault(tmp_path, content):
    (tmp_path / "full.jsonl").write_bytes(content)
    (tmp_path / "idontknow.txt").write_bytes(content)
    with pytest.raises(DataError, match="holds no record"):
        load_split(tmp_path, "full")
    with pytest.raises(DataError, match="holds no line"):
        load_ignorance(tmp_path)


def test_a_file_that_is_not_utf_8_is_a_fault(tmp_path):
    (tmp_path / "full.jsonl").write_bytes(b'{"question": "Caf\xe9?"}')
    with pytest.raises(DataError, match=r"byte 17 is not UTF-8"):
        load_split(tmp_path, "full")


def choice(**changes):
    row = {"question": "When?", "choices": ["now", "then", "soon", "never"], "answer": 0}
    return json.dumps({**row, **changes})


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (choice(answer=4), r"own\.jsonl:1: 'answer' is 4: .*less than or equal to 3"),
        (choice(answer=-1), r"'answer' is -1"),
        (choice(answer="A"), r"'answer' is 'A'"),
        (choice(answer=True), r"'answer' is True"),
        (choice(choices=["now", "then"]), r"'choices\.2' is missing"),
        (choice(choices=["a", "b", "c", "d", "e"]), r"'choices' is \['a', 'b'"),
        (choice(choices=["now", "then", "", "never"]), r"'choices\.2' is ''"),
    ],
)
def test_a_bad_choice_question_is_named(tmp_path, line, fault):
    (tmp_path / "own.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(DataError, match=fault):
        load_choices(tmp_path / "own.jsonl")


def test_a_question_s_subject_is_its_own_or_the_caller_s_or_the_file_s(tmp_path):
    for name in ("own", "bio"):
        text = f"{choice()}\n{choice(subject='tides')}\n"
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")

    def subjects(*args):
        return [question.subject for question in load_choices(*args)]

    assert subjects(tmp_path / "own.jsonl") == ["own", "tides"]
    assert subjects(tmp_path / "own.jsonl", "clocks") == ["clocks", "tides"]
    assert subjects(tmp_path / "bio.jsonl") == ["biology", "tides"]


def test_mmlu_needs_a_subject(tmp_path):
    (tmp_path / "test.jsonl").write_text(choice(), encoding="utf-8")
    with pytest.raises(DataError, match=r"test\.jsonl:1: 'subject' is missing"):
        load_mmlu(tmp_path)


def test_the_right_option_is_the_one_that_the_answer_counts_to():
    assert Choice.model_validate_json(choice(answer=2)).right == "soon"
