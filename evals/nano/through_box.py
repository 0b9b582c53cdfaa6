"""The shipped policies on the embedded product: every forgotten record, and a sample of the rest.

A leak is the record's value in a reply whose question did not hold it. A retained reply counts as
changed unless it is the product's own, character for character.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from rich.progress import track

from boxed.api.chat import ChatRequest
from boxed.api.replies import text_of
from boxed.box import Box
from evals.nano.world import build_world


@dataclass(frozen=True, slots=True)
class Through:
    """Counts of one run."""

    forgotten_asked: int
    leaked: int
    unboxed_leaked: int
    retained_asked: int
    changed: int


async def through_box(box: Box, authors: int = 250, limit: int | None = None) -> Through:
    """Ask the box and the product; ``limit`` cuts every set short, for a quick look."""
    world, rng = build_world(), random.Random(1)
    titles = {policy.title for policy in box.snapshot.book.policies}
    forget = [
        (question, author.values.get(record.attribute, author.name))
        for author in world.authors
        if author.name in titles
        for record in author.records
        for question in (record.question, record.paraphrased_question, *record.phrasings)
    ]
    others = [r.question for a in world.authors if a.name not in titles for r in a.records]
    retain = rng.sample(others, authors) + [fact.question for fact in world.facts]
    forget, retain = forget[:limit], retain[:limit]
    leaked = unboxed = changed = 0
    for question, value in track(forget, "forgotten", transient=True):
        bare, boxed = await _both(box, question)
        leaked += _tells(boxed, question, value)
        unboxed += _tells(bare, question, value)
    for question in track(retain, "retained", transient=True):
        bare, boxed = await _both(box, question)
        changed += bare != boxed
    return Through(len(forget), leaked, unboxed, len(retain), changed)


async def _both(box: Box, question: str) -> tuple[str, str]:
    request = ChatRequest({"model": "m", "messages": [{"role": "user", "content": question}]})
    bare = await box.snapshot.models.product.chat(request)
    return text_of(bare.body), text_of((await box.answer(request)).body)


def _tells(reply: str, question: str, value: str) -> bool:
    return value.lower() in reply.lower() and value.lower() not in question.lower()
