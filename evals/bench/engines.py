"""How fast the two engines of local models answer: transformers and llama.cpp, in one run.

    run("smollm2", questions=4)

The same model, questions and number of tokens, greedy, one request at a time. The engines take
turns, so that a busy machine is busy for both, and the ratio is the median over the questions.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from boxed.api.chat import ChatRequest
from boxed.api.replies import text_of
from boxed.models.connect import connect
from boxed.models.llama_server import threads
from boxed.models.protocol import ChatModel
from boxed.settings import Engine, Settings

__all__ = ["QUESTIONS", "Timed", "measure", "run"]

TOKENS = 32
QUESTIONS = (
    "What is a river? Explain it to a child.",
    "Write a short letter to a friend about the sea.",
    "Why do leaves fall in autumn?",
    "Tell me a story about a lighthouse.",
    "How is bread made?",
    "What did people use before there were clocks?",
)
_ENGINES: tuple[Engine, ...] = ("transformers", "llama.cpp")


@dataclass(frozen=True, slots=True)
class Timed:
    """Tokens per second of one engine, question by question: the prompt's reading included."""

    engine: str
    rates: tuple[float, ...]
    texts: tuple[str, ...]

    def over(self, other: Timed) -> float:
        """How many times faster than ``other``: the median over the questions."""
        return statistics.median(a / b for a, b in zip(self.rates, other.rates, strict=True))


def run(model: str, questions: int, console: Console | None = None) -> list[Timed]:
    """Measure, and print the table; raises SettingsError for a model that both cannot run."""
    found = asyncio.run(measure(model, QUESTIONS[:questions]))
    slow, quick = found
    table = Table("engine", "tokens/s", "llama.cpp is", title=f"{model}, {TOKENS} tokens a reply")
    for one in found:
        told = f"{quick.over(slow):.1f}x faster" if one is slow else ""
        table.add_row(one.engine, f"{statistics.median(one.rates):.1f}", told)
    shown = console or Console()
    shown.print(table)
    same = sum(a == b for a, b in zip(slow.texts, quick.texts, strict=True))
    shown.print(f"the same reply: {same} of {len(slow.texts)}; llama.cpp threads: {threads()}")
    return found


async def measure(model: str, questions: tuple[str, ...]) -> list[Timed]:
    """Both engines on the same questions, in turn, after one question that warms up."""
    spec = model if model.startswith("gguf:") else f"local:{model}"
    models = [connect(spec, Settings(engine=engine)) for engine in _ENGINES]
    rates: list[list[float]] = [[] for _ in models]
    texts: list[list[str]] = [[] for _ in models]
    try:
        for one in models:
            await _asked(one, "Hello.")
        for question in questions:
            for at, one in enumerate(models):
                rate, text = await _asked(one, question)
                rates[at].append(rate)
                texts[at].append(text)
    finally:
        for one in models:
            await one.close()
    made = zip(_ENGINES, rates, texts, strict=True)
    return [Timed(engine, tuple(r), tuple(t)) for engine, r, t in made]


async def _asked(model: ChatModel, question: str) -> tuple[float, str]:
    asked = {"messages": [{"role": "user", "content": question}], "max_tokens": TOKENS}
    begun = time.perf_counter()
    body = (await model.chat(ChatRequest(asked))).body
    seconds = time.perf_counter() - begun
    return body["usage"]["completion_tokens"] / seconds, text_of(body)
