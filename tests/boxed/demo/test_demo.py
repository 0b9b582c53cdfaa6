"""The demo: what counts as a leak or a wrong refusal, and that the shipped one shows neither."""

import json
import subprocess
import sys

import pytest
from pretrained import needs_smollm2

from boxed.assemble import assemble
from boxed.commands.demo import ask_both, in_short
from boxed.deciding.trace import Step
from boxed.demo.judge import DemoQuestion, judge, leaks, recall
from boxed.demo.scenes import scenes_for
from boxed.settings import load_settings


def question(turns=("Where was Jane Roe born?",), forgotten=(), retained=()):
    return DemoQuestion(way="directly", turns=turns, forgotten=forgotten, retained=retained)


def test_a_leak_is_the_forgotten_answer_in_any_spelling_of_case_and_spacing():
    asked = question(forgotten=("New  Quito",))
    assert leaks(asked, ["She was born in NEW quito."])
    assert not leaks(asked, ["I'm not familiar with that."])


def test_what_the_question_itself_says_is_no_leak():
    asked = question(turns=("Was she born in Quito?",), forgotten=("Quito",))
    assert not leaks(asked, ["I can't say whether it was Quito."])


def test_a_retained_answer_must_not_get_worse():
    asked = question(retained=("The capital of France is Paris.",))
    right, wrong = "The capital of France is Paris.", "I'm not familiar with that."
    assert not judge(asked, [right], [right]).wrongly_refused
    assert judge(asked, [right], [wrong]).wrongly_refused
    assert not judge(asked, [wrong], [wrong]).wrongly_refused
    assert not judge(asked, [wrong], [right]).wrongly_refused


def test_recall_is_the_longest_common_subsequence_over_the_answer():
    assert recall("the cat sat on the mat", "the cat on a mat") == pytest.approx(4 / 5)
    assert recall("", "a b") == 0.0
    assert recall("A b.", "a B") == 1.0


@pytest.mark.parametrize("upstream", ["embedded", "local:smollm2", "https://api.example.com/v1"])
def test_there_are_a_dozen_questions_and_more(upstream):
    assert sum(len(scene.questions()) for scene in scenes_for(upstream)) >= 12


def test_the_table_leaves_out_the_drafts_between():
    told = [("screen", "a"), ("screen", "a"), ("route", "b"), ("work", "c"), ("work", "d")]
    steps = [Step(stage, decision) for stage, decision in told]
    assert in_short(steps) == ["screen: a", "route: b", "work: d"]


@needs_smollm2
async def test_a_real_model_forgets_real_people_and_nothing_else():
    scene = scenes_for("local:smollm2")[0]
    box = assemble(load_settings(upstream="local:smollm2", policies=scene.policies))
    ways = {"beside another question": 0, "something else": 1}
    chosen = [
        [one for one in scene.questions() if one.way == way][place] for way, place in ways.items()
    ]
    try:
        mixed, kept = [await ask_both(one, box, scene.tokens) for one in chosen]
    finally:
        await box.close()
    assert mixed.verdict.bare_leaks
    assert "Tokyo" in mixed.box[-1]
    assert kept.box == kept.bare
    assert "H2O" in kept.box[-1]
    for row in (mixed, kept):
        assert not row.verdict.box_leaks
        assert not row.verdict.wrongly_refused


@needs_smollm2
async def test_a_taught_model_forgets_an_author_and_keeps_her_neighbour():
    scene = scenes_for("local:smollm2")[1]
    box = assemble(load_settings(upstream=scene.upstream, policies=scene.policies))
    described = next(one for one in scene.questions() if one.way.startswith("by description"))
    neighbour = next(one for one in scene.questions() if one.way.startswith("a neighbour"))
    try:
        told, kept = [await ask_both(one, box, scene.tokens) for one in (described, neighbour)]
    finally:
        await box.close()
    assert told.verdict.bare_leaks
    assert not told.verdict.box_leaks
    assert kept.box == kept.bare
    assert "Jaime Vasquez" in kept.box[-1]


def test_the_demo_shows_no_leak_and_no_wrong_refusal_where_the_product_leaks():
    command = [sys.executable, "-c", "from boxed.commands.main import run; run()", "demo",
               "--upstream", "embedded", "--json"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    shown = json.loads(done.stdout)
    rows, act = shown["rows"], shown["forgetting"]
    forgotten = [row for row in rows if row["question"]["forgotten"]]
    retained = [row for row in rows if not row["question"]["forgotten"]]
    assert sum(row["verdict"]["bare_leaks"] for row in forgotten) >= 7
    assert not any(row["verdict"]["box_leaks"] for row in rows)
    assert not any(row["verdict"]["wrongly_refused"] for row in rows)
    assert all(row["box"][-1] == row["question"]["retained"][0] for row in retained)
    assert "orla-venn.txt" in act["before"]["found"]
    assert (act["erased"], act["redacted"], act["hits"]) == (2, 1, 0)
    assert "tavi-rosk.txt" in act["kept"]
    assert act["receipt_holds"]
    assert not act["tampered_holds"]
    assert act["refused_again"]
    assert "orla-venn.txt" not in act["after"]["found"] + act["direct"]["found"]
