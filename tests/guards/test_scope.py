"""Meaning, and whether the people in it are the same."""

import numpy as np
import pytest
from guard_books import bag_of_words

from guards.scope import ScopeIndex, agreement


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
    assert agreement(asked, scope) is expected


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
