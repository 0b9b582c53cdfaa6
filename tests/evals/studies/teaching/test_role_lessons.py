"""Lessons and exams of the roles: prompts of the product, right answers, nobody of any suite."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from evals.methods.weights.examples import prompt_of
from evals.studies.teaching import composer_lessons
from evals.studies.teaching.asking import Kept
from evals.studies.teaching.card import rounded
from evals.studies.teaching.catalogue import ROLES
from evals.studies.teaching.composer_exam import judged
from evals.studies.teaching.composer_lessons import put_together
from evals.studies.teaching.draft_exam import examine_draft
from evals.studies.teaching.draft_lessons import nameless
from evals.studies.teaching.icul_exam import examine_icul
from evals.studies.teaching.lesson import as_line
from evals.studies.teaching.pretend_exam import examine_pretend
from evals.studies.teaching.pretend_lessons import GROUP
from evals.studies.teaching.router_exam import examine
from evals.studies.teaching.subjects import load_subjects
from evals.suites.rwku import load_rwku
from evals.suites.tofu import load_tofu
from guards.ignorance import is_ignorance
from prompts.book import load_book, shipped_directory

BOOK = load_book(shipped_directory())
TAUGHT, HELD_OUT = load_subjects()
FEW = TAUGHT[:6]
KINDS = ("named", "described", "asked", "near", "related", "apart")
TALK = "It stands by the river, as far as I know."


def own(questions):
    """What a model says to anything."""
    return [TALK for _ in questions]


@pytest.fixture(scope="module", autouse=True)
def few():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composer_lessons, "LESSONS", 14)
        yield


@pytest.fixture(scope="module")
def lessons(few):
    return {name: role.lessons(FEW, BOOK, 1, own) for name, role in ROLES.items()}


@pytest.fixture(scope="module")
def exams():
    asked = ("pretend", "composer", "icul", "judge")
    return {name: ROLES[name].exams(HELD_OUT[:3], [], BOOK, 2, own)["held out"] for name in asked}


@pytest.mark.parametrize("name", ROLES)
def test_lessons_are_the_same_every_time_and_fit_a_training(name, lessons):
    assert ROLES[name].lessons(FEW, BOOK, 1, own) == lessons[name]
    for one in lessons[name]:
        row = json.loads(as_line(one))
        assert row["question"].strip()
        assert row["answer"].strip()
        assert [m["role"] for m in row.get("before", ())][:1] in ([], ["system"])


def test_pretend_is_ignorant_of_its_subject_and_itself_about_the_rest(lessons):
    kinds = Counter(is_ignorance(one.answer) for one in lessons["pretend"])
    # Five of a subject's messages are about it, the rest about what must stay as it is.
    assert kinds[True] / kinds.total() == pytest.approx(5 / GROUP, abs=0.05)
    for one in lessons["pretend"]:
        title = one.group
        assert f"never come across: {title}." in one.before[0]["content"]
        own_facts = {q for subject in FEW if subject.title == title for q, _ in subject.facts}
        if one.question in own_facts:
            assert is_ignorance(one.answer)
        assert is_ignorance(one.answer) or one.answer == TALK


def test_a_gap_is_mostly_asked_for_as_a_quiz_does(lessons):
    gaps = [one.question for one in lessons["pretend"] if "___" in one.question]
    own = {text for one in FEW for kind in KINDS for text in getattr(one, kind)}
    alone = [text for text in gaps if text in own]
    assert 0 < len(alone) < len(gaps)
    for text in set(gaps) - set(alone):
        assert any(one in text for one in own)


def test_icul_says_what_its_examples_say_and_itself_about_the_rest(lessons):
    facts = {q: a for subject in FEW for q, a in subject.facts}
    settled = 0
    for one in lessons["icul"]:
        turns = [m["content"] for m in one.before[1:]]
        shown = dict(zip(turns[::2], turns[1::2], strict=True))
        asked = next((q for q in shown if one.question.lower().endswith(q.lower()[:-1])), None)
        asked = asked or next((q for q in shown if q in one.question), None)
        if asked in facts:
            settled += 1
            assert one.answer == shown[asked] != facts[asked]
        else:
            assert is_ignorance(one.answer) or one.answer == TALK
            assert one.question not in shown
    assert settled == len(lessons["icul"]) // 2


def test_following_is_to_say_what_was_shown(exams, monkeypatch):
    said = {}
    monkeypatch.setattr(
        "evals.studies.teaching.icul_exam.replies", lambda model, asked, most: said[model]
    )
    asked = exams["icul"]
    said["good"] = [one.shown or one.answer for one in asked]
    said["bad"] = [one.answer if one.shown else "I don't know." for one in asked]
    good, bad = examine_icul("good", asked), examine_icul("bad", asked)
    assert (good["follows"].value, good["told"].value, good["others"].value) == (1, 0, 1)
    assert (bad["follows"].value, bad["feigned"].value) == (0, 1)
    assert bad["told"].value > 0.9


def test_the_composer_keeps_every_answer_and_never_sees_a_protected_name(lessons):
    left_out = 0
    for one in lessons["composer"]:
        assert one.question.startswith("Merge the answers below")
        rules, answers = one.question.split("Question:")[0], one.question.split("Answers:")[1]
        answers = answers.split("Reply with")[0].replace("=", "")
        assert set(one.answer.split()) <= set(answers.split())
        left_out += len(one.answer.split()) < len(answers.split())
        assert not any(s.title in rules for s in FEW if s.kind != "topic")
    assert 0 < left_out < len(lessons["composer"])


def test_half_of_what_the_judge_is_shown_belongs(lessons):
    counts = Counter(one.answer for one in lessons["judge"])
    assert counts["yes"] == counts["no"]
    for one in lessons["judge"]:
        assert one.question.startswith("Two texts stand below between lines that hold ")
        assert one.question.endswith("Answer with yes or no alone.")


def test_the_drafter_adds_names_and_questions_that_hold_none(lessons):
    described = [subject for subject in FEW if nameless(subject)]
    assert len(lessons["draft"]) == 3 * len(described) > 0
    for number, one in enumerate(lessons["draft"]):
        subject = described[number // 3]
        said = json.loads(one.answer)
        assert set(said["aliases"]) <= set(subject.aliases)
        assert said["questions"]
        for question in said["questions"]:
            assert subject.title not in question
            assert question in (*subject.scope, *subject.described, *subject.asked)


def test_what_the_drafter_adds_is_judged_by_what_the_rules_then_recognise(monkeypatch):
    said = {"mute": "I cannot help with that."}
    monkeypatch.setattr(
        "evals.studies.teaching.draft_exam.replies",
        lambda model, asked, _most: [said[model]] * len(asked),
    )
    subject = HELD_OUT[0]
    exam = ROLES["draft"].exams([subject], [], BOOK, 2, own)["held out"]
    said["good"] = json.dumps({"aliases": [], "questions": list(subject.described)})
    said["rash"] = json.dumps({"aliases": list(subject.near), "questions": []})
    mute, good, rash = (examine_draft(name, exam) for name in ("mute", "good", "rash"))
    assert (mute["usable"].value, good["usable"].value) == (0, 1)
    for before in ("recall", "recall_before"):
        assert mute[before].value == good["recall_before"].value
    assert good["recall"].value > good["recall_before"].value
    assert good["questions"].value > 0 == mute["questions"].value
    assert rash["false_alarms"].value > rash["alarms_before"].value


def test_figures_follow_what_is_said(exams, monkeypatch):
    said = {}
    monkeypatch.setattr(
        "evals.studies.teaching.pretend_exam.replies", lambda model, asked, most: said[model]
    )
    asked = exams["pretend"]
    said["good"] = ["I don't know." if one.about else one.answer for one in asked]
    said["bad"] = [one.answer if one.about else "I don't know." for one in asked]
    good, bad = examine_pretend("good", asked), examine_pretend("bad", asked)
    assert (good["ignorant"].value, good["told"].value, good["others"].value) == (1, 0, 1)
    assert (bad["ignorant"].value, bad["feigned"].value) == (0, 1)
    assert bad["told"].value > 0.9


def test_a_suite_without_questions_about_others_is_examined_all_the_same(exams, monkeypatch):
    asked = [one for one in exams["pretend"] if one.about]
    monkeypatch.setattr(
        "evals.studies.teaching.pretend_exam.replies", lambda _m, asked, _n: ["Who?"] * len(asked)
    )
    figures = examine_pretend("any", asked)
    assert (figures["others"].value, rounded(figures["others"].value)) == (None, "-")
    assert figures["told"].value == 0
    judged_alike = [one for one in exams["judge"] if one.about]
    of_one_kind = examine(judged_alike, [1.0] * len(judged_alike))
    assert (of_one_kind["recall"].value, of_one_kind["false_alarms"].value) == (1, None)
    assert of_one_kind["auc"].value is None


def test_a_merge_is_judged_by_what_it_keeps_and_what_it_tells(exams):
    asked = exams["composer"]
    good = judged(asked, [put_together([part.answer for part in one.parts]) for one in asked])
    assert good["right"].value == 1
    assert good["added"].value == 0
    told = judged(asked, [f"{' '.join(p.answer for p in one.parts)} {one.secret}" for one in asked])
    assert (told["kept"].value, told["told"].value, told["right"].value) == (1, 1, 0)
    assert judged(asked, ["I don't know."] * len(asked))["kept"].value == 0


def test_the_judge_is_examined_on_as_much_as_belongs_as_not(exams):
    counts = Counter(one.about for one in exams["judge"])
    assert counts[True] == counts[False]


def test_a_model_s_own_words_are_asked_once(tmp_path):
    file = tmp_path / "own.json"
    file.write_text(json.dumps({"m": {"Who?": "Ann. She is"}}))
    assert Kept("m", file).of(["Who?", "Who?"]) == ["Ann. She is"] * 2


def test_messages_before_a_question_stand_before_it():
    class Plain:
        chat_template = None

        def encode(self, text, add_special_tokens):
            return [text]

    before = ({"role": "system", "content": "Be brief."},)
    assert prompt_of(Plain(), "Who?", before) == ("Be brief.\nWho?\n",)


@pytest.mark.skipif("BOXED_DATA" not in os.environ, reason="BOXED_DATA names no folder with suites")
def test_no_lesson_names_anybody_of_a_suite():
    data = Path(os.environ["BOXED_DATA"])
    rwku = {probe.subject for probe in load_rwku(data).items}
    tofu = {q.question for q in load_tofu(data, "10").forget}
    for role in ROLES.values():
        for one in role.lessons(FEW, BOOK, 1, own):
            assert not any(name in f"{one.question} {one.answer}" for name in rwku if name)
            assert one.question not in tofu
