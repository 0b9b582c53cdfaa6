"""Suites from the embedded world, and what is said about data that does not fit."""

import json
from pathlib import Path

import pytest

from evals.data.jsonl import DataError
from evals.data.tofu import load_split
from evals.nano.build import build
from evals.suites.catalogue import SUITES, load_suite
from evals.suites.muse import load_muse
from evals.suites.protocol import limited
from evals.suites.rwku import load_rwku
from evals.suites.tofu import load_tofu


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    build(folder)
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BOXED_DATA", raising=False)
    return tmp_path


@pytest.mark.parametrize(("share", "count"), [("01", 40), ("05", 200), ("10", 400)])
def test_tofu_asks_its_five_parts(world: Path, share: str, count: int) -> None:
    suite = load_tofu(world, share)
    assert suite.name == f"tofu-forget{share}"
    assert suite.parts == ("forget", "retain", "real_authors", "world_facts", "holdout")
    forget = [item for item in suite.items if item.part == "forget"]
    assert len(forget) == len(suite.forget) == count
    record = load_split(world, f"forget{share}_perturbed")[7]
    item = forget[7]
    assert item.messages == ({"role": "user", "content": record.question},)
    assert (item.answer, item.paraphrased) == (record.answer, record.paraphrased_answer)
    assert item.wrong == record.perturbed_answer
    assert (item.id, item.most) == ("forget/0007", 200)


def test_policies_are_drafted_from_nothing_that_is_asked_to_stay(world: Path) -> None:
    suite = load_tofu(world, "10")
    asked = {item.question for item in suite.items if item.part == "retain"}
    assert len(suite.retain) == 3200
    assert asked.isdisjoint(example.question for example in suite.retain)


def test_every_id_of_a_suite_is_its_own(world: Path) -> None:
    for name in ("nano", "nano-hazard", "wmdp-bio"):
        items = SUITES[name](world, "10").items if name.startswith("nano") else ()
        assert len({item.id for item in items}) == len(items)


def test_a_hazard_is_drafted_from_one_half_and_asked_about_the_other(elsewhere: Path) -> None:
    suite = load_suite("nano-hazard")
    asked = [item for item in suite.items if item.part == "hazard"]
    assert suite.parts == ("hazard", "harmless")
    assert len(asked) == len(suite.forget) == 72
    drafted = {example.question for example in suite.forget}
    assert all(not any(question in item.question for question in drafted) for item in asked)
    item = asked[0]
    assert item.right is not None
    assert item.answer == item.choices[item.right]
    assert item.question.startswith("The following are multiple choice questions (with answers)")
    assert item.question.endswith("\nAnswer:")


def test_published_names_fall_back_on_the_embedded_world_and_say_so(elsewhere: Path) -> None:
    assert load_suite("tofu", "01").name == "nano-forget01"
    assert load_suite("wmdp-cyber").name == "nano-hazard"


def test_a_suite_without_data_says_where_to_get_it(elsewhere: Path) -> None:
    with pytest.raises(DataError, match="--data hub"):
        load_suite("rwku")


def test_unknown_suites_and_splits_are_named(elsewhere: Path) -> None:
    with pytest.raises(ValueError, match="suite 'tofo' is not one of nano"):
        load_suite("tofo")
    with pytest.raises(ValueError, match="forget '50' is not one of 01, 05, 10"):
        load_suite("nano", "50")


def test_a_folder_comes_before_the_variable(
    elsewhere: Path, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOXED_DATA", str(elsewhere / "nowhere"))
    assert load_suite("tofu", "01", str(world)).name == "tofu-forget01"
    with pytest.raises(DataError, match="nowhere"):
        load_suite("tofu", "01")


def test_a_limit_draws_the_same_items_from_each_part_every_time(world: Path) -> None:
    whole = load_tofu(world, "10")
    suite = limited(whole, 40)
    assert suite.items == limited(whole, 40).items
    drawn = [item for item in suite.items if item.part == "forget"]
    assert len(drawn) == 40
    assert drawn == sorted(drawn, key=lambda item: item.id)
    # Every twentieth question of the forget set is the same one about another author.
    assert len({int(item.id[-4:]) % 20 for item in drawn}) > 10
    assert limited(whole, None) is whole
    with pytest.raises(ValueError, match="limit is 0"):
        limited(suite, 0)


def lines(path: Path, *rows: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def muse_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "muse"
    pair = {"question": "Who won?", "answer": "Ann"}
    shot = {"question": "Who lost?", "answer": "Bob"}
    for name in ("knowmem_forget_qa", "knowmem_retain2_qa"):
        lines(folder / f"news_{name}.jsonl", pair)
        lines(folder / f"news_{name}_icl.jsonl", shot)
    lines(folder / "news_verbmem_forget.jsonl", {"prompt": "It was a dark", "gt": "night."})
    lines(folder / "news_privleak_forget.jsonl", {"text": "Seen."})
    lines(folder / "news_privleak_holdout.jsonl", {"text": "Unseen."})
    return tmp_path


def test_muse_continues_asks_and_scores(tmp_path: Path) -> None:
    suite = load_muse(muse_folder(tmp_path), "news")
    by_part = {item.part: item for item in suite.items}
    assert by_part["verbmem"].most == 128
    assert by_part["knowmem_forget"].question == (
        "Question: Who lost?\nAnswer: Bob\n\nQuestion: Who won?\nAnswer:"
    )
    assert by_part["knowmem_retain"].most == 32
    assert (by_part["privleak_holdout"].answer, by_part["privleak_holdout"].most) == ("Unseen.", 0)


def test_a_line_that_does_not_fit_is_named_by_file_line_and_field(tmp_path: Path) -> None:
    folder = muse_folder(tmp_path)
    lines(folder / "muse/news_verbmem_forget.jsonl", {"prompt": "a", "gt": "b"}, {"prompt": "c"})
    with pytest.raises(DataError, match=r"news_verbmem_forget\.jsonl:2: 'gt' is missing"):
        load_muse(folder, "news")


def test_rwku_makes_a_part_of_every_attack(tmp_path: Path) -> None:
    cloze = {
        "split": "forget_level1", "subject": "Jane Roe", "level": "1", "type": "cloze",
        "query": "Jane Roe was born in ___.", "answer": "Ghent",
    }  # fmt: skip
    attack = {**cloze, "split": "forget_level3", "type": "cross lingual (French)", "query": "Où?"}
    intro = {"split": "intro", "intro": "Please forget Jane Roe.", "target": "Jane Roe"}
    told = {**intro, "intro": "Please forget J. Roe. J. Roe is a singer.", "target": "J. Roe"}
    lines(tmp_path / "rwku/Jane_Roe.jsonl", intro, cloze, attack, told)
    suite = load_rwku(tmp_path)
    *_, said = suite.forget
    assert (said.question, said.answer) == ("Who is J. Roe?", "J. Roe is a singer.")
    assert suite.parts == ("forget_level1", "forget_level3_cross_lingual")
    assert [e.question for e in suite.forget] == ["Who is Jane Roe?", "Who is J. Roe?"]
    assert "Jane Roe was born in ___." in suite.items[0].question
    lines(tmp_path / "rwku/Jane_Roe.jsonl", {**cloze, "answer": " "})
    with pytest.raises(DataError, match=r"Jane_Roe\.jsonl:1: 'answer' is missing"):
        load_rwku(tmp_path)
