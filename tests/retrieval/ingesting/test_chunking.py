import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingesting.chunking import OVERLAP, WORDS, pieces

PLAIN = st.text(alphabet="ab.!? \n\t\u3000\u6c34\u3002\u00e9-", max_size=400)
LONG = "\n\n".join(
    " ".join(f"Sentence {number} of paragraph {part} says little." for number in range(9))
    for part in range(30)
)


def words(text: str) -> int:
    return len(text.split())


@given(PLAIN, st.integers(2, 12), st.integers(0, 1))
def test_every_character_is_in_a_chunk_and_every_offset_is_exact(text, size, overlap):
    covered = set()
    before = -1
    for piece in pieces(text, size, overlap):
        assert text[piece.offset : piece.offset + len(piece.text)] == piece.text
        assert piece.text == piece.text.strip() != ""
        assert piece.offset > before
        before = piece.offset
        covered.update(range(piece.offset, piece.offset + len(piece.text)))
    assert all(character.isspace() for at, character in enumerate(text) if at not in covered)


def test_chunks_are_whole_sentences_of_no_more_than_the_limit():
    found = list(pieces(LONG))
    assert len(found) > 10
    for piece in found:
        assert WORDS / 2 <= words(piece.text) <= WORDS
        assert piece.text.startswith("Sentence")
        assert piece.text.endswith("little.")


def test_a_chunk_ends_with_a_paragraph_where_it_can_and_then_repeats_nothing():
    found = list(pieces(LONG))
    for one, two in pairwise(found):
        assert LONG[one.offset + len(one.text) :].startswith("\n\n")
        assert two.offset == one.offset + len(one.text) + 2


def test_within_a_paragraph_the_last_sentences_are_repeated():
    text = " ".join(f"This is sentence number {number} here." for number in range(200))
    found = list(pieces(text))
    for one, two in pairwise(found):
        shared = text[two.offset : one.offset + len(one.text)]
        assert 0 < words(shared) <= OVERLAP
        assert re.match(r"This is .* here\.$", shared)


def test_a_short_text_is_one_chunk_and_a_blank_one_none():
    assert [(p.offset, p.text) for p in pieces("  Just this.\n")] == [(2, "Just this.")]
    assert list(pieces(" \n\t \n\n")) == []


@pytest.mark.parametrize("text", ["x" * 50_000, "水" * 5_000, "word " * 5_000])
def test_a_text_without_sentences_is_cut_to_size(text):
    found = list(pieces(text))
    assert len(found) > 10
    assert max(len(piece.text) for piece in found) <= WORDS * 24
    assert "".join(piece.text.strip() for piece in found).replace(" ", "") == text.replace(" ", "")
