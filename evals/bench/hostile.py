"""What texts cost that are made to cost much: CPU seconds per megabyte, and how that grows.

    run(length=4_000)

Every kind of text is screened as a request, and read by a stream's gate whole and in pieces of four
characters, at one length and at four times it. Beside each cost stands what the longer text takes
over the shorter: about four where the work grows with the length, sixteen where with its square.
What a text of one length costs at most is in `docs/security.md`: beyond it a request is refused.
"""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from rich.console import Console
from rich.table import Table

from evals.bench.coined import coined_policies, ordinary_words
from guards.compiled import CompiledBook, compile_book
from guards.screen import Screen
from guards.verdicts import Turn
from prompts.book import book_of

__all__ = ["Cost", "run", "texts"]

_PIECE = 4
_LONGER = 4
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\U000e0041\ufe01\u00ad"


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds per megabyte of one way to read one kind of text; `grown`: at four times the length.

    `ratio` is what the longer text took over what the shorter took.
    """

    kind: str
    way: str
    seconds: float
    grown: float
    ratio: float


def run(
    policies: int = 1000,
    length: int = 4_000,
    kinds: Sequence[str] = (),
    console: Console | None = None,
) -> list[Cost]:
    """Measure `length` characters of every kind and four times as many; print a table."""
    compiled = compile_book(book_of(coined_policies(policies)))
    for _, read in _ways(compiled):
        read("The first text builds the tables of names.")
    found: list[Cost] = []
    for kind, text in texts(_LONGER * length).items():
        if kinds and kind not in kinds:
            continue
        for way, read in _ways(compiled):
            found.append(_cost(kind, way, read, text))
    (console or Console()).print(_table(found, length, policies))
    return found


def texts(length: int) -> dict[str, str]:
    """`length` characters of every kind; a beginning of one is a text of its kind as well."""
    rng = random.Random(7)
    coded = base64.b64encode(rng.randbytes(length)).decode()
    words = ordinary_words(length)
    prose = " ".join(words)[:length]
    kinds = {
        "prose": prose,
        "Chinese": "".join(chr(rng.randrange(0x4E00, 0x9000)) for _ in range(length)),
        "minified JSON": "".join(
            f'{{"id":{n},"tag":["a{n}","b"],"at":{n}.5}},' for n in range(length // 8)
        ),
        "base64": coded,
        "base64 in lines": "\n".join(coded[at : at + 76] for at in range(0, length, 76)),
        "base64 of prose": base64.b64encode(prose.encode()).decode(),
        "hexadecimal": rng.randbytes(length).hex(),
        "hexadecimal with gaps": rng.randbytes(length).hex(" "),
        "one letter": "a",
        "one letter with gaps": "a ",
        "random letters": "".join(rng.choice(_LETTERS) for _ in range(length)),
        "capitals": "".join(rng.choice(_LETTERS.upper()) for _ in range(length)),
        "digits": "".join(rng.choice("0123456789") for _ in range(length)),
        "bits": "".join(rng.choice("01") for _ in range(length)),
        "numbers": ",".join(str(rng.randrange(1000)) for _ in range(length)),
        "signs": "".join(chr(rng.randrange(33, 127)) for _ in range(length)),
        "full stops": ".",
        "blanks": " ",
        "invisible": "".join(rng.choice(_HIDDEN) for _ in range(length)),
        "invisible between letters": "a\u200b",
        "accents": "e\u0301",
        "Morse": "".join(rng.choice("..--  /") for _ in range(length)),
        "Braille": "".join(chr(0x2800 + rng.randrange(64)) for _ in range(length)),
        "nested encodings": _nested(prose[: length // 4]),
        "percent escapes": quote(prose, safe="").replace("e", "%65"),
        "entities": "".join(f"&#{ord(letter)};" for letter in prose[: length // 5]),
        "ampersands": "&",
        "tags": "<b",
        "backslashes": "\\u00",
        "quotation marks": '"',
        "joints": 'x="a", y="b"\n',
        "radio words": "alpha bravo sierra ",
        "capitalised words": " ".join(map(str.title, words)),
        "short lines": "\n".join(rng.choice(words) for _ in range(length // 3)),
        "initials": "J. ",
        "pig Latin": " ".join(f"{word[1:]}{word[0]}ay" for word in words),
    }
    return {kind: (text * (length // len(text) + 1))[:length] for kind, text in kinds.items()}


def _nested(text: str) -> str:
    once = base64.b64encode(text.encode())
    return base64.b64encode(base64.b64encode(once)).decode()


def _ways(compiled: CompiledBook) -> Iterator[tuple[str, Callable[[str], None]]]:
    screen = Screen(compiled)

    def screened(text: str) -> None:
        screen.lexical((Turn("user", text),))

    def whole(text: str) -> None:
        gate = compiled.gate()
        gate.feed(text)
        gate.close()

    def pieces(text: str) -> None:
        gate = compiled.gate()
        for at in range(0, len(text), _PIECE):
            gate.feed(text[at : at + _PIECE])
        gate.close()

    yield "request", screened
    yield "reply", whole
    yield "reply in pieces", pieces


def _cost(kind: str, way: str, read: Callable[[str], None], text: str) -> Cost:
    part = text[: len(text) // _LONGER]
    once, longer = _seconds(read, part), _seconds(read, text)
    return Cost(
        kind, way, once * 1e6 / len(part), longer * 1e6 / len(text), longer / max(once, 1e-6)
    )


def _seconds(read: Callable[[str], None], text: str) -> float:
    """The CPU time of one run, the faster of two where that is soon told."""
    taken: list[float] = []
    while len(taken) < 2 and sum(taken) < 1:
        begun = time.process_time()
        read(text)
        taken.append(time.process_time() - begun)
    return min(taken)


def _table(found: Sequence[Cost], length: int, policies: int) -> Table:
    title = (
        f"CPU seconds per megabyte at {length:,} and {_LONGER * length:,} characters, "
        f"{policies:,} policies; x: what the longer text takes over the shorter (4: linear)"
    )
    ways = list(dict.fromkeys(cost.way for cost in found))
    table = Table("text", title=title, show_edge=False)
    for way in ways:
        for column in (way, f"{_LONGER} times", "x"):
            table.add_column(column, justify="right")
    for kind in dict.fromkeys(cost.kind for cost in found):
        cells: list[str] = []
        for cost in (cost for cost in found if cost.kind == kind):
            cells += (f"{cost.seconds:.1f}", f"{cost.grown:.1f}", f"{cost.ratio:.1f}")
        table.add_row(kind, *cells)
    return table
