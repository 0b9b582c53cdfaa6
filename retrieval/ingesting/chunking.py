"""A document's text as chunks: whole sentences where they fit, with exact offsets. Pure.

A chunk holds at most `WORDS` words, because all-MiniLM-L6-v2 reads 256 word pieces, about 190
English words, and what lies beyond is not in the vector. It ends at a paragraph's end where that
leaves it at least half full, else at a sentence's, and a sentence that is too long is cut between
words. The next chunk begins with the last sentences of the one before, up to `OVERLAP` words of the
same paragraph, so that a statement on the border is whole in one of them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

WORDS = 180
OVERLAP = 30

# A word longer than this is read as several: a line of base64 has no blanks. A Chinese, Japanese
# or Thai text has none either, and the embedder reads it character by character.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|[^\s\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{1,24}"
)
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE = re.compile(r"[.!?…][\"'\u201d\u2019»)\]]*\s+|[\u3002\uff01\uff1f]")


@dataclass(frozen=True, slots=True)
class Piece:
    """``text`` is the document's text from character ``offset`` on."""

    offset: int
    text: str


@dataclass(frozen=True, slots=True)
class _Sentence:
    """The words number ``first`` up to, without it, ``last``; does a paragraph end here?"""

    first: int
    last: int
    ends_paragraph: bool


def pieces(text: str, words: int = WORDS, overlap: int = OVERLAP) -> Iterator[Piece]:
    """The chunks of a text, in order; every word is in at least one, and none is only blanks.

    ``overlap`` must be less than ``words``. Takes time in proportion to the text's length.
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    sentences = _sentences(text, [start for start, _ in spans], words)
    begin = 0
    while begin < len(sentences):
        end = _end(sentences, begin, words)
        start, stop = spans[sentences[begin].first][0], spans[sentences[end - 1].last - 1][1]
        yield Piece(start, text[start:stop])
        begin = _next(sentences, begin, end, words, overlap)


def _sentences(text: str, starts: list[int], words: int) -> list[_Sentence]:
    """Sentences as ranges of words, none longer than a chunk."""
    paragraphs = {match.end() for match in _PARAGRAPH.finditer(text)} | {len(text)}
    borders = sorted(paragraphs | {match.end() for match in _SENTENCE.finditer(text)})
    found: list[_Sentence] = []
    first = 0
    for border in borders:
        last = bisect_left(starts, border)
        for cut in range(first, last, words):
            found.append(_Sentence(cut, min(cut + words, last), False))
        if found and border in paragraphs:
            found[-1] = _Sentence(found[-1].first, found[-1].last, True)
        first = last
    return found


def _end(sentences: list[_Sentence], begin: int, words: int) -> int:
    """The end of the chunk that starts with sentence ``begin``, as the number of a sentence."""
    first = sentences[begin].first
    end, paragraph = begin, begin
    while end < len(sentences) and sentences[end].last - first <= words:
        end += 1
        if sentences[end - 1].ends_paragraph and sentences[end - 1].last - first >= words / 2:
            paragraph = end
    whole = end == len(sentences) or paragraph == begin
    return end if whole else paragraph


def _next(sentences: list[_Sentence], begin: int, end: int, words: int, overlap: int) -> int:
    """The first sentence of the chunk after the one from ``begin`` up to ``end``."""
    if end == len(sentences):
        return end
    back = end
    while (
        back - 1 > begin
        and not sentences[back - 1].ends_paragraph
        and sentences[end - 1].last - sentences[back - 1].first <= overlap
        # The sentence that did not fit must fit behind what is repeated.
        and sentences[end].last - sentences[back - 1].first <= words
    ):
        back -= 1
    return back
