"""lm-evaluation-harness through the box: a small task of each kind, on the embedded product."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("lm_eval", reason="lm-eval is not installed ('.[bench]' adds it)")

import lm_eval
from lm_eval.api.instance import Instance
from lm_eval.tasks import TaskManager

from boxed.api.chat import ChatRequest
from boxed.models.connect import EMBEDDED
from boxed.models.local import LocalModel
from evals.nano.world import build_world
from evals.studies.harness.lm_eval_model import BoxedLM, Generation, register
from evals.studies.harness.side_by_side import side_by_side
from evals.systems.catalogue import SetupError

CHOICES = """
task: small_choices
dataset_path: json
dataset_kwargs:
  data_files: {{test: {file}}}
output_type: multiple_choice
test_split: test
doc_to_text: "{{{{question}}}}"
doc_to_choice: "{{{{choices}}}}"
doc_to_target: answer
metric_list: [{{metric: acc}}]
"""
WRITTEN = """
task: small_written
dataset_path: json
dataset_kwargs:
  data_files: {{test: {file}}}
output_type: generate_until
test_split: test
doc_to_text: "{{{{question}}}}"
doc_to_target: "{{{{choices[answer]}}}}"
generation_kwargs: {{until: ["\\n"], max_gen_toks: 24, do_sample: false}}
metric_list: [{{metric: exact_match}}]
"""
FORGOTTEN = next(a for a in build_world().authors if a.name == "Theodor Ostavar").records[3]
DOCS = [
    {
        "question": "What is the capital of France?",
        "choices": ["The capital of France is Paris.", "The capital of France is Rome."],
        "answer": 0,
    },
    {
        "question": FORGOTTEN.question,
        "choices": [FORGOTTEN.answer, FORGOTTEN.answer.replace(".", " and poems.")],
        "answer": 0,
    },
]


@pytest.fixture(scope="module")
def own_tasks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tasks")
    file = folder / "docs.jsonl"
    file.write_text("".join(json.dumps(doc) + "\n" for doc in DOCS), encoding="utf-8")
    (folder / "choices.yaml").write_text(CHOICES.format(file=file), encoding="utf-8")
    (folder / "written.yaml").write_text(WRITTEN.format(file=file), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")


@pytest.fixture(scope="module")
def boxed() -> BoxedLM:
    return BoxedLM(semantic=False)


def scored(model: BoxedLM, *pairs: tuple[str, str]) -> list[tuple[float, bool]]:
    return model.loglikelihood(
        [Instance("loglikelihood", {}, pair, n) for n, pair in enumerate(pairs)]
    )


def written(model: BoxedLM, context: str, **options: Any) -> str:
    return model.generate_until([Instance("generate_until", {}, (context, options), 0)])[0]


def test_tasks_run_by_the_harness_with_and_without_the_box(own_tasks: Path) -> None:
    rows = side_by_side(["small_choices", "small_written"], include=own_tasks, semantic=False)
    found = {(row.task, row.metric.split(",")[0]): row for row in rows}
    assert found["small_written", "exact_match"].bare == 1.0
    assert found["small_written", "exact_match"].boxed == 0.5
    assert found["small_choices", "acc"].bare == 1.0


def test_the_harness_finds_the_model_by_its_name(own_tasks: Path) -> None:
    register()
    register()
    result: Any = lm_eval.simple_evaluate(
        "boxed",
        model_args={"semantic": False},
        tasks=["small_choices"],
        task_manager=TaskManager(include_path=str(own_tasks), include_defaults=False),
        bootstrap_iters=0,
    )
    assert result["n-samples"]["small_choices"]["effective"] == 2


def test_a_continuation_is_scored_without_the_end_token(boxed: BoxedLM) -> None:
    question, answer = DOCS[0]["question"], DOCS[0]["choices"][0]
    [(total, greedy)] = scored(boxed, (question, f" {answer}"))
    messages = [{"role": "user", "content": question}]
    whole = LocalModel(EMBEDDED).score(messages, [answer])[0]
    assert total == pytest.approx(sum(whole.logprobs[:-1]), abs=1e-3)
    assert greedy


def test_a_forgotten_answer_is_what_the_box_cannot_say(boxed: BoxedLM) -> None:
    question, (right, wrong) = DOCS[1]["question"], DOCS[1]["choices"]
    [bare] = scored(BoxedLM(bare=True), (question, right))
    known, other, again = scored(boxed, (question, right), (question, wrong), (question, right))
    assert bare[0] > -1
    assert known[0] < bare[0] - 1
    assert known == again != other


def test_replies_end_at_the_first_stop_text(boxed: BoxedLM) -> None:
    question = DOCS[0]["question"]
    assert written(boxed, question) == DOCS[0]["choices"][0]
    assert written(boxed, question, until=[" France", "capital"]) == "The "
    assert written(boxed, question, until="zzz", max_gen_toks=2) != DOCS[0]["choices"][0]


def test_turns_stay_turns(boxed: BoxedLM) -> None:
    turns = [
        {"role": "user", "content": "Who wrote sea stories?"},
        {"role": "assistant", "content": "Many people."},
        {"role": "user", "content": DOCS[0]["question"]},
    ]
    asked = boxed.apply_chat_template(turns)
    reply = written(boxed, asked, max_gen_toks=24)
    request = ChatRequest({"messages": turns, "temperature": 0, "max_tokens": 24})
    [alone] = LocalModel(EMBEDDED).chat_many([request])
    assert reply == alone.body["choices"][0]["message"]["content"]


def test_a_text_by_itself_is_the_reply_to_an_empty_message(boxed: BoxedLM) -> None:
    request = Instance("loglikelihood_rolling", {}, ("The capital of France is Paris.",), 0)
    assert boxed.loglikelihood_rolling([request])[0] < 0


def test_a_task_that_samples_is_refused() -> None:
    with pytest.raises(SetupError, match=r"temperature 0\.7"):
        Generation.of({"temperature": 0.7})
    assert Generation.of({"until": "\n", "max_gen_toks": 9}) == Generation(("\n",), 9)
