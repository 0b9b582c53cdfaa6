"""What looking for names costs: one message of 200 words against 10, 10,000 and 100,000 policies.

    run(policies=(10, 10_000, 100_000))

Books are compiled one after the other in this process and asked in turns. What is told is the time
of the processor, which the guards alone use, so that it holds whatever else the machine does. Half
of the messages hold words that no dictionary has, which are looked up as possible misspellings;
every message is new to the index.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from evals.bench.coined import coined_policies, coined_words, ordinary_words
from guards.compiled import CompiledBook, compile_book
from guards.screen import Screen
from guards.verdicts import Turn
from prompts.book import book_of

__all__ = ["Row", "messages", "run", "table_of"]

_WORDS = 200
_STRANGE = 6  # words of a message that no list of words has


@dataclass(frozen=True, slots=True)
class Row:
    """Milliseconds at the median for one message: screened, and streamed word by word.

    ``memory`` is what the process took up, in MiB, once this book was compiled.
    """

    policies: int
    compiled: float
    memory: float
    screened: float
    streamed: float


def messages(count: int, seed: int = 23) -> list[str]:
    """Messages of ordinary words; every second one holds a few that are not."""
    draw = random.Random(seed)
    strange = coined_words(count * _STRANGE, seed)
    found: list[str] = []
    for number in range(count):
        words = ordinary_words(_WORDS, seed + number)
        if number % 2:
            for word in strange[number * _STRANGE : (number + 1) * _STRANGE]:
                words[draw.randrange(len(words))] = word
        found.append(" ".join(words))
    return found


def run(
    policies: Sequence[int] = (10, 10_000, 100_000),
    *,
    repeats: int = 200,
    console: Console | None = None,
) -> list[Row]:
    """Measure every book and print the table."""
    texts = messages(repeats)
    books: list[tuple[int, float, float, CompiledBook]] = []
    for count in policies:
        book = book_of(coined_policies(count))
        began = time.process_time()
        compiled = compile_book(book)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        books.append((count, time.process_time() - began, memory, compiled))
    screened: dict[int, list[float]] = {count: [] for count in policies}
    streamed: dict[int, list[float]] = {count: [] for count in policies}
    for text in texts:
        for count, _, _, compiled in books:
            screened[count].append(_screened(compiled, text))
    for text in texts[: max(1, repeats // 4)]:
        for count, _, _, compiled in books:
            streamed[count].append(_streamed(compiled, text))
    rows = [
        Row(count, seconds, memory, _median(screened[count]), _median(streamed[count]))
        for count, seconds, memory, _ in books
    ]
    (console or Console()).print(table_of(rows))
    return rows


def _screened(compiled: CompiledBook, text: str) -> float:
    screen, turns = Screen(compiled), (Turn("user", text),)
    began = time.process_time()
    screen.lexical(turns)
    return time.process_time() - began


def _streamed(compiled: CompiledBook, text: str) -> float:
    gate, words = compiled.gate(), [f" {word}" for word in text.split()]
    began = time.process_time()
    for word in words:
        gate.feed(word)
    gate.close()
    return time.process_time() - began


def table_of(rows: Sequence[Row]) -> Table:
    """One row a book; x is the time against the first."""
    table = Table("policies", title=f"Names in {_WORDS} words: median time of the processor")
    for name in ("screened ms", "x", f"{_WORDS} chunks ms", "x", "compile s", "MiB in all"):
        table.add_column(name, justify="right")
    for row in rows:
        first = rows[0]
        table.add_row(
            f"{row.policies:,}",
            f"{row.screened:.2f}",
            f"{row.screened / first.screened:.2f}",
            f"{row.streamed:.1f}",
            f"{row.streamed / first.streamed:.2f}",
            f"{row.compiled:.1f}",
            f"{row.memory:,.0f}",
        )
    return table


def _median(seconds: Sequence[float]) -> float:
    return 1000 * sorted(seconds)[len(seconds) // 2]
