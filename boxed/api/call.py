"""One call to a model within a request, for what its reply must count and look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from boxed.api.chat import Body, ChatReply

__all__ = ["Call", "Made", "spent"]


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked and replied; ``of_product`` says that it was the product that replied."""

    asked: Body
    reply: ChatReply
    of_product: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A reply in the product's place, with the ``calls`` that were made on the way to it.

    ``counted`` are the tokens that the product counted in what it wrote of it; ``fixed`` are texts
    that no model wrote, ``foreign`` those of other models.
    """

    body: Body
    calls: Sequence[Call] = ()
    counted: int = 0
    fixed: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()


def spent(calls: Sequence[Call]) -> tuple[int, int]:
    """Prompt and completion tokens of all calls, as their models counted them."""
    counts = [call.reply.body.get("usage") or {} for call in calls]
    prompt = sum(int(count.get("prompt_tokens") or 0) for count in counts)
    return prompt, sum(int(count.get("completion_tokens") or 0) for count in counts)
