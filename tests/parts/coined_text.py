"""Text without meaning but with the statistics of words: for tests of what copies share."""

import random
from itertools import accumulate

from retrieval.records import Chunk, chunk_of, digest

_RNG = random.Random(7)
VOCABULARY = [
    "".join(_RNG.choice("bcdfglmnprst") + _RNG.choice("aeiou") for _ in range(_RNG.randint(2, 4)))
    for _ in range(4000)
]
# Zipf's law: a few words make up much of a text, as in any language.
HEAPED = list(accumulate(1 / (rank + 20) for rank in range(len(VOCABULARY))))


def prose(words: int, rng: random.Random) -> str:
    drawn = rng.choices(VOCABULARY, cum_weights=HEAPED, k=words)
    return " ".join(word + "." * (rng.random() < 0.08) for word in drawn)


def edited(text: str, share: float, rng: random.Random) -> str:
    """``share`` of the words replaced, dropped or followed by another, at random."""
    out: list[str] = []
    for word in text.split():
        if rng.random() >= share:
            out.append(word)
            continue
        kind = rng.choice(("replaced", "replaced", "replaced", "followed", "dropped"))
        if kind == "followed":
            out.append(word)
        if kind != "dropped":
            out += rng.choices(VOCABULARY, cum_weights=HEAPED)
    return " ".join(out)


def piece(text: str, document: str, offset: int = 0, **fields: object) -> Chunk:
    return chunk_of(
        text,
        document=document,
        source=str(fields.pop("source", "archive")),
        offset=offset,
        document_sha256=digest(document),
        **fields,  # pyright: ignore[reportArgumentType]
    )
