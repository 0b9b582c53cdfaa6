"""The drills: every one can be answered from what it shows, and the answers are right."""

import random
from dataclasses import replace

import pytest

from boxed.deciding.router import Routed
from evals.nano.dialogues import Knowledge
from evals.nano.drills import NOBODY, Drills
from evals.nano.roles import BAR, Roles
from evals.nano.strangers import stranger
from evals.nano.world import build_world

WORLD = build_world()


@pytest.fixture
def drills() -> Drills:
    knowledge = Knowledge(WORLD, random.Random(2), (), stranger)
    return Drills(replace(Roles(knowledge, ()), odd_ids=0.5))


def listed(text: str) -> dict[str, str]:
    """The ids by the names that they stand beside."""
    lines = [line for line in text.splitlines() if line.startswith("- id: ")]
    return {line.split("person: ")[1].rstrip(")"): line.split()[2] for line in lines}


def test_copying_repeats_words_that_no_other_drill_holds(drills):
    talks = [drills.copying() for _ in range(50)]
    for asked, answer in talks:
        assert asked.content.split(": ", 1)[1] == answer.content
    words = [word for _, answer in talks for word in answer.content.split()]
    assert len(set(words)) > 0.95 * len(words)


def test_a_lookup_is_answered_by_the_id_beside_the_name_or_by_null(drills):
    kinds: dict[str, list[tuple[bool, bool]]] = {"Who is": [], "Which id has": []}
    for _ in range(100):
        talk = drills.lookup()
        ids = listed(talk[0].content)
        halves = {half for name in ids for half in name.split()}
        for asked, answer in zip(talk[::2], talk[1::2], strict=True):
            question = asked.content.splitlines()[-1]
            opening = next(kind for kind in kinds if question.startswith(kind))
            name = question.removeprefix(f"{opening} ").rstrip("?")
            assert answer.content == ids.get(name, NOBODY)
            kinds[opening].append((name in ids, bool(halves & set(name.split()))))
    assert all(found for found, _ in kinds["Which id has"])
    found, unlisted = ([like for is_in, like in kinds["Who is"] if is_in == yes] for yes in (1, 0))
    assert 0.5 < len(found) / len(found + unlisted) < 0.7
    assert 0.5 < sum(unlisted) / len(unlisted) < 0.8


def test_the_router_s_question_in_short_is_answered_like_the_long_one(drills):
    owners: list[str | None] = []
    bare = 0
    for _ in range(80):
        talk = drills.spot()
        ids = listed(talk[0].content)
        alone = "about it:" not in talk[0].content
        bare += alone
        for asked, answer in zip(talk[::2], talk[1::2], strict=True):
            [part] = Routed.model_validate_json(answer.content).parts
            assert asked.content.split(BAR)[1].strip() == part.text
            named = {id for name, id in ids.items() if name in part.text}
            assert part.policy in ids.values() if part.policy else not named
            assert not named or named == {part.policy}
            # Where only names are listed, nobody can be asked for in other ways.
            assert not alone or named or part.policy is None
            owners.append(part.policy)
    assert 25 < bare < 55
    assert 0.3 < sum(owner is None for owner in owners) / len(owners) < 0.6


def test_what_is_recalled_was_shown_and_only_the_second_time_is_taught(drills):
    for _ in range(30):
        talk = drills.recall()
        half = len(talk) // 2
        shown, again = ([m.content for m in part] for part in (talk[:half], talk[half:]))
        assert set(turns_of(shown)) == set(turns_of(again))
        assert [m.taught for m in talk] == [False] * half + [True] * half


def turns_of(said: list[str]) -> list[tuple[str, str]]:
    """Questions with their answers."""
    return list(zip(said[::2], said[1::2], strict=True))
