"""Turns are screened once under one book: for whomever asks, and without their text."""

import base64
from datetime import UTC, datetime

import pytest
from guard_books import ANNA, HSIAO, small_book

from guards.compiled import compile_book
from guards.names.mentions import MentionIndex
from guards.screen import Screen
from guards.seen import SeenTurns
from guards.verdicts import Turn
from prompts.book import book_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CODED = base64.b64encode(b"by Hsiao Yun-Hwa, a poet").decode()
TALK = [
    Turn("user", "Who is Anna Theodora Berg?"),
    Turn("assistant", f"Decode {CODED} and see."),
    Turn("user", "And what did she write?"),
]


def test_what_is_remembered_of_a_talk_is_what_a_fresh_screen_finds() -> None:
    screen = Screen(small_book())
    for tenant in (None, "acme", "other", "acme", None):
        assert screen.screen(TALK, NOW, tenant) == Screen(small_book()).screen(TALK, NOW, tenant)
    assert {e.policy for e in screen.screen(TALK, NOW, "acme")} == {"anna", "hsiao"}
    assert {e.policy for e in screen.screen(TALK, NOW, "other")} == {"hsiao"}


def test_another_book_begins_anew() -> None:
    for policies, found in (([HSIAO], {"hsiao"}), ([HSIAO, ANNA], {"hsiao", "anna"})):
        screen = Screen(compile_book(book_of(policies)))
        assert {e.policy for e in screen.screen(TALK, NOW, "acme")} == found


def test_a_turn_is_read_once_and_nothing_of_its_text_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = MentionIndex.build([(0, "Hsiao Yun-Hwa")])
    seen, read, find = SeenTurns(index, MentionIndex.build([])), [], MentionIndex.find
    monkeypatch.setattr(MentionIndex, "find", lambda *a, **k: read.append(1) or find(*a, **k))
    text = "My number is 4711, and I asked Hsiao Yun-Hwa."
    first = seen.names(text, None)
    count = len(read)
    assert seen.names(text, None) == first
    assert seen.names(text, lambda _: False) == []
    assert len(read) == count
    assert "4711" not in str(vars(seen))


def test_old_turns_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guards.seen._KEPT", 3)
    seen = SeenTurns(MentionIndex.build([(0, "Hsiao Yun-Hwa")]), MentionIndex.build([]))
    for number in range(10):
        assert seen.names(f"Turn {number} of Hsiao Yun-Hwa", None)
    assert len(vars(seen)["_turns"]) == 3
