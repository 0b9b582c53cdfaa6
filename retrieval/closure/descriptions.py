"""Which chunks a description means: near enough in meaning, or near and in its own words.

    described(0.5, "the lighthouse keeper's diary", chunk.text)   # True or False

A description is short and a chunk is long, so even a chunk that is meant lies further off than a
paraphrase would; the description's own words, found in the chunk, are the second witness.
"""

from __future__ import annotations

from guards.reading.wording import content_words

__all__ = ["JUDGED", "NEAR", "described"]

# Cosines of all-MiniLM-L6-v2, chosen on descriptions of people; figures: docs/notes/erasure.md.
SURE = 0.55
NEAR = 0.4
# Descriptions that name nobody lie this far off: only a judge can tell.
JUDGED = 0.2

_IN_COMMON = 0.5


def described(cosine: float, about: str, text: str) -> bool:
    """Whether ``text``, at this cosine from the description ``about``, is meant by it."""
    if cosine >= SURE or cosine < NEAR:
        return cosine >= SURE
    wanted = content_words(about)
    return bool(wanted) and len(wanted & content_words(text)) >= _IN_COMMON * len(wanted)
