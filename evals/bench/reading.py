"""What reading costs: names, codes and a stream's gate, in CPU milliseconds per 2,000 characters.

    run(names=1000)

Each kind of text is read whole (names in all readings, then every decoded view) and by a gate in
pieces of five characters. Beside the time stands that of folding alone, and what twice the text
costs: about two where the work grows with the length, four where with its square.
"""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from evals.bench.coined import coined_policies, ordinary_words
from guards.names.mentions import MentionIndex
from guards.reading.canonical import fold, squash
from guards.reading.views import views
from guards.stream_gate import StreamGate

__all__ = ["Cost", "run", "texts"]

_LENGTH = 2000
_PIECE = 5
_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds for one text; `doubled` is what twice the text takes, over what it takes."""

    kind: str
    folding: float
    whole: float
    whole_doubled: float
    views: int
    gate: float
    gate_doubled: float


def run(names: int = 1000, length: int = _LENGTH, console: Console | None = None) -> list[Cost]:
    """Measure `length` characters of every kind with `names` coined names, and print a table."""
    policies = coined_policies(names)
    index = MentionIndex.build((n, policy.title) for n, policy in enumerate(policies))
    found = [_cost(index, kind, text) for kind, text in texts(2 * length).items()]
    (console or Console()).print(_table(found, names, length))
    return found


def texts(length: int) -> dict[str, str]:
    """`length` characters of every kind."""
    rng = random.Random(1)
    coded = base64.b64encode(rng.randbytes(length)).decode()
    small = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(length))
    source = Path(__file__).read_text(encoding="utf-8")
    kinds = {
        "prose": " ".join(ordinary_words(length)),
        "code": source,
        "JSON": "".join(
            f'{{"id": {n}, "tags": ["a{n}", "b"], "at": {n}.5}}, ' for n in range(length)
        ),
        "Chinese": "他住在海边的一座小城里每天早上去市场买鱼。",
        "base64": coded,
        "base64 in groups of 4": " ".join(coded[n : n + 4] for n in range(0, length, 4)),
        "hexadecimal": rng.randbytes(length).hex(),
        "hexadecimal with gaps": rng.randbytes(length).hex(" "),
        "digits": "".join(rng.choice("0123456789") for _ in range(length)),
        "bits": "".join(rng.choice("01") for _ in range(length)),
        "numbers": ", ".join(str(rng.randrange(1000)) for _ in range(length)),
        "small letters": small,
        "one letter": "a",
        "one letter with gaps": "a ",
        "dots": ". ",
    }
    return {kind: (text * (length // len(text) + 1))[:length] for kind, text in kinds.items()}


def _cost(index: MentionIndex, kind: str, text: str) -> Cost:
    half = text[: len(text) // 2]

    def whole(read: str) -> None:
        index.find(read)
        for view in views(read):
            index.find(view.text)

    def gated(read: str) -> None:
        gate = StreamGate(index)
        for at in range(0, len(read), _PIECE):
            gate.feed(read[at : at + _PIECE])
        gate.close()

    once, twice = _milliseconds(whole, half), _milliseconds(whole, text)
    stream, longer = _milliseconds(gated, half, 1), _milliseconds(gated, text, 1)
    return Cost(
        kind,
        _milliseconds(_plainly, half),
        once,
        twice / once,
        len(views(half)),
        stream,
        longer / stream,
    )


def _plainly(read: str) -> None:
    squash(fold(read).text)


def _milliseconds(read: Callable[[str], None], text: str, repeats: int = _REPEATS) -> float:
    """The median of the CPU time of several runs: other programs do not count."""
    taken: list[float] = []
    for _ in range(repeats):
        begun = time.process_time()
        read(text)
        taken.append(1000 * (time.process_time() - begun))
    return max(median(taken), 0.001)


def _table(found: list[Cost], names: int, length: int) -> Table:
    table = Table(title=f"CPU ms per {length:,} characters, {names:,} names, p50", show_edge=False)
    for column in ("text", "fold", "whole", "twice", "views", "gate", "twice"):
        table.add_column(column, justify="left" if column == "text" else "right")
    for cost in found:
        table.add_row(
            cost.kind,
            f"{cost.folding:.2f}",
            f"{cost.whole:.2f}",
            f"{cost.whole_doubled:.1f}",
            str(cost.views),
            f"{cost.gate:.1f}",
            f"{cost.gate_doubled:.1f}",
        )
    return table
