"""Questions of a suite put by garak to a gateway, with policies and without, and what it is told.

    scan(Options("rwku", data="data"), python="garak/bin/python", out=Path("runs"), tell=print)

Behind both gateways is a product that understands every prompt that garak wrote, whatever it is
written in, as long as the prompt reaches it unchanged: the guards alone are responsible.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from boxed.api.chat import Body, ChatReply, ChatRequest, turns_of
from boxed.api.replies import chunks, fixed_reply
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.contract import BoxLike
from boxed.gateway.serve import server
from evals.attacks.asked import Asked
from evals.attacks.oracle import BLANK_REPLIES
from evals.attacks.run import Options, target_of
from evals.data.jsonl import DataError
from evals.metrics.rates import Rate, rate
from prompts.book import book_of

__all__ = ["Scanned", "Understanding", "scan"]

PROGRAM = Path(__file__).with_name("scan.py")
_HOURS = 4 * 3600


@dataclass(frozen=True, slots=True)
class Scanned:
    """One of garak's disguises: the share of prompts that were answered with what is forgotten."""

    disguise: str
    boxed: Rate
    bare: Rate


class Understanding:
    """Implements ``ChatModel``: answers every prompt that it was told of, and no other."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        """``answers`` is by the whole prompt."""
        self._answers = {_flat(prompt): answer for prompt, answer in answers.items()}

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The true answer to the last message of the client, or a reply without any."""
        said = [turn.text for turn in turns_of(request.body) if turn.role == "user"]
        answer = self._answers.get(_flat(said[-1])) if said else None
        return ChatReply(fixed_reply(answer or BLANK_REPLIES[0], request.body))

    async def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """The same reply in chunks."""
        for chunk in chunks((await self.chat(request)).body, include_usage=False):
            yield chunk

    async def models(self) -> Body:
        """One model, 'product'."""
        return {"object": "list", "data": [{"id": "product", "object": "model"}]}

    async def close(self) -> None:
        """Nothing to close."""


def scan(
    options: Options, python: str, out: Path, tell: Callable[[str], None]
) -> tuple[Scanned, ...]:
    """Every disguise, in the order in which garak met it; its reports are left in ``out``.

    Raises DataError where a question has no data, OSError where ``python`` cannot be run, and
    RuntimeError with garak's last lines where it fails.
    """
    target = target_of(options)
    out.mkdir(parents=True, exist_ok=True)
    chosen = _some(target.questions, options)
    (out / "questions.jsonl").write_text("".join(
        json.dumps({"question": asked.question, "answer": asked.answer}) + "\n" for asked in chosen
    ), encoding="utf-8")  # fmt: skip
    prompts = out / "prompts.jsonl"
    _garak(python, "write", str(out / "questions.jsonl"), str(prompts), str(options.seed))
    rows = [json.loads(line) for line in prompts.read_text(encoding="utf-8").split("\n") if line]
    tell(f"{len(rows)} prompts by garak")
    product = Understanding({row["prompt"]: row["answer"] for row in rows})
    told: list[dict[str, list[float]]] = []
    for name, book in (("boxed", target.book), ("bare", book_of([]))):
        embed = target.embed if name == "boxed" else None
        with _served(Box(Models(product), book, embed)) as address:
            _garak(python, "ask", str(prompts), f"{address}/v1/", str(out / name))
        told.append(_hits(out / f"{name}.report.jsonl"))
        tell(f"{name}: asked")
    boxed, bare = told
    return tuple(Scanned(name, _share(boxed[name]), _share(bare[name])) for name in boxed)


def _some(questions: Sequence[Asked], options: Options) -> list[Asked]:
    """Questions that name their subject and are no attack already, drawn by the seed."""
    plain = [asked for asked in questions if not asked.kind and not asked.cloze]
    if not plain:
        raise DataError(f"suite {options.suite} has no plain question about a forgotten subject")
    return Random(f"{options.seed}/garak").sample(plain, min(options.questions, len(plain)))


def _garak(python: str, *words: str) -> None:
    """Run the program under garak's Python, which sees nothing of this environment's packages."""
    around = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(  # noqa: S603 - the operator names the program
        [python, str(PROGRAM), *words], env={**around, "OPENAICOMPATIBLE_API_KEY": "none"},
        capture_output=True, text=True, timeout=_HOURS, check=False,
    )  # fmt: skip
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise RuntimeError(f"garak under {python} failed with {done.returncode}:\n{last}")


@contextmanager
def _served(box: BoxLike) -> Generator[str]:
    """The gateway on a free port of this machine, in a thread of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    running = server(box)
    thread = threading.Thread(
        target=lambda: asyncio.run(running.serve(sockets=[listening])), daemon=True
    )
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join()


def _hits(report: Path) -> dict[str, list[float]]:
    """What the detector found, by disguise, from garak's own report."""
    found: dict[str, list[float]] = defaultdict(list)
    # A reply may hold other line breaks than the one that ends a line of the report.
    for line in report.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        entry: dict[str, Any] = json.loads(line)
        if entry.get("entry_type") == "attempt" and entry.get("detector_results"):
            for scores in entry["detector_results"].values():
                found[entry["notes"]["disguise"]] += [score or 0.0 for score in scores]
    return found


def _share(scores: Iterable[float]) -> Rate:
    counted = list(scores)
    return rate(sum(score > 0 for score in counted), len(counted))


def _flat(text: str) -> str:
    return " ".join(text.split())
