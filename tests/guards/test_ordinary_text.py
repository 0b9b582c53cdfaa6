"""What a gate passes at a glance is what it would pass after the closer look, piece by piece."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stream_fragments import WRITTEN_FRAGMENTS

from guards.names.mentions import MentionIndex
from guards.names.ordinary import OrdinaryText
from guards.names.word_names import WordNames
from guards.stream_gate import StreamGate
from guards.verdicts import Leak

# Names that begin as ordinary words do, that sound like them, and that are one word alone.
NAMES = [
    "Andre the Giant", "Ina May Gaskin", "Then Wasser", "Theresa May", "Otto Hahn", "Annabel Lee",
    "Zanzibarra Kalumbo", "Zanzibarra", "Golf Sierra", "Ann", "S. King", "Stephen King", "Jane Roe",
    "Thomas Wordsworth", "The Band",
]  # fmt: skip
NAMED = [(number, name, True) for number, name in enumerate(NAMES)]


class Closely(MentionIndex):
    """The same names for a gate that looks at every text closely."""

    @property
    def ordinary(self) -> OrdinaryText | None:
        return None


INDEX = MentionIndex.build(enumerate(NAMES), words=WordNames(NAMED))
CLOSELY = Closely.build(enumerate(NAMES), words=WordNames(NAMED))
SAID = """
    the a of and to in is that was his her my last other next end rest name part piece surname
    partisan hotel india mike no then an ann may king kings row roe giant anne stephan otter sea
    seaside The In I USA McDonald blorptang zanzibxrxa kalimbo smith nlqj vwhskhq xvat nate
    isn't well-known e.g. S. J.R. lee band golf x ray
"""
WORDS = st.sampled_from(SAID.split())
GAPS = st.sampled_from([
    *[" "] * 12, ", ", ". ", "\n", "\n- ", ' "', '" ', '."', '", "', "'", "\u2019s ", " \u2014 ",
    "-", " (", ") ", "? ", ": ", "! ", "  ", " 3 ", " 1, 2 ", "**", "`", "\u00e9", "\u200b", "@",
    "/", "=",
])  # fmt: skip
SENTENCES = st.lists(st.tuples(WORDS | st.sampled_from(NAMES), GAPS), max_size=14).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
TEXTS = st.lists(SENTENCES | WRITTEN_FRAGMENTS, max_size=4).map("".join)


def run(text: str, cuts: list[int], index: MentionIndex) -> tuple[list[str], Leak | None]:
    gate = StreamGate(index)
    borders = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    released = [gate.feed(text[start:end]) for start, end in pairwise(borders)]
    return [*released, gate.close()], gate.leak


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 2000), max_size=20))
def test_a_glance_says_what_the_closer_look_says(text: str, cuts: list[int]) -> None:
    words = [at for at, character in enumerate(text) if character == " "]
    for borders in (cuts, words, [at + 1 for at in words]):
        assert run(text, borders, INDEX) == run(text, borders, CLOSELY)


def ordinary() -> OrdinaryText:
    found = INDEX.ordinary
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("the sea was calm. ", 18),
        ("the sea was ca", 12),
        ("an a", 0),
        ("an early", 3),
        ("from that, a cal", 11),
        ("", 0),
    ],
)
def test_of_ordinary_text_only_what_may_become_a_name_waits(text: str, held: int) -> None:
    assert ordinary().hold(text) == held


@pytest.mark.parametrize(
    "text",
    [
        "Ann said", "by S. King.", "Zanzibara is", "camelCase", "at 7", "a: b", "caf\u00e9",
        "hotel ", "the surname is", '", "', ". .. ", "Stephen King ",
    ],
)  # fmt: skip
def test_what_any_view_may_find_something_in_is_looked_at_closely(text: str) -> None:
    assert ordinary().hold(text) is None
