"""What a shared classifier learns from: one policy for each published set that is there."""

import json

import pytest

from evals.data.jsonl import DataError
from evals.studies.certified.questions import questions_of


def choices(folder, name, count):
    folder.mkdir(exist_ok=True)
    rows = [
        {"question": f"{name} question {n}?", "choices": ["a", "b", "c", "d"], "answer": 0,
         "subject": "astronomy"}
        for n in range(count)
    ]  # fmt: skip
    (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def test_the_sets_that_a_folder_holds_become_policies_and_half_of_each_is_learned(tmp_path):
    choices(tmp_path / "mmlu", "test", 12)
    with pytest.raises(DataError, match=r"bio\.jsonl is missing"):
        questions_of(tmp_path)
    choices(tmp_path / "wmdp", "bio", 6)
    choices(tmp_path / "wmdp", "cyber", 4)
    found = questions_of(tmp_path)
    assert found.policies == ("bio", "cyber")
    assert found.owners.tolist() == [0, 0, 0, 1, 1, *[-1] * 6]
    assert not set(found.texts) & set(found.tested)
    assert found.answers.tolist() == [1.0] * 5 + [0.0] * 6
