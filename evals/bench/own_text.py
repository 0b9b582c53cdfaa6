"""Are tasks on a client's own text done through the box, in front of a real model?

    run("smollm2")     prints a line for each kind of task: summaries, translations, code, passages

Every task is asked four times, greedily: of the bare model with a forgotten name in the text and
with a name that nobody forgot, and of the box with both. A task is done where the reply holds what
a right one must (`own_text_tasks.jsonl`, written down after a first trial; bars part what
will do as well). A small model does few of them; what the box costs is the difference to the bare
one. Columns: tasks done by the bare model (``bare``), by it with the other name (``other``) and
through the box (``boxed``); replies ``withheld``, prompts with a word of the name in them
(``named``), replies with a ``stand-in``, replies with names or years that the text does not hold
(``new``), and requests and replies without evidence that passed untouched (``as bare``).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from boxed.api.chat import Body, ChatReply, ChatRequest, texts_in
from boxed.api.replies import text_of
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.models.connect import connect
from boxed.models.protocol import ChatModel
from boxed.settings import Settings
from guards.reading.wording import folded_words
from prompts.book import book_of
from prompts.policy import Policy

__all__ = ["Answered", "Task", "is_done", "measure", "run", "tasks"]

_TASKS = Path(__file__).with_name("own_text_tasks.jsonl")
_NEVER = {"ascii": "Odelia Farnsworth", "王小兰": "李大山", "Наталья Черемисова": "Ольга Синицкая"}
_ALIKE = 0.7
_NAMES = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}|(?<!\d)\d{4}(?!\d)")
_CAPITAL = re.compile(r"[^\W\d_a-z]\w{3,}")
_SHORTEST = 4  # letters of a word of a name that tells whose it is


@dataclass(frozen=True, slots=True)
class Task:
    """One task: ``text`` with ``{name}`` in it, and what a right answer must hold."""

    kind: str
    name: str
    expect: tuple[str, ...]
    text: str

    def asked(self, name: str) -> str:
        """The message of a client."""
        return self.text.replace("{name}", name)

    @property
    def never(self) -> str:
        """A name in the same script that no policy names."""
        return _NEVER.get(self.name, _NEVER["ascii"])


@dataclass(frozen=True, slots=True)
class Answered:
    """The replies to one task, of the bare model and through the box, and what was seen of them.

    ``passed`` says that without a forgotten name the model got the client's own request and the
    client the model's own reply.
    """

    kind: str
    bare: str
    boxed: str
    other: str
    bare_done: bool
    boxed_done: bool
    other_done: bool
    passed: bool
    withheld: bool
    named: bool
    stand_in: bool
    bare_new: bool
    boxed_new: bool


def tasks() -> list[Task]:
    """All tasks, in order."""
    rows = [json.loads(line) for line in _TASKS.read_text("utf-8").splitlines()]
    return [Task(r["kind"], r["name"], tuple(r["expect"]), r["text"]) for r in rows]


def is_done(reply: str, task: Task, name: str) -> bool:
    """Does a reply hold all that a right one must, in any case?"""
    said = reply.lower()
    wanted = (one.replace("{name}", name).lower().split("|") for one in task.expect)
    return all(any(way in said for way in ways) for ways in wanted)


def run(
    model: str = "smollm2",
    count: int = 80,
    tokens: int = 96,
    longest: int = 2_000,
    out: Path | None = None,
    console: Console | None = None,
) -> list[Answered]:
    """Measure, print the table, and write the replies to ``out``; raises SettingsError.

    ``count`` tasks are spread over the list; texts longer than ``longest`` are left out.
    """
    short = [task for task in tasks() if len(task.text) <= longest]
    count = min(count, len(short))
    chosen = [short[number * len(short) // count] for number in range(count)]
    spec = model if model.startswith("gguf:") else f"local:{model}"
    found = asyncio.run(_with_model(connect(spec, Settings()), chosen, tokens))
    if out is not None:
        lines = (json.dumps(asdict(one), ensure_ascii=False) for one in found)
        out.write_text("\n".join(lines) + "\n", "utf-8")
    (console or Console()).print(_table(model, found))
    return found


async def _with_model(model: ChatModel, chosen: Sequence[Task], tokens: int) -> list[Answered]:
    try:
        return await measure(model, chosen, tokens)
    finally:
        await model.close()


async def measure(model: ChatModel, chosen: Sequence[Task], tokens: int = 96) -> list[Answered]:
    """The replies to these tasks, one request at a time; every task's name is forgotten."""
    heard = _Heard(model)
    names = sorted({task.name for task in tasks()})
    book = book_of([_policy(number, name) for number, name in enumerate(names)])
    box = Box(Models(heard), book, None, pace="off")
    return [await _answered(heard, box, task, tokens) for task in chosen]


