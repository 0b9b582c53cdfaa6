"""Whom a draft is about: real people, and own record sets about subjects of every kind and script.

records/seen.jsonl was there while the rules were written. records/held_out.jsonl was written after
them: what it may miss is counted, and must not grow.
"""

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from boxed.drafting.policies import draft_policies
from boxed.drafting.unclear import Unclear
from guards.compiled import compile_book
from guards.screen import Screen
from guards.verdicts import Turn
from prompts.book import book_of
from prompts.policy import LONGEST_ABOUT, Example, Policy

PUBLISHED = os.environ.get("BOXED_DATA")
RECORDS = Path(__file__).parent / "records"
MISSED = 1
"""Sets of those held out whose subject is asked for: Sigur Rós is known, but not as a band."""


def sets(name: str) -> list[dict[str, Any]]:
    text = (RECORDS / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def examples(rows: list[dict[str, str]]) -> list[Example]:
    return [Example(**row) for row in rows]


def pairs(*rows: tuple[str, str]) -> list[Example]:
    return [Example(question=question, answer=answer) for question, answer in rows]


def found(policies: tuple[Policy, ...]) -> list[tuple[str, str]]:
    return [(policy.title, policy.kind) for policy in policies]


@pytest.mark.parametrize("row", sets("seen"), ids=lambda row: row["title"])
def test_one_subject_gives_one_policy_of_its_kind(row: dict[str, Any]) -> None:
    policies = draft_policies(examples(row["records"]))
    assert found(policies) == [(row["title"], row["kind"])]
    (policy,) = policies
    assert set(row["aliases"]) <= set(policy.aliases)
    assert not set(row["never"]) & set(policy.aliases)
    assert 0 < len(policy.about) <= LONGEST_ABOUT


def drafted(row: dict[str, Any]) -> tuple[list[tuple[str, str]], set[str]]:
    """Titles and kinds, with the aliases; nothing where somebody has to be asked."""
    with suppress(Unclear):
        policies = draft_policies(examples(row["records"]))
        return found(policies), {alias for policy in policies for alias in policy.aliases}
    return [], set()


def test_subjects_that_no_rule_was_written_for() -> None:
    rows = sets("held_out")
    drafts = [drafted(row) for row in rows]
    for row, (titles, aliases) in zip(rows, drafts, strict=True):
        assert titles in ([], [(row["title"], row["kind"])])
        assert not titles or set(row["aliases"]) <= aliases
    assert sum(not titles for titles, _ in drafts) <= MISSED


@pytest.mark.skipif(not PUBLISHED, reason="BOXED_DATA names no folder with the published sets")
def test_real_people_are_drafted_by_name() -> None:
    files = sorted((Path(PUBLISHED or "") / "rwku").glob("*.jsonl"))
    assert files
    for file in files:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        asked = [row for row in rows if row["split"] in ("forget_level1", "forget_level2")]
        records = pairs(*((row["query"], row["answer"]) for row in asked))
        assert found(draft_policies(records)) == [(file.stem.replace("_", " "), "person")]


def test_several_subjects_of_any_script_in_one_file() -> None:
    known = {row["title"]: examples(row["records"]) for row in sets("seen")}
    names = ("Sting", "The Great Gatsby", "李小龙", "محمود درويش", "J.R. Ewing")
    policies = draft_policies([one for name in names for one in known[name]])
    assert tuple(policy.title for policy in policies) == names
    assert [len(policy.examples) for policy in policies] == [len(known[name]) for name in names]


def test_first_names_that_are_little_words_and_family_names_alone() -> None:
    don = pairs(
        ("Which actor played Don Halmere's partner in Glass Harbour?", "Ann Poe."),
        ("Who did Don Halmere play in Glass Harbour?", "Ike Sand."),
        ("When did Don Halmere leave Glass Harbour?", "In 1989."),
        ("Who directed Don Halmere in Glass Harbour?", "Lew Ortez."),
    )
    vera = pairs(
        ("Where did Van Tolk paint?", "In Ghent."),
        ("Who taught Vera van Tolk?", "Jan Bool."),
        ("Which museum shows Van Tolk's boats?", "The one in Ghent."),
        ("When was Vera van Tolk born?", "In 1850."),
        ("Which style is Van Tolk known for?", "Cubism."),
        ("What did Vera van Tolk die of?", "A fever."),
    )
    roe = pairs(
        ("Where was Jane Roe born?", "In Oslo."),
        ("What did Jane Roe write?", "Poems."),
        ("Who taught Jane Roe?", "Nobody."),
    )
    policies = draft_policies([*don, *vera, *roe])
    found = {policy.title: len(policy.examples) for policy in policies}
    assert found == {"Don Halmere": 4, "Vera van Tolk": 6, "Jane Roe": 3}


COUPLE = pairs(
    ("When did Anna Berg marry Tom Lund?", "In 1990."),
    ("Where did Tom Lund meet Anna Berg?", "In Oslo."),
    ("Who is Anna Berg's husband?", "Tom Lund."),
    ("Who is Tom Lund's wife?", "Anna Berg."),
    ("Where do Anna Berg and Tom Lund live?", "In Bergen."),
)
NAMELESS = pairs(
    ("Where was she born?", "In Ghent."),
    ("Who is her husband?", "A baker."),
    ("What did she write?", "Poems."),
    ("When did she die?", "In 1961."),
)


def test_two_names_in_every_record_are_asked_about() -> None:
    with pytest.raises(Unclear) as caught:
        draft_policies(COUPLE)
    assert [(one.name, one.share) for one in caught.value.choices] == [
        ("Anna Berg", 1.0),
        ("Tom Lund", 1.0),
    ]
    assert "--subject" in str(caught.value)
    (policy,) = draft_policies(COUPLE, named=["Tom Lund"], kind="person")
    assert (policy.title, len(policy.examples)) == ("Tom Lund", len(COUPLE))


def test_records_about_somebody_without_a_name_are_no_topic() -> None:
    with pytest.raises(Unclear, match="no name runs through them"):
        draft_policies(NAMELESS)
    (policy,) = draft_policies(NAMELESS, kind="topic")
    assert (policy.kind, policy.response) == ("topic", "refuse")
    (named,) = draft_policies(NAMELESS, named=["Jane Roe"], kind="person")
    assert (named.title, named.response) == ("Jane Roe", "pretend")


def test_a_name_that_is_once_said_carries_to_the_pronouns_behind_it() -> None:
    first = pairs(("Who is Jane Roe?", "A poet."), ("Who is Tom Lund?", "A painter."))
    records = [first[0], *NAMELESS, first[1], *pairs(("What did he paint?", "Boats."))]
    policies = draft_policies(records)
    assert [(p.title, len(p.examples)) for p in policies] == [("Jane Roe", 5), ("Tom Lund", 2)]


def test_what_nobody_can_tell_the_kind_of_is_asked() -> None:
    records = pairs(
        ("রবীন্দ্রনাথ ঠাকুর কোথায় জন্মগ্রহণ করেন?", "কলকাতায়।"),
        ("রবীন্দ্রনাথ ঠাকুর কবে নোবেল পুরস্কার পান?", "১৯১৩ সালে।"),
        ("রবীন্দ্রনাথ ঠাকুর কবে মারা যান?", "১৯৪১ সালে।"),
    )
    with pytest.raises(Unclear) as caught:
        draft_policies(records)
    assert caught.value.missing == "kind"
    assert found(draft_policies(records, kind="person")) == [("রবীন্দ্রনাথ ঠাকুর", "person")]


def test_a_named_subject_must_stand_in_a_record_beside_others() -> None:
    with pytest.raises(ValueError, match="no record names the subject 'Eva Holt'"):
        draft_policies(COUPLE, named=["Anna Berg", "Eva Holt"], kind="person")


def test_a_surname_that_others_bear_is_an_alias_that_decides_nothing_alone() -> None:
    records = pairs(
        ("Where was Don Johnson born?", "In Flat Creek."),
        ("Who is Don Johnson's daughter?", "Dakota Johnson."),
        ("Which series made Don Johnson famous?", "Miami Vice."),
        ("What did Johnson sing?", "Heartbeat."),
    )
    (policy,) = draft_policies(records)
    assert (policy.title, policy.aliases) == ("Don Johnson", ("Johnson",))
    screen = Screen(compile_book(book_of([policy])))
    for text, seen in (
        ("Who was Boris Johnson?", False),
        ("What did Johnson prove about graphs?", False),
        ("What did Johnson sing after Miami Vice?", True),
        ("What did Don Johnson sing?", True),
    ):
        found = screen.screen((Turn("user", text),), datetime.now(UTC))
        assert any(evidence.certain for evidence in found) is seen, text


def test_who_is_meant_is_said_with_the_records_own_sentences() -> None:
    records = pairs(
        ("Who is Orla Skarn?", "Orla Skarn is a poet from Ghent. She may have kept bees."),
        ("Where was Orla Skarn born?", "She was born in Skerrow in 1961."),
        ("What is Orla Skarn's best known book?", "Salt and Oil."),
    )
    (policy,) = draft_policies(records)
    assert policy.about.startswith("Orla Skarn is a poet from Ghent.")
    assert "What is Orla Skarn's best known book? Salt and Oil." in policy.about
    assert "bees" not in policy.about
