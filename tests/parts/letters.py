"""Letters for the tests of erasure: each tells of one person, and holds words of its own."""

import random
from collections.abc import Sequence

from coined_text import prose

from retrieval.records import Chunk, chunk_of, digest


def letter(number: int) -> Chunk:
    rng = random.Random(number)
    person = f"Zq{number % 10}wx Vy{number % 10}kj"
    text = f"{person} wrote in letter {number:05d}: {prose(40, rng)} Signed ¤{number:05d}¤ß."
    return chunk_of(
        text,
        document=f"letter-{number:05d}.txt",
        source="archive of letters",
        offset=0,
        document_sha256=digest(f"letter {number}"),
        holder="Roe estate",
        licence="CC-BY-4.0",
        subjects=(person,),
        metadata={"title": f"On matter {number:05d}", "year": 1900 + number % 80},
    )


def letters(number: int) -> list[Chunk]:
    return [letter(at) for at in range(number)]


def of_person(chunks: Sequence[Chunk], person: int) -> list[Chunk]:
    return [chunk for at, chunk in enumerate(chunks) if at % 10 == person]
