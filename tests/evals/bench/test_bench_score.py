"""The scoring benchmark: its questions, and a small real run of it."""

import io

import pytest
from rich.console import Console

from boxed.models.connect import EMBEDDED
from evals.bench.score import Timed, lm_eval_installed, measure, questions, run, table_of
from evals.nano.facts import facts


def printed(found: list[Timed]) -> str:
    out = io.StringIO()
    Console(file=out, width=140).print(table_of(found))
    return out.getvalue()


def test_questions_have_the_form_of_wmdp_and_mmlu() -> None:
    asked = questions()
    known = {fact.question: fact for fact in facts()}
    assert len(asked) > 200
    for one in asked:
        head, blank, question, *listed, end = one.prompt.split("\n")
        assert head == (
            "The following are multiple choice questions (with answers) about general facts."
        )
        assert (blank, end) == ("", "Answer:")
        assert listed == [f"{a}. {b}" for a, b in zip("ABCD", one.options, strict=True)]
        assert len(set(one.options)) == 4
        assert one.options[one.right] == known[question].value
    assert {one.right for one in asked} == {0, 1, 2, 3}
    assert questions(7) == asked[:7]


def test_ratios_agreement_and_differences_by_hand() -> None:
    ours = Timed("letters", "ours", (6.0, 9.0, 8.0), [[-1.0, -2.0], [-3.0, -0.5]])
    loop = Timed("letters", "one by one", (2.0, 1.0, 4.0), [[-1.0, -2.25], [-0.25, -0.5]])
    assert ours.rate == 8.0
    assert ours.choices == [0, 1]
    assert ours.over(loop) == 3.0
    assert ours.agrees(loop) == 0.5
    assert ours.apart(loop) == 2.75
    text = printed([ours, loop])
    assert "3.0x" in text
    assert "50.0%" in text
    assert "its best" not in text


def test_without_lm_eval_the_other_ratios_stand_and_the_way_to_install_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("evals.bench.score.lm_eval_installed", lambda: False)
    out = io.StringIO()
    found = run(limit=6, repeats=1, console=Console(file=out, width=140))
    assert [(one.kind, one.way) for one in found] == [
        ("letters", "ours"), ("letters", "one by one"), ("texts", "ours"), ("texts", "one by one"),
    ]  # fmt: skip
    for ours, loop in ((found[0], found[1]), (found[2], found[3])):
        assert ours.agrees(loop) == 1.0
        assert ours.apart(loop) < 1e-3
    assert "lm-eval is not installed" in out.getvalue()
    assert ".[bench]" in out.getvalue()


@pytest.mark.skipif(not lm_eval_installed(), reason="lm-eval is not installed (extra 'bench')")
def test_lm_eval_finds_the_same_log_probabilities() -> None:
    found = measure(questions(12), 1, EMBEDDED, (1, 5))
    assert sum("lm-eval" in one.way for one in found) == 4
    for one in found:
        ours = next(other for other in found if (other.kind, other.way) == (one.kind, "ours"))
        assert one.agrees(ours) == 1.0
        assert one.apart(ours) < 1e-3
    assert "its best" in printed(found)
