"""Whether a surname stands for a person, or in the name of a thing."""

import pytest

from guards.names.used_as import is_person, is_thing

NAME = "Halmere"


def place(text: str) -> tuple[str, int, int]:
    at = text.index(NAME)
    return text, at, at + len(NAME)


@pytest.mark.parametrize(
    "text",
    [
        "Which pressure does a Halmere valve need?", "How is the Halmere growth curve fitted?",
        "What does the old Halmere test measure?", "Which Halmere engine is the loudest?",
        "The Halmere family bakery sells rye bread.", "Does Halmere & Sons repair mowers?",
        "Which pressure does a van Halmere valve need?", "Is Halmere and Company open?",
        "What was decided in Halmere v. Ohio?",
    ],
)  # fmt: skip
def test_a_thing_is_called_after_somebody(text: str) -> None:
    assert is_thing(*place(text))
    assert not is_person(*place(text))


@pytest.mark.parametrize(
    "text",
    [
        "What did the Halmere interview reveal?", "Name the Halmere novels.",
        "Which novel did Halmere write first?", "Halmere was born in ___.",
        "What is Halmere's first novel?", "Who was married to Halmere?",
        "I mean the Halmere whom one knows.", "the drama that Halmere acted in",
        "Halmere, also known as a singer, died in which year?", "Has the Halmere family moved?",
    ],
)  # fmt: skip
def test_a_person_does_and_has(text: str) -> None:
    assert not is_thing(*place(text))
    assert is_person(*place(text))


def test_one_of_those_who_bear_a_name_is_nobody_in_particular() -> None:
    assert not is_person(*place("Is there a Halmere in your class?"))
