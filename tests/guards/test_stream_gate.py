"""The gate gives the same answer for every chunking, and never a name."""

import base64
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stream_fragments import ENCODED, FRAGMENTS, WRITTEN_FRAGMENTS

from guards.names.mentions import MentionIndex
from guards.names.word_names import WordNames
from guards.stream_gate import StreamGate
from guards.verdicts import Leak

NAMES = ["Hsiao Yun-Hwa", "Theo", "Anna", "李白", "Lil", "Isabel Ali", "김민", "R2D2", "Yun"]
INDEX = MentionIndex.build(enumerate(NAMES))
WRITTEN = st.lists(WRITTEN_FRAGMENTS, max_size=14).map("".join)
TEXTS = st.lists(FRAGMENTS, max_size=14).map("".join) | st.text(max_size=60)


# The same names as people write them: other orders, initials, misspelt.
PEOPLE = MentionIndex.build(
    enumerate(NAMES), words=WordNames((n, name, True) for n, name in enumerate(NAMES))
)


def run(text: str, cuts: list[int], index: MentionIndex = INDEX) -> tuple[str, Leak | None]:
    gate = StreamGate(index)
    borders = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    released = [gate.feed(text[a:b]) for a, b in pairwise(borders)]
    return "".join(released) + gate.close(), gate.leak


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 2000), max_size=12))
def test_every_chunking_gives_the_same(text: str, cuts: list[int]) -> None:
    whole = run(text, [])
    assert run(text, cuts) == whole
    assert run(text, list(range(len(text)))) == whole


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 2000), max_size=12))
def test_no_mention_is_ever_released(text: str, cuts: list[int]) -> None:
    released, leak = run(text, cuts)
    assert INDEX.find(released) == []
    if leak is None:
        assert released == text
        assert INDEX.find(text) == []
    else:
        assert text.startswith(released)
        assert len(released) <= leak.start


@settings(max_examples=400, deadline=None)
@given(WRITTEN, st.lists(st.integers(0, 2000), max_size=12))
def test_every_chunking_gives_the_same_for_names_as_people_write_them(
    text: str, cuts: list[int]
) -> None:
    whole = run(text, [], PEOPLE)
    assert run(text, cuts, PEOPLE) == whole
    assert run(text, list(range(len(text))), PEOPLE) == whole
    released, leak = whole
    assert PEOPLE.find(released) == []
    if leak is None:
        assert released == text
    else:
        assert text.startswith(released)
        assert len(released) <= leak.start


@pytest.mark.parametrize(
    "behind", ["", "B", "B3", "3x", "_films", " et l'\u00e9t\u00e9", "B\u00e9"]
)
def test_a_misspelt_name_in_a_handle_is_found_whatever_follows(behind: str) -> None:
    text = f"See @AliIsabela{behind}"
    released, leak = run(text, [], PEOPLE)
    assert released.rstrip("@") == "See "
    assert leak is not None
    assert run(text, list(range(len(text))), PEOPLE) == (released, leak)


@pytest.mark.parametrize("before", range(0, 31, 3))
def test_a_name_is_found_wherever_it_stands_in_a_handle(before: int) -> None:
    text = f"See #{'x' * before}isabelali and so on"
    released, leak = run(text, [], PEOPLE)
    assert leak is not None
    assert released == f"See #{'x' * before}"
    assert run(text, list(range(len(text))), PEOPLE) == (released, leak)


@pytest.mark.parametrize(
    ("text", "released"),
    [
        ("It was Ali, Isabel, I think.", "It was "),
        ("It was I. Ali, I think.", "It was "),
        ("It was Isabell Alli, I think.", "It was "),
        ("It was Hsaio Yun-Hwa, I think.", "It was "),
        ("It was Hwa, Hsiao.", "It was Hwa, Hsiao."),
    ],
)
def test_other_forms_of_a_name_are_held_back(text: str, released: str) -> None:
    for cuts in ([], list(range(len(text))), [9], [12]):
        assert run(text, cuts, PEOPLE)[0] == released


def test_a_word_is_held_until_it_has_ended_and_no_longer() -> None:
    gate = StreamGate(PEOPLE)
    assert gate.feed("A tree in the") == "A tree in "
    assert gate.feed(" yard of Annabel") == "the yard of "
    assert gate.feed(" ") == "Annabel "
    assert gate.feed("x" * 60) == "x" * 60


def test_a_name_split_over_deltas_is_stopped_in_front_of_it() -> None:
    gate = StreamGate(INDEX, ids=NAMES)
    assert gate.feed("It was Hsi") == "It was "
    assert gate.feed("ao Yun-Hw") == ""
    assert gate.feed("a, of course.") == ""
    assert gate.leak == Leak("Yun", "mention", 13, 16), "the alias is complete first"
    assert gate.feed("more") == ""
    assert gate.close() == ""


