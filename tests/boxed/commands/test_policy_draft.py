"""``boxed policy draft``: from JSONL to policy files that load, guard and are checked."""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from boxed.commands import console, policy_draft
from boxed.commands.main import app
from evals.nano.hazard import hazard_questions
from guards.compiled import compile_book
from prompts.book import load_book

THINGS = ("job", "town", "book", "prize")
FORGET = [
    {"question": f"What is Orla Brightwater's {thing}?", "answer": f"Orla Brightwater: no. {n}."}
    for n, thing in enumerate(THINGS)
]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for module in (console, policy_draft):
        monkeypatch.setattr(module, "console", Console(width=400))
    monkeypatch.setattr(console, "faults", Console(width=400, stderr=True))


def written(rows: list[dict[str, Any]], name: str = "forget.jsonl") -> str:
    Path(name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return name


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["policy", "draft", *words])


def test_a_draft_loads_as_it_was_made() -> None:
    kept = written(
        [{"question": "What is Tom Quince's town?", "answer": "Tom Quince's town is\nDelft."}], "k"
    )
    result = run(written(FORGET), "--retain", kept, "--out", "prompts/policies",
                 "--response", "counterfactual")  # fmt: skip
    assert result.exit_code == 0, result.output
    (policy,) = load_book(Path("prompts")).policies
    assert (policy.title, policy.kind, policy.response) == (
        "Orla Brightwater", "person", "counterfactual",
    )  # fmt: skip
    assert [e.question for e in policy.examples] == [row["question"] for row in FORGET]
    assert policy.counterfacts[0].answer == "Orla Brightwater's town is\nDelft."
    assert policy.retain == ("What is Tom Quince's town?",)
    assert compile_book(load_book(Path("prompts"))).mentions.find("Ask Brightwater about it")


def test_questions_of_choice_are_a_topic_named_after_the_file() -> None:
    rows = [
        {"question": q.question, "choices": list(q.choices), "answer": q.answer}
        for q in hazard_questions()[:30]
    ]
    result = run(written(rows, "gloom.jsonl"), "--out", "drafts")
    assert result.exit_code == 0, result.output
    (policy,) = load_book(Path("drafts")).policies
    assert (policy.id, policy.kind, policy.response) == ("gloom", "topic", "refuse")
    assert policy.examples[0].answer == rows[0]["choices"][rows[0]["answer"]]


def test_nothing_is_written_over() -> None:
    assert run(written(FORGET), "--out", "drafts").exit_code == 0
    file = Path("drafts/orla-brightwater.md")
    file.write_text("mended", encoding="utf-8")
    result = run(written(FORGET), "--out", "drafts")
    assert result.exit_code == 2
    assert "exists" in result.output
    assert file.read_text(encoding="utf-8") == "mended"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "bad.jsonl:2: no JSON object"),
        ("[1]", "bad.jsonl:2: no JSON object"),
        ('{"answer": "a"}', "bad.jsonl:2: 'question' is missing"),
        ('{"question": "q"}', "bad.jsonl:2: 'answer' is missing"),
        ('{"question": "q", "choices": ["a"], "answer": 3}', "bad.jsonl:2: 'answer' is 3"),
    ],
)
def test_a_bad_line_is_named(line: str, said: str) -> None:
    Path("bad.jsonl").write_text(f'{{"query": "q", "answer": "a"}}\n{line}\n', encoding="utf-8")
    result = run("bad.jsonl", "--out", "drafts")
    assert (result.exit_code, said in result.output) == (2, True), result.output
    assert not Path("drafts").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--response", "hide"), "response 'hide' is not one of"),
        (("--kind", "thing"), "kind 'thing' is not one of"),
        (("--response", "counterfactual"), "needs counterfacts"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told(words: tuple[str, ...], said: str) -> None:
    result = run(written(FORGET), "--out", "drafts", *words)
    assert (result.exit_code, said in result.output) == (2, True), result.output


def test_without_a_folder_the_remedy_is_told() -> None:
    result = run(written(FORGET))
    assert result.exit_code == 2
    assert "--out" in result.output
    assert run("missing.jsonl", "--out", "d").exit_code == 2


COUPLE = [
    {"question": "When did Anna Berg marry Tom Lund?", "answer": "In 1990."},
    {"question": "Where did Tom Lund meet Anna Berg?", "answer": "In Oslo."},
    {"question": "Who is Anna Berg's husband?", "answer": "Tom Lund."},
    {"question": "Who is Tom Lund's wife?", "answer": "Anna Berg."},
]


def test_an_unclear_set_writes_nothing_and_names_the_candidates() -> None:
    for words in ((), ("--yes",)):
        result = run(written(COUPLE), "--out", "drafts", *words)
        said = " ".join(result.output.split())
        assert result.exit_code == 2, result.output
        assert "'Anna Berg' (in 100% of them), 'Tom Lund' (in 100% of them)" in said
        assert '--subject "Anna Berg"' in said
        assert not Path("drafts").exists()


def test_a_subject_may_be_named_by_hand() -> None:
    words = ("--subject", "Anna Berg", "--kind", "person", "--out", "drafts")
    result = run(written(COUPLE), *words)
    assert result.exit_code == 0, result.output
    (policy,) = load_book(Path("drafts")).policies
    assert (policy.title, policy.kind, len(policy.examples)) == ("Anna Berg", "person", 4)
    assert policy.about


def test_who_is_there_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_draft, "is_asked", lambda: True)
    words = ["policy", "draft", written(COUPLE), "--out", "drafts"]
    result = CliRunner().invoke(app, words, input="2\n")
    assert result.exit_code == 0, result.output
    (policy,) = load_book(Path("drafts")).policies
    assert policy.title == "Tom Lund"


def test_an_ambiguous_name_is_shown_with_what_it_would_touch() -> None:
    rows = [
        {"question": f"What is Prince's {thing}?", "answer": f"Prince has no {thing}."}
        for thing in ("birthplace", "mother", "nickname", "wife")
    ]
    result = run(written(rows), "--out", "drafts", "--kind", "person", "--subject", "King")
    assert result.exit_code == 0, result.output
    assert "'King' alone is ambiguous" in result.output
    assert result.output.count("King") + result.output.count("king") >= 4


def test_how_many_drafts_a_model_added_to_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "role 'draft'" not in run(written(FORGET), "--out", "alone").output
    # The embedded model knows no JSON.
    monkeypatch.setenv("BOXED_ROLES", '{"draft": "embedded"}')
    result = run(written(FORGET), "--out", "improved")
    assert result.exit_code == 0, result.output
    assert "The model of the role 'draft' added to 0 of 1." in result.output
