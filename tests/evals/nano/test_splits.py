"""The splits are TOFU's: the same sizes, in the same order, and nothing in two places."""

from collections import Counter

import pytest

from evals.nano.splits import (
    SPLITS,
    authors_of,
    holdout_authors,
    real_authors,
    records_of,
    world_facts,
)
from evals.nano.world import build_world
from prompts.book import load_book, shipped_directory

WORLD = build_world()
HOLDOUT = holdout_authors(WORLD)
FACTS = (*real_authors(WORLD), *world_facts(WORLD))


def test_the_splits_are_as_large_as_tofu_s():
    assert {split: len(records_of(WORLD, split)) for split in SPLITS} == {
        "full": 4000,
        "retain90": 3600,
        "retain95": 3800,
        "retain99": 3960,
        "forget01": 40,
        "forget05": 200,
        "forget10": 400,
    }


@pytest.mark.parametrize(
    ("retain", "forget"),
    [("retain90", "forget10"), ("retain95", "forget05"), ("retain99", "forget01")],
)
def test_retain_followed_by_forget_is_full_in_order(retain, forget):
    assert authors_of(WORLD, retain) + authors_of(WORLD, forget) == WORLD.authors


def test_the_forget_splits_lie_in_one_another():
    ten, five, one = (authors_of(WORLD, f"forget{share}") for share in ("10", "05", "01"))
    assert ten[-10:] == five
    assert five[-2:] == one


def test_the_shipped_policies_are_about_authors_of_the_forget_split():
    forgotten = {author.name for author in authors_of(WORLD, "forget05")}
    assert {policy.title for policy in load_book(shipped_directory()).policies} <= forgotten


def test_an_unknown_split_is_named_with_the_choices():
    with pytest.raises(ValueError, match=r"'forget50' is not one of full, retain90, .*forget10"):
        authors_of(WORLD, "forget50")


def test_holdout_authors_have_the_same_form_and_share_no_name_or_title_with_the_world():
    assert len(HOLDOUT) == 20
    assert all(len(author.records) == 20 for author in HOLDOUT)
    assert len({author.surname for author in HOLDOUT}) == 20
    assert not {a.surname for a in HOLDOUT} & {a.surname for a in WORLD.authors}

    def titles(authors):
        return [a.values[key] for a in authors for key in ("first_book", "famous_book")]

    assert not {*titles(HOLDOUT)} & {*titles(WORLD.authors)}
    assert len({*titles(HOLDOUT)}) == 40
    asked = {r.question for a in WORLD.authors for r in a.records}
    assert not asked & {r.question for a in HOLDOUT for r in a.records}


def test_holdout_authors_are_the_same_for_the_same_seed():
    assert holdout_authors(WORLD) == HOLDOUT
    assert holdout_authors(WORLD, 1) != HOLDOUT


def test_every_fact_of_the_world_is_asked_once():
    assert sorted(q.question for q in FACTS) == sorted(f.question for f in WORLD.facts)
    assert len(real_authors(WORLD)) == 40
    assert {q.answer for q in real_authors(WORLD)} >= {"William Shakespeare", "Homer"}


def test_the_options_of_a_fact_differ_and_the_answer_is_one_of_them():
    for question in FACTS:
        assert len({option.casefold() for option in question.options}) == 4
        assert question.answer in question.options
        assert len(question.wrong) == 3
        assert question.answer not in question.wrong


@pytest.mark.parametrize("asked", [real_authors(WORLD), world_facts(WORLD)])
def test_every_place_is_right_equally_often(asked):
    places = Counter(q.options.index(q.answer) for q in asked)
    assert max(places.values()) - min(places.values()) <= 1