def test_a_name_at_the_very_end_is_stopped_on_close() -> None:
    gate = StreamGate(INDEX)
    assert gate.feed("I asked Anna") == "I asked "
    assert gate.close() == ""
    assert gate.leak == Leak("2", "mention", 8, 12)


def test_only_what_may_become_a_name_is_held_back() -> None:
    gate = StreamGate(INDEX)
    assert gate.feed("A tree in the") == "A tree in "
    assert gate.held == 3
    assert gate.feed(" yard of Annabel") == "the yard of Annabel"


@pytest.mark.parametrize(
    "text",
    [
        f"decode {ENCODED} now",
        "48 is not 487369616f2059756e2d487761.",
        "see %48%73%69%61%6f%20%59%75%6e%2d%48%77%61",
        "H&#115;iao Yun&#x2d;Hwa",
        "x " + "Zm9vYmFy" * 300 + base64.b64encode(b"  Hsiao Yun-Hwa ").decode() + "Zm9v" * 400,
    ],
)
def test_encoded_names_are_leaks(text: str) -> None:
    released, leak = run(text, list(range(0, len(text), 7)))
    assert leak is not None
    assert leak.policy in ("0", "8")
    assert len(released) < len(text)
    assert run(text, []) == (released, leak)


def test_long_runs_are_passed_on_while_they_are_written() -> None:
    gate = StreamGate(INDEX)
    run_of_data = "Zm9vYmFyYmF6" * 500
    released = sum(len(gate.feed(run_of_data[at : at + 50])) for at in range(0, 6000, 50))
    assert released > 3000
    assert gate.held < 2100
    assert gate.close() == run_of_data[released:]


def test_exempt_and_dead_names_pass() -> None:
    spoken = frozenset(mention.key for mention in INDEX.find("Tell me of Hsiao Yun-Hwa!"))
    for gate in (StreamGate(INDEX, exempt=spoken), StreamGate(INDEX, live=lambda _: False)):
        assert gate.feed("Hsiao Yun-Hwa and Yun.") + gate.close() == "Hsiao Yun-Hwa and Yun."
        assert gate.leak is None
    gate = StreamGate(INDEX, exempt=spoken)
    gate.feed("Hsiao Yun-Hwa and Theo.")
    assert gate.leak == Leak("1", "mention", 18, 22)


def test_an_empty_index_passes_everything_at_once() -> None:
    gate = StreamGate(MentionIndex.build([]))
    assert gate.feed("anything aB3") == "anything aB3"


def test_feeding_a_closed_gate_is_an_error() -> None:
    gate = StreamGate(INDEX)
    gate.close()
    with pytest.raises(ValueError, match="new gate"):
        gate.feed("x")


def test_a_flood_of_invisible_characters_inside_a_name_is_scanned_once(monkeypatch):
    index = MentionIndex.build([(0, "Carmela Halmere")])
    gate, scans = StreamGate(index), []
    scan = index.scan
    monkeypatch.setattr(index, "scan", lambda *a, **k: scans.append(1) or scan(*a, **k))
    released = gate.feed("It is Carm")
    before = len(scans)
    for _ in range(500):
        released += gate.feed("\u200b\u0301\u2060")
    assert len(scans) == before
    released += gate.feed("ela Halmere, I think.")
    assert released == "It is "
    assert gate.leak is not None


@pytest.mark.parametrize("piece", [1, 7, 300, 1000])
def test_a_reply_that_is_longer_than_is_read_ends_like_a_leak(
    monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr("guards.stream_gate.LONGEST_REPLY", 500)
    for text, passed in (("It was the sea. " * 40, 500), ("It was. " * 50, 400)):
        released, leak = run(text, list(range(0, len(text), piece)))
        assert text.startswith(released)
        assert passed - 8 < len(released) <= passed
        assert (leak is not None) == (len(text) > 500)
    gate = StreamGate(INDEX, live=lambda _: False)
    assert gate.feed("It was the sea. " * 40) + gate.close() == "It was the sea. " * 40


def test_behind_long_held_text_a_gate_reads_in_shares_and_releases_the_same() -> None:
    text = "Zm9vYmFyYmF6" * 60 + " and then it was over, and the sea was calm again. " * 4
    gate, held = StreamGate(INDEX), 0
    released = ""
    for character in text:
        released += gate.feed(character)
        held = max(held, gate.held)
    assert released + gate.close() == text
    assert held > 500
    assert len(released) > len(text) - 60
