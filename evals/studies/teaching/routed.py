"""How right a box routes: each message of the router's exam, through the screen and the router.

    figures = await routed(messages_of(load_rwku(data), 8), None, embed)     # rules alone
    figures["right"].value       ->  0.85

What touches a policy goes to its worker; a message about its subject that does not is answered by
the product, and only the reply is checked. All policies of an exam are in force together.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from boxed.api.chat import Body, ChatRequest, turns_of
from boxed.box import Box
from boxed.deciding.plan import PASS_THROUGH, Part
from boxed.deciding.router import Question, route
from boxed.deciding.snapshot import Models
from boxed.deciding.trace import Trace
from boxed.models.fake import FakeModel
from boxed.models.protocol import ChatModel
from evals.studies.teaching.role import Figures, means_of
from evals.studies.teaching.router_exam import Message
from guards.verdicts import Embed
from prompts.book import book_of

__all__ = ["routed", "split"]

_JOINTS = (" ", "\n", " Also: ", " And one more thing. ")
_WORD = re.compile(r"\w+")


async def routed(
    messages: Sequence[Message], router: ChatModel | None, embed: Embed | None
) -> Figures:
    """Right routes, recall and false alarms of a box with these policies.

    ``router`` is asked in doubt; with None rules decide. Without ``embed`` names alone do.
    """
    box = _box(messages, router, embed)
    said = [one.policy.id in _of(await _parts(box, one.text)) for one in messages]
    pairs = list(zip(messages, said, strict=True))
    return means_of({
        "right": [one.about == touched for one, touched in pairs],
        "recall": [touched for one, touched in pairs if one.about],
        "false_alarms": [touched for one, touched in pairs if not one.about],
    })  # fmt: skip


async def split(
    messages: Sequence[Message], router: ChatModel | None, embed: Embed | None, seed: int = 5
) -> Figures:
    """How right a box takes two questions in one message apart, one of them about a subject.

    Asked are the questions that hold the subject's name, each with one before or behind it that
    touches no policy when it is asked alone. ``caught`` is a first of which every word goes to the
    policy's worker, ``kept`` a second of which every word goes to the product, ``right`` both.
    """
    box, rng = _box(messages, router, embed), random.Random(seed)
    asked = [one for one in messages if one.text.endswith("?")]
    others = [one for one in asked if not (one.about or _of(await _parts(box, one.text)))]
    figures: dict[str, list[float]] = {"right": [], "caught": [], "kept": []}
    for one in asked:
        if not (one.about and one.policy.title in one.text and others):
            continue
        other = rng.choice(others)
        both = rng.sample([one.text, other.text], 2)
        parts = await _parts(box, rng.choice(_JOINTS).join(both))
        touched, passed = (_words(parts, one.policy.id, touched=t) for t in (True, False))
        caught, kept = _held(one.text, touched), _held(other.text, passed)
        figures["caught"].append(caught)
        figures["kept"].append(kept)
        figures["right"].append(caught and kept)
    return means_of(figures)


def _unasked(body: Body) -> str:
    raise AssertionError("a message that is only routed was put to the product")


def _box(messages: Sequence[Message], router: ChatModel | None, embed: Embed | None) -> Box:
    """A box with the policies of all of them in force."""
    policies = {one.policy.id: one.policy for one in messages}
    models = Models(FakeModel(_unasked), router)
    return Box(models, book_of(tuple(policies.values())), embed, pace="off")


async def _parts(box: Box, text: str) -> tuple[Part, ...]:
    """The parts of the message, each with its words and the policies that answer it."""
    snapshot = box.snapshot
    live = snapshot.live(datetime.now(UTC), None)
    request = ChatRequest({"messages": [{"role": "user", "content": text}]})
    found = snapshot.screen.screen(
        turns_of(request.body), live.now, live.tenant, grey=snapshot.asks_router
    )
    if not found:
        return (Part(text, (), PASS_THROUGH),)
    plan = await route(Question(request, tuple(found), snapshot, live), Trace())
    return tuple(part if part.text else replace(part, text=text) for part in plan.parts)


def _of(parts: Sequence[Part]) -> frozenset[str]:
    """The policies whose workers answer a part."""
    return frozenset(policy for part in parts for policy in part.policies)


def _words(parts: Sequence[Part], policy: str, *, touched: bool) -> str:
    """What the parts ask that the policy answers, or that it does not."""
    return " ".join(part.text or "" for part in parts if (policy in part.policies) == touched)


def _held(question: str, text: str) -> bool:
    """Does every word of the question stand in the text?"""
    return set(_WORD.findall(question)) <= set(_WORD.findall(text))
