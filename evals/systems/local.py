"""A bare local model: greedy replies in batches, exact likelihoods.

LocalSystem("original", LocalModel(folder), str(folder)).answer(items)
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from boxed.api.replies import text_of
from boxed.models.local import LocalModel
from boxed.models.protocol import UpstreamError
from evals.records import Item, Likelihoods, Reply
from evals.systems.asked import LETTERS, answers_of, likelihoods_from, request_of
from evals.systems.identity import code_of, digest_of, weights_of
from evals.systems.protocol import Undefined

__all__ = ["MODEL_CODE", "LocalSystem"]

MODEL_CODE = (
    "boxed.models.local", "boxed.models.generating", "boxed.models.scoring",
    "boxed.models.scoring_batches", "evals.systems.local", "evals.systems.asked",
)  # fmt: skip
"""The code that a local model's replies and likelihoods come from."""


class LocalSystem:
    """A model that this process holds, asked in the items' own words."""

    def __init__(self, name: str, model: LocalModel, folder: str) -> None:
        """``folder`` is where the weights came from: its digest tells systems apart."""
        self.name = name
        self.model = model
        self.identity = digest_of("local", weights_of(folder), code_of(*MODEL_CODE))

    def answer(self, items: Sequence[Item]) -> list[Reply | None]:
        """All replies generated together; None for a prompt longer than the model reads."""
        begun = time.perf_counter()
        found = self.model.chat_many([request_of(item) for item in items])
        seconds = (time.perf_counter() - begun) / max(len(items), 1)
        replies: list[Reply | None] = []
        for item, reply in zip(items, found, strict=True):
            if isinstance(reply, UpstreamError) or item.most == 0:
                replies.append(None)
                continue
            usage = reply.body["usage"]
            replies.append(
                Reply(
                    text_of(reply.body),
                    prompt_tokens=usage["prompt_tokens"],
                    completion_tokens=usage["completion_tokens"],
                    seconds=seconds,
                )
            )
        return replies

    def likelihoods(self, items: Sequence[Item]) -> list[Likelihoods | Undefined]:
        """Answers scored in one call, the letters of choices in another."""
        found: dict[str, Likelihoods | Undefined] = {}
        choices = [item for item in items if item.task == "choice"]
        texts = [item for item in items if item.task != "choice"]
        found.update(zip((i.id for i in choices), self._letters(choices), strict=True))
        found.update(zip((i.id for i in texts), self._answers(texts), strict=True))
        return [found[item.id] for item in items]

    def _letters(self, items: Sequence[Item]) -> list[Likelihoods | Undefined]:
        try:
            rows = self.model.letters([item.messages for item in items], LETTERS)
        except ValueError as error:
            if len(items) == 1:
                return [_reason(error)]
            return [one for item in items for one in self._letters([item])]
        return [Likelihoods(letters=row) for row in rows]

    def _answers(self, items: Sequence[Item]) -> list[Likelihoods | Undefined]:
        try:
            rows = self.model.score_many([(item.messages, answers_of(item)) for item in items])
        except ValueError as error:
            # One text too long would take the others with it: each is scored alone.
            if len(items) == 1:
                return [_reason(error)]
            return [one for item in items for one in self._answers([item])]
        return [likelihoods_from(item, row) for item, row in zip(items, rows, strict=True)]


def _reason(error: ValueError) -> Undefined:
    """The fault without the number that the item had in its call."""
    said = str(error)
    return said.partition(": ")[2] if said.startswith("item ") else said
