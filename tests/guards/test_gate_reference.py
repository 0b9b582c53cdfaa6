"""The gate against a plain reading of whole texts: the same verdict at the same letter."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from reference_gate import given_away
from stream_fragments import WRITTEN_FRAGMENTS

from guards.names.mentions import MentionIndex
from guards.names.word_names import WordNames
from guards.stream_gate import StreamGate
from guards.verdicts import Leak

NAMES = [
    "Hsiao Yun-Hwa", "Theo", "Anna", "Lil", "Isabel Ali", "R2D2", "Yun", "Roger Thomas",
    "Marie Isabel", "Isa Hwa",
]  # fmt: skip
PLAIN = st.sampled_from([
    "Hsiao", "H", "siao", " ", " ", " ", "-", "Yun", "Hwa", "hsiao yun", "\u200b", "1", "An", "na",
    "Ann", "Theo", "the ", "\n", " " * 34, "Oyphv Fbu", "-Odh", "Lha-", "awH", "-nuY oaisH",
    "e\u0301", "L1l", "I", ".", "R2", "D2", "!", "Anna2", ", ", "thomas", "Ufvnb Lha-Uwn",
])  # fmt: skip
TEXTS = st.lists(PLAIN | WRITTEN_FRAGMENTS, max_size=12).map("".join)


def run(text: str, cuts: list[int], index: MentionIndex) -> tuple[str, Leak | None, int]:
    """What leaves, the leak, and after how many characters it was known."""
    gate, out, read = StreamGate(index), "", 0
    borders = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    for start, end in pairwise(borders):
        out += gate.feed(text[start:end])
        read = end
        if gate.leak is not None:
            return out, gate.leak, read
    return out + gate.close(), gate.leak, len(text) + 1


@settings(max_examples=60, deadline=None)
@given(
    TEXTS,
    st.lists(st.integers(0, 2000), max_size=8),
    st.sets(st.sampled_from(range(len(NAMES))), min_size=1, max_size=5),
)
def test_a_stream_ends_where_a_plain_reading_of_its_text_says(
    text: str, cuts: list[int], chosen: set[int]
) -> None:
    named = [(n, NAMES[n], True) for n in sorted(chosen)]
    index = MentionIndex.build([(n, name) for n, name, _ in named], words=WordNames(named))
    shown = given_away(text, index)
    for borders in (cuts, list(range(len(text))), []):
        released, leak, read = run(text, borders, index)
        if shown is None:
            assert (released, leak) == (text, None)
            continue
        length, policies = shown
        assert leak is not None
        assert int(leak.policy) in policies
        assert text.startswith(released)
        assert len(released) <= leak.start
        assert read >= length
        if borders and borders == list(range(len(text))):
            assert read == length
