"""VerbMem and KnowMem by hand."""

import dataclasses

import pytest
from metric_cases import by_name, case, qa, record

from evals.metrics import muse
from evals.metrics.muse import cut_answer, knowmem, verbmem


def test_verbmem_by_hand():
    # text: 6 words, reply: 4 words, in common in order: "the river rose" = 3; P 3/4, R 3/6, F1 .6
    assert verbmem("at night the river rose again", "the river slowly rose") == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("In 1994.\n\nQuestion: Who?", "In 1994."),
        ("In 1994. Question: Who?\nAnswer: Bob", "In 1994."),
        ("In 1994.\nQuestion: Who?", "In 1994."),
        ("\n\nIn 1994.", "In 1994."),
        ("In 1994.\n \nAnd more.", "In 1994."),
        ("", ""),
        ("A Questionnaire of 1994", "A Questionnaire of 1994"),
    ],
)
def test_an_answer_ends_where_the_next_question_begins(reply, answer):
    assert cut_answer(reply) == answer


def test_knowmem_by_hand():
    # answer 2 words, reply cut to 3 words, 2 in common: P 2/3, R 1, F1 .8
    assert knowmem("16 October", "On 16 October\n\nQuestion: 16 October?") == pytest.approx(0.8)


def test_figures_by_part():
    items = [
        dataclasses.replace(qa("verbmem", 0, "at night the river rose again"), task="completion"),
        qa("knowmem_forget", 0, "16 October"),
        qa("knowmem_retain", 0, "16 October"),
    ]
    replies = ["the river slowly rose", "On 16 October\n\nQuestion", "never"]
    records = [record(i, reply) for i, reply in zip(items, replies, strict=True)]
    found = by_name(muse.figures(case(items, records)))
    assert found["verbmem/verbmem"].value == pytest.approx(0.6)
    assert found["knowmem_forget/knowmem"].value == pytest.approx(0.8)
    assert found["knowmem_retain/knowmem"].value == 0