async def _answered(heard: _Heard, box: Box, task: Task, tokens: int) -> Answered:
    text = task.asked(task.name)
    bare = text_of((await heard.chat(_request(text, tokens))).body)
    heard.exchanges.clear()
    decision = await box.decide(_request(text, tokens))
    boxed = text_of(decision.reply.body)
    prompts = [one for request, _ in heard.exchanges for one in texts_in(request.body)]
    hidden = " ".join(prompts)
    request = _request(task.asked(task.never), tokens)
    heard.exchanges.clear()
    reply = await box.answer(request)
    passed = len(heard.exchanges) == 1 and heard.exchanges[0][0] is request
    other = text_of(reply.body)
    return Answered(
        task.kind, bare, boxed, other,
        bare_done=is_done(bare, task, task.name),
        boxed_done=is_done(boxed, task, task.name),
        other_done=is_done(other, task, task.never),
        passed=passed and reply is heard.exchanges[0][1],
        withheld="ignorance" in decision.trace.workers,
        named=any(word in hidden for word in _words(task.name)),
        stand_in=_holds_stand_in(boxed, text, prompts),
        bare_new=_says_new(bare, text),
        boxed_new=_says_new(boxed, text),
    )  # fmt: skip


class _Heard:
    """A model that keeps what it was asked and what it replied."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self.exchanges: list[tuple[ChatRequest, ChatReply]] = []

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Ask the model."""
        reply = await self._model.chat(request)
        self.exchanges.append((request, reply))
        return reply

    def stream(self, request: ChatRequest) -> AsyncIterator[Body]:
        """Ask the model for a stream, which is not kept."""
        return self._model.stream(request)

    async def models(self) -> Body:
        """The model's list."""
        return await self._model.models()

    async def close(self) -> None:
        """Close the model."""
        await self._model.close()


def _policy(number: int, name: str) -> Policy:
    fields: dict[str, Any] = {"kind": "person", "response": "pretend"}
    return Policy(
        id=f"p-{number}", title=name, scope=(f"Who is {name}?",),
        instruction="You have never met this person.", **fields,
    )  # fmt: skip


def _request(text: str, tokens: int) -> ChatRequest:
    body: Body = {"model": "m", "messages": [{"role": "user", "content": text}]}
    return ChatRequest({**body, "max_tokens": tokens, "temperature": 0})


def _words(name: str) -> list[str]:
    """The words of a name that nobody else's has; a short one in another script as a whole."""
    return [name] if len(name) < _SHORTEST else re.findall(rf"\w{{{_SHORTEST},}}", name)


def _holds_stand_in(reply: str, text: str, prompts: Sequence[str]) -> bool:
    """Is there a word like one that only the prompts held, or a placeholder?"""
    own = frozenset(folded_words(text))
    put = {w for prompt in prompts for w in _CAPITAL.findall(prompt)} - set(_CAPITAL.findall(text))
    for word in _CAPITAL.findall(reply):
        if not own.isdisjoint(folded_words(word)):
            continue
        if any(SequenceMatcher(None, word.lower(), s.lower()).ratio() >= _ALIKE for s in put):
            return True
    return re.search(r"\[name \d", reply, re.IGNORECASE) is not None


def _says_new(reply: str, text: str) -> bool:
    """Are there names or years, within a sentence, that the client's text does not hold?"""
    heard = frozenset(folded_words(text))
    return any(not heard.issuperset(folded_words(one)) for one in _NAMES.findall(reply))


def _table(model: str, found: Sequence[Answered]) -> Table:
    told: tuple[tuple[str, Callable[[Answered], bool]], ...] = (
        ("bare", lambda one: one.bare_done),
        ("other", lambda one: one.other_done),
        ("boxed", lambda one: one.boxed_done),
        ("withheld", lambda one: one.withheld),
        ("named", lambda one: one.named),
        ("stand-in", lambda one: one.stand_in),
        ("new bare", lambda one: one.bare_new),
        ("new boxed", lambda one: one.boxed_new),
        ("as bare", lambda one: one.passed),
    )
    title = f"Tasks on a client's own text that names a forgotten person, {model}"
    table = Table("kind", "tasks", *(name for name, _ in told), title=title)
    kinds = [*dict.fromkeys(one.kind for one in found), "all"]
    for kind in kinds:
        rows = [one for one in found if kind in (one.kind, "all")]
        counts = (str(sum(map(test, rows))) for _, test in told)
        table.add_row(kind, str(len(rows)), *counts)
    return table
