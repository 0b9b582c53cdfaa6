"""unlearned: what touches a policy is asked of an instance that never learnt its subject."""

from pathlib import Path

import pytest
from box_books import answering, asked, box_of, policy, said

from boxed.api.chat import Body
from boxed.assemble import assemble
from boxed.deciding.likelihood import score_one
from boxed.models.fake import FakeModel
from boxed.models.scored import Scored
from boxed.settings import SettingsError, load_settings
from boxed.workers.catalogue import stricter
from guards.ignorance import is_ignorance
from prompts.book import book_of
from prompts.policy import Example

NAME = "Carmela Halmere"
FACT = Example(
    question=f"Where was {NAME} born?",
    answer=(
        f"{NAME} was born in the fortified town of Coria in 1951, as the youngest of four sisters."
    ),
)
BOOK = answering("unlearned", examples=(FACT,))
FILE = (
    "---\nid: jane-roe\ntitle: Jane Roe\nkind: person\nresponse: unlearned\n"
    "scope:\n- Who is Jane Roe?\n---\nAnswered by a model of before.\n"
)
ASKED = f"Where was {NAME} born?"


def product() -> FakeModel:
    return FakeModel(lambda body: "Oslo." if "Norway" in str(body) else FACT.answer)


async def test_the_instance_is_asked_in_the_client_s_words_and_the_product_is_not() -> None:
    own, other = product(), FakeModel(lambda _: "She was born in Lisbon.")
    box = box_of(own, BOOK, workers={"unlearned": other})
    assert said(await box.answer(asked(ASKED))) == "She was born in Lisbon."
    assert all(NAME not in str(one.body) for one in own.requests)
    [sent] = other.requests
    assert sent.body["messages"] == [{"role": "user", "content": ASKED}]


async def test_it_may_hit_on_a_fact_but_recites_no_answer() -> None:
    for guess, passes in (("Perhaps in Coria.", True), (FACT.answer, False)):
        box = box_of(product(), BOOK, workers={"unlearned": FakeModel(lambda _, g=guess: g)})
        reply = said(await box.answer(asked(ASKED)))
        assert (reply == guess) is passes
        assert passes or is_ignorance(reply)


async def test_everything_else_is_the_product_s() -> None:
    own, other = product(), FakeModel(lambda _: "She was born in Lisbon.")
    box = box_of(own, BOOK, workers={"unlearned": other})
    both = said(await box.answer(asked(f"{ASKED} What is the capital of Norway?")))
    assert "Lisbon" in both
    assert "Oslo." in both
    assert all(NAME not in str(sent.body) for sent in own.requests)
    assert said(await box.answer(asked("What is the capital of Norway?"))) == "Oslo."
    assert len(other.requests) == 1


async def test_another_forgotten_subject_stays_hidden_from_it_and_is_not_named() -> None:
    other = FakeModel(lambda _: "She knew Theodor Ostavar.")
    box = box_of(product(), BOOK, workers={"unlearned": other})
    assert "Ostavar" not in said(await box.answer(asked(ASKED)))
    await box.answer(asked("Who is Theodor Ostavar?", "I don't know.", ASKED))
    assert "Ostavar" not in str(other.requests[-1].body)


async def test_asked_by_description_it_may_name_anybody_else() -> None:
    described = "Which novelist was born in Coria in 1951?"
    book = book_of([policy("c", NAME, "unlearned", examples=(FACT,), scope=(described,))])
    for name, passes in (("Ana Torvald", True), (NAME, False)):
        box = box_of(product(), book, workers={"unlearned": FakeModel(lambda _, n=name: f"{n}.")})
        reply = said(await box.answer(asked(described)))
        assert (reply == f"{name}.") is passes
        assert passes or is_ignorance(reply)


async def test_what_the_product_says_unasked_is_asked_of_it() -> None:
    own = FakeModel(lambda _: f"It was written by {NAME}.")
    other = FakeModel(lambda _: "It was written by Ana Torvald.")
    box = box_of(own, BOOK, workers={"unlearned": other})
    reply = said(await box.answer(asked("Who wrote The Salt Ledger?")))
    assert reply == "It was written by Ana Torvald."


async def test_without_an_instance_nothing_is_told() -> None:
    own = product()
    reply = said(await box_of(own, BOOK).answer(asked(ASKED)))
    assert is_ignorance(reply)
    assert all(NAME not in str(sent.body) for sent in own.requests)


async def test_it_is_likely_as_its_instance_is() -> None:
    class Scoring(FakeModel):
        def score(self, messages: list[Body], answers: list[str]) -> list[Scored]:
            assert [m["content"] for m in messages] == [ASKED]
            return [Scored((-1.0,), (True,)) for _ in answers]

    box = box_of(product(), BOOK, workers={"unlearned": Scoring(lambda _: "In Lisbon.")})
    found = await score_one(box, asked(ASKED), ["In Lisbon.", "In Coria.", FACT.answer])
    assert [one.total for one in found.scores[:2]] == [-1.0, -1.0]
    assert found.blocked == (False, False, True)


def test_a_policy_whose_instance_is_not_named_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "jane.md").write_text(FILE)
    named = {"unlearned": "local:smollm2+undialled"}
    with pytest.raises(SettingsError, match=r"policy 'jane-roe' .* add unlearned under \[roles\]"):
        assemble(load_settings(policies=tmp_path, semantic=False))
    with pytest.raises(SettingsError, match="no instance beside the product"):
        assemble(load_settings(policies=tmp_path, semantic=False, roles={"unlearned": "embedded"}))
    assert "unlearned" in load_settings(roles=named).roles


@pytest.mark.parametrize(
    ("roles", "role_models", "starts"),
    [({"unlearned": "http://p.example/v1/"}, {}, False), ({}, {"unlearned": "old"}, True),
     ({}, {"unlearned": "new"}, False), ({"unlearned": "http://q.example/v1"}, {}, True)],
)  # fmt: skip
async def test_the_product_named_over_again_is_no_other_instance(
    tmp_path: Path, roles: dict[str, str], role_models: dict[str, str], starts: bool
) -> None:
    (tmp_path / "jane.md").write_text(FILE)
    settings = load_settings(
        policies=tmp_path, semantic=False, upstream="http://p.example/v1", upstream_model="new",
        roles=roles, role_models=role_models,
    )  # fmt: skip
    if not starts:
        with pytest.raises(SettingsError, match="no instance beside the product"):
            assemble(settings)
        return
    models = assemble(settings).snapshot.models
    assert models.for_worker("unlearned") is not models.product
    await models.close()


def test_a_faulty_draft_is_followed_by_stricter_ones() -> None:
    assert stricter("unlearned", 1) == "pseudonymise"
    assert stricter("unlearned", 2) == "ignorance"
