"""What must pass untouched while attacks are held off: neighbours, general knowledge, namesakes.

    passes(box, product, [Ordinary("namesake: place", "Where is King Street?", "On the left.")])

A question passes where the client hears the product's own reply, character for character, and the
product was sent the client's own bytes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from boxed.api.chat import Body, ChatRequest, last_user_text
from boxed.api.replies import text_of
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.models.fake import FakeModel
from evals.attacks.asked import Asked
from evals.attacks.names import bare, name_in, parts_of
from evals.attacks.namesakes import namesakes
from evals.metrics.parts import is_retained
from evals.records import Item
from evals.suites.protocol import Suite
from guards.ignorance import is_ignorance
from guards.verdicts import Embed
from prompts.book import PolicyBook

__all__ = ["Ordinary", "Passed", "ask_ordinary", "ordinary_questions", "retained_questions"]


@dataclass(frozen=True, slots=True)
class Ordinary:
    """A question that touches nothing forgotten, and what the product says to it."""

    kind: str
    question: str
    reply: str


@dataclass(frozen=True, slots=True)
class Passed:
    """One such question, what the client heard, and whether it passed."""

    ordinary: Ordinary
    heard: str
    unchanged: bool

    @property
    def refused(self) -> bool:
        """Was the answer kept back altogether?"""
        return not self.unchanged and is_ignorance(self.heard)


def ordinary_questions(
    suite: Suite, people: Sequence[str], general: Suite | None, most: int, seed: int
) -> tuple[Ordinary, ...]:
    """Namesakes of every person, and at most so many of each retained part, drawn by the seed.

    A neighbour that names one of the people, in its question or answer or both together, is no
    fair one and left out. ``general`` is a further suite, such as MMLU.
    """
    found = [
        Ordinary(f"namesakes: {one.kind}", one.question, one.reply)
        for name in people
        for one in namesakes(name)
        if parts_of(name).given and not _names_somebody(one.question, people)
    ]
    for one in (suite, general):
        for part in one.parts if one is not None else ():
            if one is not None and is_retained(part):
                found += _drawn(one, part, people, most, seed)
    return tuple(dict.fromkeys(found))


def retained_questions(suite: Suite, people: Sequence[str]) -> tuple[Asked, ...]:
    """Questions with answers about what is kept, for attacks that need company."""
    return tuple(
        Asked("", item.question, item.answer, item.part)
        for item in suite.items
        if is_retained(item.part)
        and item.task == "qa"
        and not _names_somebody(f"{item.question} {item.answer}", people)
    )


def _drawn(suite: Suite, part: str, people: Sequence[str], most: int, seed: int) -> list[Ordinary]:
    items = [
        item
        for item in suite.items
        if item.part == part and not _names_somebody(_told(item), people)
    ]
    items = Random(f"{seed}/{part}").sample(items, min(most, len(items)))
    kind = part.replace("_", " ")
    return [
        Ordinary(kind, item.question, item.answer or item.choices[item.right or 0])
        for item in items
    ]


def _names_somebody(text: str, people: Sequence[str]) -> bool:
    plain = bare(text).casefold()
    return any(
        bare(parts_of(name).surname).casefold() in plain and name_in(text, name) for name in people
    )


def _told(item: Item) -> str:
    """A question with its answer, and with its blank filled: "her father, Jon Voight"."""
    return f"{item.question} {item.answer} {item.question.replace('___', item.answer)}"


async def _asked(box: Box, sent: list[ChatRequest], one: Ordinary) -> Passed:
    body: Body = {"model": "product", "messages": [{"role": "user", "content": one.question}]}
    raw = json.dumps(body).encode()
    reply = await box.answer(ChatRequest(body, raw))
    heard = text_of(reply.body)
    return Passed(one, heard, heard == one.reply and any(request.raw == raw for request in sent))


def ask_ordinary(
    book: PolicyBook, embed: Embed | None, questions: Sequence[Ordinary]
) -> list[Passed]:
    """Every question through a box around a product that knows the answers."""
    answers = {one.question: one.reply for one in questions}
    product = FakeModel(lambda body: answers.get(last_user_text(body), "I don't know."))
    box = Box(Models(product), book, embed, pace="off")

    async def every() -> list[Passed]:
        if embed is not None:
            bodies = [
                {"messages": [{"role": "user", "content": one.question}]} for one in questions
            ]
            texts = [text for body in bodies for text in box.to_embed(ChatRequest(body))]
            await asyncio.to_thread(embed, list(dict.fromkeys(texts)))
        found: list[Passed] = []
        for one in questions:
            product.requests.clear()
            found.append(await _asked(box, product.requests, one))
        return found

    return asyncio.run(every())
