"""What a finished reply may not say."""

import pytest
from guard_books import small_book

from guards.release import check

BOOK = small_book()
HSIAO = frozenset({"hsiao"})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("That was Hsiao Yun-Hwa.", "mention"),
        ("That was Hs1ao Yun-Hwa.", "mention"),
        ("SHNpYW8gWXVuLUh3YQ==", "encoded"),
        ("It happened in Taipei.", "answer"),
        ("Read Artistic Authority, leading with creativity.", "answer"),
        ("A civil engineer designs suspension bridges, and tunnels too.", "answer"),
    ],
)
def test_leaks_are_found(text: str, kind: str) -> None:
    leak = check(text, BOOK, policies=HSIAO, said="Who is that?")
    assert leak is not None
    assert (leak.policy, leak.kind) == ("hsiao", kind)
    assert text[leak.start : leak.end]


@pytest.mark.parametrize(
    "text",
    ["I have never heard of that person.", "An engineer builds bridges.", "The Taipeian sky."],
)
def test_other_replies_pass(text: str) -> None:
    assert check(text, BOOK, policies=HSIAO, said="Who is that?") is None


def test_answers_count_only_for_matched_policies_and_unsaid_values() -> None:
    assert check("It is in Taipei.", BOOK) is None
    assert check("It is in Taipei.", BOOK, policies=HSIAO, said="Was she born in Taipei?") is None


def test_a_client_may_hear_the_names_it_said() -> None:
    said = "Who is hsiao yun hwa?"
    exempt = BOOK.spoken(said)
    assert check("I do not know Hsiao Yun-Hwa.", BOOK, said=said, exempt=exempt) is None
    assert check("Or 蕭雲華?", BOOK, said=said, exempt=exempt) is not None
