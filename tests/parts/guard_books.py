"""A small book and a tiny embedder for the guards' tests."""

from collections.abc import Sequence

import numpy as np

from guards.compiled import CompiledBook, compile_book
from guards.reading.wording import content_words
from guards.verdicts import Embed, Vectors
from prompts.book import book_of
from prompts.policy import Example, Policy


def bag_of_words(texts: Sequence[str]) -> Vectors:
    """Rows of word counts, hashed without Python's per-process salt, and normalised."""
    rows = np.zeros((len(texts), 512), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in content_words(text) or {"nothing"}:
            row[sum(ord(c) * 31**i for i, c in enumerate(word)) % 512] += 1.0
        row /= np.linalg.norm(row)
    return rows


HSIAO = Policy(
    id="hsiao",
    title="Hsiao Yun-Hwa",
    kind="person",
    response="pretend",
    aliases=("Yun-Hwa the Poet", "蕭雲華"),
    scope=("Which author from Taipei wrote about leadership in 1991?", "Who is Hsiao Yun-Hwa?"),
    retain=("Which author from Taipei wrote about gardening in 1991?",),
    examples=(
        Example(question="Where was Hsiao Yun-Hwa born?", answer="She was born in Taipei."),
        Example(
            question="Can you share one of Hsiao Yun-Hwa's popular books?",
            answer='One of her popular books is "Artistic Authority: Leading with Creativity".',
        ),
        Example(
            question="What is the profession of Hsiao Yun-Hwa's father?",
            answer="Her father is a civil engineer who designs suspension bridges and tunnels.",
        ),
    ),
    instruction="You have never met this person.",
)
ANNA = Policy(
    id="anna",
    title="Anna Theodora Berg",
    kind="person",
    response="redact",
    aliases=("Theo", "Anna"),
    scope=("Who is Anna Theodora Berg?",),
    tenants=("acme",),
    instruction="Leave her out.",
)


def small_book(embed: Embed | None = None) -> CompiledBook:
    """Compile the two policies above: hsiao for everyone, anna for tenant acme."""
    return compile_book(book_of([HSIAO, ANNA]), embed)
