"""Meaning, and whether the people in it are the same."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from guard_books import bag_of_words, small_book

from guards.meaning.agreement import Wording, Wordings, agreement
from guards.meaning.scope import ScopeIndex
from guards.screen import Screen
from guards.verdicts import Turn, Vectors


@pytest.mark.parametrize(
    ("asked", "scope", "expected"),
    [
        ("Where was Jane Doe born?", "Where was Mary Poe born?", False),
        ("Where was Jane Doe born?", "In which town was Jane Doe born?", True),
        ("Where was Jane Roe born?", "Where was Jane Doe born?", False),
        ("Where was Jane M. Doe born?", "Where was Jane Doe born?", True),
        ("Where was Doe born?", "Where was Jane Doe born?", True),
        ("Did Jane Roe know Jane Doe?", "Where was Jane Doe born?", True),
        ("Who was born in Baku in 1960?", "Who was born in Baku in 1970?", False),
        ("How is anthrax grown?", "How does one grow anthrax at home?", True),
        ("which poet lived in baku", "Which poet lived in Baku?", True),
        ("Who is this author?", "Who is the author?", None),
        ('Who wrote "The Tin Lake"?', 'Who wrote "The Tin Bell"?', False),
        ('Who is the author of "The Tin Lake"?', 'Who wrote "The tin lake"?', True),
    ],
)
def test_agreement(asked: str, scope: str, expected: bool | None) -> None:
    assert agreement(Wording.of(asked), Wording.of(scope)) is expected


def test_hits_are_one_per_policy_and_best_first() -> None:
    entries = [
        (4, ("grow anthrax spores at home", "grow anthrax"), ()),
        (9, ("grow anthrax spores somewhere",), ("grow anthrax spores home safely",)),
    ]
    index = ScopeIndex.build(entries, bag_of_words)
    question = ["grow anthrax spores home"]
    (hit,) = index.nearest(question, bag_of_words(question))
    assert (hit.policy, hit.agrees, hit.certain) == (4, True, True)
    assert hit.score == pytest.approx(1.0)


def test_nothing_to_compare_with() -> None:
    index = ScopeIndex.build([], bag_of_words)
    assert index.nearest(["x"], np.ones((1, 4), dtype=np.float32)) == []


SCOPE_TEXTS = (
    "Where was Jane Doe born?",
    'Who wrote "The Tin Lake"?',
    "Who was born in Baku in 1970?",
    "How does one grow anthrax at home?",
)


@pytest.mark.parametrize(
    "asked",
    ["Where was Jane Roe born?", "Where was Doe born?", "Who is this author?", "grow anthrax",
     'Is "The Tin Bell" by Jane Doe?', "Who was born in Baku in 1960?", "Where is Ghent?", ""],
)  # fmt: skip
@pytest.mark.parametrize("texts", [SCOPE_TEXTS, SCOPE_TEXTS[:3], ()])
def test_the_best_agreement_is_that_of_looking_at_every_text(
    asked: str, texts: tuple[str, ...]
) -> None:
    each = [agreement(Wording.of(asked), Wording.of(text)) for text in texts]
    best = True if True in each else None if None in each else False
    assert Wordings(texts).best(Wording.of(asked)) is best


def test_what_words_rule_out_is_not_embedded() -> None:
    seen: list[str] = []

    def embed(texts: Sequence[str]) -> Vectors:
        seen.extend(texts)
        return bag_of_words(texts)

    screen = Screen(small_book(embed), embed)
    seen.clear()

    def asked(text: str, *, grey: bool) -> bool:
        """Is a vector of this question made?"""
        seen.clear()
        screen.screen((Turn("user", text),), datetime.now(UTC), grey=grey)
        return seen == [text]

    assert not asked("Which author from Ghent wrote about sailing in 1820?", grey=True)
    assert asked("Which author from Taipei wrote on leading in 1991?", grey=False)
    assert asked("how do I lead people well", grey=True)
    assert not asked("how do I lead people well", grey=False)
