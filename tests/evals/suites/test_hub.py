"""Sets by their hub names through datasets, on repositories that lie in a folder."""

import json
from pathlib import Path

import pytest

from evals.data.choices import load_mmlu
from evals.data.jsonl import DataError
from evals.suites.hub import HUB, HubSet, fetch
from evals.suites.rwku import load_rwku

pytest.importorskip("datasets", reason="datasets is not installed ('.[hub]' adds it)")

QUESTION = {
    "question": "Which?", "subject": "law", "choices": ["a", "b", "c", "d"], "answer": 2, "more": 1,
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")


def repository(tmp_path: Path, split: str, *rows: object) -> str:
    folder = tmp_path / "repository"
    folder.mkdir(exist_ok=True)
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / f"{split}.jsonl").write_text(text, encoding="utf-8")
    return str(folder)


def test_a_set_becomes_the_file_that_the_suite_reads(tmp_path: Path) -> None:
    name = repository(tmp_path, "test", QUESTION, QUESTION)
    fields = ("subject", "question", "choices", "answer")
    wanted = HubSet("mmlu/test.jsonl", name, None, "test", fields)
    folder = fetch("mmlu", tmp_path / "hub", [wanted])
    questions = load_mmlu(folder)
    assert len(questions) == 2
    assert (questions[0].right, questions[0].subject) == ("c", "law")


def test_what_was_fetched_is_not_fetched_again(tmp_path: Path) -> None:
    wanted = HubSet("mmlu/test.jsonl", repository(tmp_path, "test", QUESTION), None, "test")
    fetch("mmlu", tmp_path / "hub", [wanted])
    gone = HubSet("mmlu/test.jsonl", str(tmp_path / "gone"), None, "test")
    assert fetch("mmlu", tmp_path / "hub", [gone]) == tmp_path / "hub"


def test_people_get_a_file_each(tmp_path: Path) -> None:
    asked = {"subject": "Jane Roe", "level": "2", "type": "simple question", "query": "Who?"}
    name = repository(tmp_path, "test", {**asked, "answer": "Nobody"})
    wanted = HubSet("rwku", name, None, "test", added=(("split", "forget_level2"),))
    suite = load_rwku(fetch("rwku", tmp_path / "hub", [wanted]))
    assert [(i.subject, i.part, i.answer) for i in suite.items] == [
        ("Jane Roe", "forget_level2", "Nobody")
    ]


def test_a_set_that_is_not_there_is_named_with_a_remedy(tmp_path: Path) -> None:
    missing = HubSet("tofu/full.jsonl", str(tmp_path / "nowhere"), None, "train")
    with pytest.raises(DataError, match=r"nowhere .* cannot be loaded .* --data"):
        fetch("tofu", tmp_path / "hub", [missing])


def test_every_family_has_its_published_sets() -> None:
    assert set(HUB) == {"tofu", "wmdp", "mmlu", "muse-news", "muse-books", "rwku"}
    files = [one.file for sets in HUB.values() for one in sets if one.file != "rwku"]
    assert "tofu/forget10_perturbed.jsonl" in files
    assert "muse/books_privleak_holdout.jsonl" in files
