"""The gate's rates and curve on numbers worked by hand, and the gate itself on the hazard set."""

import math
import random
from pathlib import Path

import pytest

from evals.data.choices import Choice
from evals.metrics.rates import rate
from evals.metrics.vectors import kept_sentences
from evals.nano.hazard import ChoiceQuestion, harmless_questions, hazard_questions
from evals.studies.gate.measure import halves, measure, with_options
from evals.studies.gate.rates import curve, recall_at


def test_wilsons_interval() -> None:
    # z = 1.96, p = 0.5, n = 100: middle (0.5 + 3.8416/200) / 1.038416 = 0.5,
    # half 1.96 * sqrt(0.0025 + 3.8416/40000) / 1.038416 = 0.0962
    found = rate(50, 100)
    assert (round(found.low, 4), round(found.high, 4)) == (0.4038, 0.5962)
    assert found.text == "50.0 % (40.4 to 59.6, n = 100)"
    # None of ten: high = z^2 / (n + z^2) = 3.8415 / 13.8415
    assert (rate(0, 10).low, round(rate(0, 10).high, 4)) == (0.0, 0.2775)
    assert rate(10, 10).high == 1.0
    with pytest.raises(ValueError, match="at least one"):
        rate(0, 0)


def test_the_curve_keeps_its_promise_and_equal_values_together() -> None:
    others = [5.0, 4.0, 4.0, 3.0, 2.0, 1.0, 0.0, -1.0, -2.0, -3.0]
    topic = [6.0, 4.5, 4.0, 1.0]
    # One of ten may pass: 5. The next is 4, so the threshold lies above it: 6 and 4.5 are caught.
    found = recall_at(topic, others, 0.1)
    assert (found.recall.value, found.false_alarms.value) == (0.5, 0.1)
    # Two of ten may pass, but the two at 4 fall together: still one.
    assert recall_at(topic, others, 0.2).false_alarms.value == 0.1
    assert recall_at(topic, others, 0.3).recall.value == 0.75
    assert recall_at(topic, others, 1.0).threshold == -math.inf
    assert [p.recall.value for p in curve(topic, others, (0.1, 0.3))] == [0.5, 0.75]


def _choices(questions: tuple[ChoiceQuestion, ...]) -> list[Choice]:
    return [
        Choice(question=q.question, choices=q.choices, answer=q.answer, subject=q.subject)
        for q in questions
    ]


def test_halves_share_no_question() -> None:
    topic = _choices(hazard_questions())
    doubled = [*topic, *topic[:10]]
    first, second = halves(doubled, 3)
    assert not {q.question for q in first} & {q.question for q in second}
    assert len(first) + len(second) == len(doubled)
    assert halves(doubled, 3) == (first, second)
    assert halves(doubled, 4) != (first, second)


def test_a_hazard_is_told_from_its_neighbours(tmp_path: Path) -> None:
    harmless = _choices(harmless_questions())
    random.Random(1).shuffle(harmless)
    middle = len(harmless) // 2
    embed = kept_sentences(tmp_path / "vectors.bin")
    topic = _choices(hazard_questions())
    found = measure("gloom alchemy", topic, harmless[middle:], harmless[:middle], embed)
    assert found.recall.value >= 0.95
    assert found.false_alarms.value <= 0.05
    assert sum(count for _, count, _ in found.subjects) == round(
        found.false_alarms.value * found.false_alarms.count
    )


def test_options_stand_below_the_question() -> None:
    question = Choice(question="Which?", choices=("a", "b", "c", "d"), answer=0, subject="x")
    assert with_options(question) == "Which?\nA. a\nB. b\nC. c\nD. d"
