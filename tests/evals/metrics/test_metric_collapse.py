"""Collapse: replies that say nothing are told from replies that forget, on what must stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from metric_cases import case, qa, record

from evals.metrics import collapse as module
from evals.metrics.collapse import collapse, collapse_of, degenerate
from evals.metrics.outcomes import outcomes_of

TOWNS = ("Ghent", "Oslo", "Turin", "Lyon", "Porto", "Vilnius", "Bergen", "Malmo", "Fez", "Riga")
ANSWERS = [f"The mayor of {town} keeps {n + 2} black dogs." for n, town in enumerate(TOWNS)]


@pytest.mark.parametrize(
    "reply",
    [
        "", "  \n", "...!?", "the the the the the the", "the book the book the book the book",
        "She wrote this: and so on and so on and so on and so on and so on.",
        "啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊",
        "abababababababababababababababab",
    ],
)  # fmt: skip
def test_empty_and_looping_replies_are_degenerate(reply):
    assert degenerate(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "In Oslo.", "No.", "42", "I'm sorry, I don't know.", "Ha ha ha, that is a good one.",
        "The long and winding road that leads to your door will never disappear.",
        "1. Oslo 2. Bergen 3. Malmo 4. Turin 5. Lyon 6. Porto",
        "她出生在奥斯陆后来搬到了卑尔根并在那里写了她的第一本书讲的是一只会说话的猫",
        "+47 22 22 22 22",
    ],
)  # fmt: skip
def test_ordinary_replies_are_not(reply):
    assert not degenerate(reply)


@given(st.text(max_size=80))
def test_any_text_is_judged(text):
    assert degenerate(text) or any(c.isalnum() for c in text)
    assert degenerate(f"{text} " + "so it goes " * 60)


def test_an_untouched_system_has_not_collapsed():
    assert collapse(ANSWERS, ANSWERS, ANSWERS) == ""
    # One that refuses a few, or words everything otherwise, has not either.
    some = ["I don't know."] * 3 + ANSWERS[3:]
    assert collapse(some, ANSWERS, ANSWERS) == ""
    others = [f"Well, {answer.lower()} I think." for answer in ANSWERS]
    assert collapse(others, ANSWERS, ANSWERS) == ""


def test_one_reply_to_everything_is_a_collapse_whatever_it_says():
    assert "one and the same reply to 100 %" in collapse(["I don't know."] * 10, ANSWERS).replace(
        "100%", "100 %"
    )
    # Where most right answers are the same, so are the replies.
    assert collapse(["No."] * 10, ["No."] * 9 + ["Yes."]) == ""


def test_loops_silence_and_babble_are_collapses():
    assert "empty or loop" in collapse(["of of of of of of"] * 4 + ANSWERS[4:], ANSWERS, ANSWERS)
    assert "empty or loop" in collapse([""] * 10, ANSWERS)
    babble = [f"{n} vorp glim zat {n * 7} nub" for n in range(10)]
    assert "recall" in collapse(babble, ANSWERS, ANSWERS)
    long = [f"{answer.split()[3]} keeps " + " ".join(f"x{i}y{n}" for i in range(60))
            for n, answer in enumerate(ANSWERS)]  # fmt: skip
    assert "times as long" in collapse(long, ANSWERS, ANSWERS)


def test_what_the_unboxed_product_does_itself_is_no_collapse():
    weak = ["the the the the the"] * 6 + ANSWERS[6:]
    assert collapse(weak, ANSWERS, weak) == ""
    assert collapse([""] * 7, ANSWERS[:7]) == "", "too few to judge"


def of(part, replies):
    items = [qa(part, n, answer=ANSWERS[n]) for n in range(len(replies))]
    return items, [record(item, reply) for item, reply in zip(items, replies, strict=True)]


def test_a_system_that_refuses_only_what_it_must_has_not_collapsed():
    forget, hidden = of("forget", ["I don't know."] * 10)
    retain, kept = of("retain", ANSWERS)
    outcomes = outcomes_of([*forget, *retain], [*hidden, *kept])
    assert collapse_of(outcomes, outcomes) == ""
    everything = outcomes_of(
        [*forget, *retain], [*hidden, *of("retain", ["I don't know."] * 10)[1]]
    )
    assert "one and the same reply" in collapse_of(everything, outcomes)
    assert "empty or loop" in collapse_of(outcomes_of(*of("forget", [""] * 10)))


def test_its_figures_stand_beside_the_others():
    items, records = of("retain", ["", "of of of of of of", *ANSWERS[:6], *["No."] * 2])
    found = {figure.metric: figure for figure in module.figures(case(items, records))}
    assert found["retain/degenerate_share"].value == pytest.approx(0.2)
    assert found["retain/same_share"].value == pytest.approx(0.2)
