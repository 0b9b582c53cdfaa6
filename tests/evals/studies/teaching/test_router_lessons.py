"""Lessons and exams of the router: what is asked is what the box asks, and nothing is leaked."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from boxed.api.chat import ChatReply
from boxed.settings import Settings
from boxed.store.embedding import load_embedder
from evals.commands.main import app
from evals.nano.checkpoints import SHIPPED
from evals.studies.teaching import roles, subjects
from evals.studies.teaching.catalogue import ROLES
from evals.studies.teaching.routed import routed
from evals.studies.teaching.router_exam import (
    asked_of,
    asked_of_subjects,
    examine,
    messages_of_subjects,
)
from evals.studies.teaching.router_lessons import GROUP, messages_of, router_lessons
from evals.studies.teaching.subjects import load_subjects
from evals.suites.rwku import load_rwku
from prompts.book import load_book, shipped_directory

BOOK = load_book(shipped_directory())
TAUGHT, HELD_OUT = load_subjects()


def test_nobody_is_taught_who_is_examined():
    taught = {one.title.casefold() for one in TAUGHT}
    assert len(TAUGHT) >= 100
    assert len(HELD_OUT) >= 12
    assert not taught & {one.title.casefold() for one in HELD_OUT}


@pytest.mark.parametrize("subject", [*TAUGHT, *HELD_OUT], ids=lambda one: one.title)
def test_a_description_does_not_name(subject):
    words = {w.casefold() for w in subject.title.split() if len(w) > 3 and w[0].isupper()}
    if subject.kind == "person":
        for text in subject.described:
            assert not words & {w.strip(".,?!'\"").casefold() for w in text.split()}, text
    about = {*subject.named, *subject.described, *subject.asked}
    assert not about & {*subject.near, *subject.related, *subject.apart}


def test_lessons_are_the_box_s_own_prompts_half_of_them_yes():
    lessons = router_lessons(TAUGHT[:6], BOOK, seed=3)
    assert lessons == router_lessons(TAUGHT[:6], BOOK, seed=3)
    share = sum(one.answer == "yes" for one in lessons) / len(lessons)
    assert 0.35 < share < 0.6
    groups = Counter(one.group for one in lessons)
    assert max(groups.values()) <= GROUP
    for one in lessons:
        assert one.question.startswith("Subject: ")
        assert one.question.endswith("Is it about this very subject, yes or no?\n") or (
            one.question.endswith("Is it about this very subject, yes or no?")
        )


def test_an_order_in_a_message_changes_no_answer():
    found = messages_of(TAUGHT[0], TAUGHT, random.Random(1))
    one = TAUGHT[0]
    own = {*one.named, *one.described, *one.asked}
    rest = {*one.near, *one.related, *one.apart}
    seen = set[str]()
    for text, about in found:
        if any(message in text for message in own):
            assert about, text
        elif any(message in text for message in rest):
            assert not about, text
        seen |= {message for message in own | rest if message in text}
    assert seen == own | rest


def test_an_exam_has_as_much_to_leave_as_to_find(tmp_path):
    folder = tmp_path / "rwku"
    folder.mkdir()
    rows = [{"split": "intro", "target": "Ann Lee", "intro": "Ann Lee is a singer of Leeds."}]
    for split, level in (("forget_level2", "2"), ("neighbor_level2", "2")):
        rows += [
            {"split": split, "subject": "Ann Lee", "level": level, "query": f"{split} {n}?",
             "type": "simple question", "answer": "x"}
            for n in range(6)
        ]  # fmt: skip
    (folder / "Ann_Lee.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    asked = asked_of(load_rwku(tmp_path), BOOK, each=4)
    assert Counter(one.about for one in asked) == {True: 4, False: 2}
    assert all("Ann Lee" in one.prompt for one in asked)
    figures = examine(asked, [1.0 if one.about else -1.0 for one in asked])
    assert figures["right"].value == figures["auc"].value == 1.0
    turned = examine(asked, [-1.0 if one.about else 1.0 for one in asked])
    assert turned["right"].value == turned["auc"].value == turned["recall"].value == 0.0
    assert turned["false_alarms"].value == 1.0


def test_a_small_model_is_taught_and_examined_beside_itself(tmp_path, monkeypatch):
    one = TAUGHT[0]
    kinds = ("named", "described", "asked", "near", "related", "apart")
    cut = {kind: getattr(one, kind)[:1] for kind in kinds}
    few = (one.model_copy(update=cut),)
    monkeypatch.setattr(roles, "load_subjects", lambda: (few, few[:1]))
    lesson = roles.RoleLesson(
        str(SHIPPED["full"]), tmp_path / "router", epochs=16, rank=8, layers=4, learning_rate=5e-3
    )
    taught = roles.teach_role(lesson, ROLES["router"], "boxed-evals teach")
    assert taught.taught["held out"]["right"].n == len(asked_of_subjects(few[:1], BOOK))
    assert taught.taught["held out"]["auc"].value > taught.bare["held out"]["auc"].value
    card = (tmp_path / "router" / "README.md").read_text()
    assert "`boxed-evals teach`" in card
    assert "| held out | bare |" in card
    # A lesson may go on from there; its card tells both, and that their lessons differ.
    more = replace(lesson, out=tmp_path / "more", start=tmp_path / "router", epochs=1, seed=1)
    roles.teach_role(more, ROLES["router"], "boxed-evals teach --start BEFORE")
    card = (tmp_path / "more" / "README.md").read_text()
    assert card.index("- Command: `boxed-evals teach`") < card.index("- Command, then: `boxed-ev")
    assert json.loads((tmp_path / "router" / "taught.json").read_text())["sha256"] in card
    with pytest.raises(ValueError, match="none holds no adapter_model"):
        roles.teach_role(replace(more, start=tmp_path / "none"), ROLES["router"], "")


def test_the_command_tells_that_there_is_nothing_to_go_on_from(tmp_path):
    none = tmp_path / "none"
    told = CliRunner().invoke(app, [
        "teach", "--model", str(SHIPPED["full"]), "--out", str(tmp_path / "out"),
        "--start", str(none),
    ])  # fmt: skip
    assert told.exit_code == 1
    assert f"{none} holds no adapter_model.safetensors" in " ".join(told.output.split())


class Says:
    """A router that always says the same, and counts how often it was asked."""

    def __init__(self, word: str) -> None:
        self.word, self.asked = word, 0

    async def chat(self, request):
        self.asked += 1
        said = {"index": 0, "message": {"role": "assistant", "content": self.word}}
        return ChatReply({"choices": [said | {"finish_reason": "stop"}]})


async def test_messages_are_routed_as_a_box_does():
    few = [one for one in HELD_OUT if one.kind == "person"][:2]
    messages = messages_of_subjects(few)
    rules = await routed(messages, None, None)
    assert rules["right"].n == len(messages)
    named = [one for one in messages if one.kind == "named" and one.policy.title in one.text]
    assert named
    assert (await routed(named, None, None))["recall"].value == 1.0
    apart = [one for one in messages if one.kind == "apart"]
    assert (await routed(apart, None, None))["false_alarms"].value == 0.0
    right = (rules["recall"].value * rules["recall"].n
             + (1 - rules["false_alarms"].value) * rules["false_alarms"].n)  # fmt: skip
    assert right == pytest.approx(rules["right"].value * len(messages))


async def test_a_router_is_asked_in_doubt_alone_and_decides_there():
    messages = messages_of_subjects([one for one in HELD_OUT if one.kind != "person"])
    embed = load_embedder(Settings())
    rules = await routed(messages, None, embed)
    yes, no = Says("yes"), Says("no")
    most, least = await routed(messages, yes, embed), await routed(messages, no, embed)
    assert 0 < yes.asked == no.asked < len(messages)
    assert least["recall"].value <= rules["recall"].value < most["recall"].value


def test_the_command_tells_how_right_rules_are(monkeypatch):
    few = HELD_OUT[:1]
    monkeypatch.setattr(subjects, "load_subjects", lambda: (TAUGHT[:1], few))
    done = CliRunner().invoke(app, ["routing"], env={"BOXED_DATA": None})
    assert done.exit_code == 0, done.output
    assert done.output.startswith("held out, rules: right 0.")
    assert f"n={len(messages_of_subjects(few))}" in done.output
    wrong = CliRunner().invoke(
        app, ["routing", "--router", "nothing-of-the-kind"], env={"BOXED_DATA": None}
    )
    assert wrong.exit_code == 1
    assert wrong.output.startswith("upstream 'nothing-of-the-kind' names no model")
    assert "Traceback" not in wrong.output
