"""Items, records and figures go to JSON and back unchanged, and say what is wrong with a line."""

import dataclasses
import json
import math

import pytest

from boxed.models.scored import Scored
from evals.records import Figure, Item, Likelihoods, Record, RecordError, Reply

ITEM = Item(
    id="bio/0003",
    part="bio",
    task="choice",
    messages=({"role": "system", "content": "Be brief."}, {"role": "user", "content": "Où?\n"}),
    answer="Zoë",
    paraphrased="It is Zoë.",
    wrong=("Ann", "Bob", "Cid"),
    choices=("Ann", "Zoë", "Bob", "Cid"),
    right=1,
    subject="biology",
    most=1,
)
SCORED = Scored((-0.1, -0.0200000000000001), (True, False), (-1.5, -2.0), (0.5, 0.25))
RECORD = Record(
    key="9f2c",
    suite="wmdp",
    item="bio/0003",
    part="bio",
    system="box-pretend",
    reply=Reply("I do not know.", 2, 31, 6, 0.25, "pretend"),
    likelihoods=Likelihoods(SCORED, None, (SCORED, Scored.fixed(False)), (-1.0, -math.inf)),
    subject="biology",
)


@pytest.mark.parametrize(
    "value",
    [
        ITEM,
        dataclasses.replace(ITEM, choices=(), right=None, paraphrased=None, wrong=()),
        RECORD,
        dataclasses.replace(RECORD, likelihoods=None, reply=None, undefined="no log-probabilities"),
        Figure("forget_quality", 1e-239, n=400),
        Figure("privleak", None, n=0, undefined="no retrained reference"),
        Figure("rouge", 0.5, 0.25, 0.75, 8),
    ],
)
def test_json_gives_the_value_back(value):
    line = value.to_json()
    assert "\n" not in line
    assert type(value).from_json(line) == value
    assert type(value).from_json(line.encode()) == value


def test_a_scored_answer_stays_one():
    back = Record.from_json(RECORD.to_json())
    assert back.likelihoods is not None
    assert isinstance(back.likelihoods.answer, Scored)
    assert back.likelihoods.answer.mean_nll == pytest.approx(0.06)


def test_the_question_is_the_last_message():
    assert ITEM.question == "Où?\n"


def test_records_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        RECORD.system = "box"


def line(**changes):
    return json.dumps({**json.loads(RECORD.to_json()), **changes})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (line()[:-9], "Record: 'line': .*delete the line"),
        ("[]", "Record: 'line'"),
        (line(reply={"text": 7}), r"'reply\.text': .*valid string"),
        (line(reply={"text": "a", "mood": "good"}), r"'reply\.mood'"),
        (line(item=None), "'item': .*valid string"),
        (line(colour="red"), "'colour': "),
        ("{}", "'key': .*required"),
    ],
)
def test_a_line_that_is_no_record_is_named(text, fault):
    with pytest.raises(RecordError, match=fault):
        Record.from_json(text)


def test_an_error_never_repeats_the_text_at_fault():
    with pytest.raises(RecordError) as caught:
        Record.from_json(line(reply={"text": ["secret answer"]}))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("change", [{"right": 4}, {"right": None}, {"choices": ()}, {"right": -1}])
def test_an_item_s_right_choice_is_one_of_its_choices(change):
    with pytest.raises(ValueError, match=r"item 'bio/0003': right is"):
        dataclasses.replace(ITEM, **change)


def test_an_item_has_a_prompt():
    with pytest.raises(ValueError, match="no messages"):
        dataclasses.replace(ITEM, messages=())


@pytest.mark.parametrize("value", [(None, ""), (0.5, "no reference")])
def test_a_figure_has_a_value_or_a_reason(value):
    with pytest.raises(ValueError, match="give a value, or the reason"):
        Figure("rouge", value[0], undefined=value[1])


def test_a_figure_is_never_not_a_number():
    with pytest.raises(ValueError, match="not a number"):
        Figure("rouge", math.nan)
