"""How right a box routes: each message of the router's exam, through the screen and the router.

    figures = await routed(messages_of(load_rwku(data), 8), None, embed)     # rules alone
    figures["right"].value       ->  0.85

What touches a policy goes to its worker; a message about its subject that does not is answered by
the product, and only the reply is checked. All policies of an exam are in force together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from boxed.api.chat import Body, ChatRequest, turns_of
from boxed.box import Box
from boxed.deciding.router import Question, route
from boxed.deciding.snapshot import Models
from boxed.deciding.trace import Trace
from boxed.models.fake import FakeModel
from boxed.models.protocol import ChatModel
from evals.studies.teaching.role import Figures, means_of
from evals.studies.teaching.router_exam import Message
from guards.verdicts import Embed
from prompts.book import book_of

__all__ = ["routed"]


async def routed(
    messages: Sequence[Message], router: ChatModel | None, embed: Embed | None
) -> Figures:
    """Right routes, recall and false alarms of a box with these policies.

    ``router`` is asked in doubt; with None rules decide. Without ``embed`` names alone do.
    """
    policies = {one.policy.id: one.policy for one in messages}
    box = Box(
        Models(FakeModel(_unasked), router), book_of(tuple(policies.values())), embed, pace="off"
    )
    said = [one.policy.id in await _touched(box, one.text) for one in messages]
    pairs = list(zip(messages, said, strict=True))
    return means_of({
        "right": [one.about == touched for one, touched in pairs],
        "recall": [touched for one, touched in pairs if one.about],
        "false_alarms": [touched for one, touched in pairs if not one.about],
    })  # fmt: skip


def _unasked(body: Body) -> str:
    raise AssertionError("a message that is only routed was put to the product")


async def _touched(box: Box, text: str) -> frozenset[str]:
    """The policies whose workers answer a part of the message."""
    snapshot = box.snapshot
    live = snapshot.live(datetime.now(UTC), None)
    request = ChatRequest({"messages": [{"role": "user", "content": text}]})
    found = snapshot.screen.screen(
        turns_of(request.body), live.now, live.tenant, grey=snapshot.asks_router
    )
    if not found:
        return frozenset()
    plan = await route(Question(request, tuple(found), snapshot, live), Trace())
    return frozenset(policy for part in plan.parts for policy in part.policies)
