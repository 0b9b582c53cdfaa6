"""What a model adds to a draft, and what it may not."""

import json
from typing import Any

from boxed.drafting.model import ROLE, drafter_of, improved
from boxed.drafting.policies import draft_policies
from boxed.models.fake import FakeModel
from boxed.settings import ROLES, Settings
from prompts.book import load_book, shipped_directory
from prompts.policy import Example, Policy

FORGET = [
    Example(question=f"What is Orla Brightwater's {thing}?", answer=f"Orla Brightwater: {thing}.")
    for thing in ("job", "town", "book")
]
RETAIN = [Example(question="Where is Goldie now?", answer="At sea.")]
TEMPLATE = load_book(shipped_directory()).templates["draft"]


async def asked(said: Any) -> tuple[Policy, Policy, FakeModel]:
    (draft,) = draft_policies(FORGET, RETAIN)
    model = FakeModel(lambda _: said if isinstance(said, str) else json.dumps(said))
    return draft, await improved(draft, RETAIN, model, TEMPLATE), model


async def test_names_and_descriptions_are_added() -> None:
    draft, better, model = await asked(
        "```json\n"
        + json.dumps(
            {
                "aliases": ["O. Brightwater", "Goldie", "Orla Brightwater", "O."],
                "questions": ["Who keeps the lamps at Skerrow?", "Who is Brightwater?"],
            }
        )
        + "\n```"
    )
    assert set(better.aliases) - set(draft.aliases) == {"O. Brightwater"}
    assert set(better.scope) - set(draft.scope) == {"Who keeps the lamps at Skerrow?"}
    said = str(model.requests[0].body["messages"][0]["content"])
    assert FORGET[0].answer in said


async def test_a_name_that_any_text_may_hold_is_not_taken_over() -> None:
    others = ["Keeper", "the keeper", "The Boss", "Orla", "Smith", "Brightwater Lighthouse"]
    draft, better, _ = await asked({"aliases": [*others, "Orlinka"], "questions": []})
    assert set(better.aliases) - set(draft.aliases) == {"Orlinka", "Brightwater Lighthouse"}


async def test_of_an_answer_that_was_cut_off_its_whole_items_count() -> None:
    lamp = "Who keeps the lamps at Skerrow?"
    cut = f'{{"aliases": ["Orlinka"], "questions": ["{lamp}", "{lamp}", "Who sa'
    draft, better, _ = await asked(cut)
    assert set(better.aliases) - set(draft.aliases) == {"Orlinka"}
    assert set(better.scope) - set(draft.scope) == {lamp}
    draft, better, _ = await asked('{"aliases": ["Orlin')
    assert better == draft


async def test_an_answer_that_cannot_be_used_changes_nothing() -> None:
    for said in ("I would rather not.", "{", {"aliases": "x"}, {"questions": [FORGET[0].question]}):
        draft, better, _ = await asked(said)
        assert better == draft


def test_without_a_model_for_the_role_a_draft_is_kept() -> None:
    assert ROLE in ROLES
    (draft,) = draft_policies(FORGET)
    with drafter_of(Settings()) as improve:
        assert improve(draft, RETAIN) is draft
