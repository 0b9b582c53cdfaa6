"""A keyword filter around a model: a question or reply with a listed name gets a fixed refusal.

    FilterSystem("filter", LocalSystem(...), ("Jane Roe", "J. Roe")).answer(items)

Names are compared as plain words, whatever their case: what most products have today.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace

from boxed.models.scored import Scored
from evals.records import Item, Likelihoods, Reply
from evals.systems.asked import LETTERS, answers_of, likelihoods_from
from evals.systems.identity import code_of, digest_of
from evals.systems.protocol import System, Undefined

__all__ = ["REFUSAL", "FilterSystem"]

REFUSAL = "I'm sorry, I can't help with that."


class FilterSystem:
    """Refuses what names a keyword, and withholds replies that do."""

    def __init__(self, name: str, inner: System, keywords: Sequence[str]) -> None:
        """Raises ValueError where there is no keyword: such a filter would be the model itself."""
        if not keywords:
            raise ValueError("the suite names nothing to forget, so a filter has no keyword")
        self.name = name
        self._inner = inner
        ordered = sorted({keyword.casefold() for keyword in keywords}, key=lambda k: (-len(k), k))
        listed = "|".join(re.escape(keyword) for keyword in ordered)
        self._listed = re.compile(rf"(?<!\w)(?:{listed})(?!\w)")
        self.identity = digest_of("filter", inner.identity, code_of(__name__), *ordered)

    def answer(self, items: Sequence[Item]) -> list[Reply | None]:
        """The inner system's replies to what passes, the refusal for the rest."""
        begun = time.perf_counter()
        passing = [item for item in items if not self._asks(item)]
        inner = dict(zip((i.id for i in passing), self._inner.answer(passing), strict=True))
        seconds = (time.perf_counter() - begun) / max(len(items), 1)
        return [
            self._withheld(inner[item.id], seconds)
            if item.id in inner
            else Reply(REFUSAL, model_calls=0, seconds=seconds, worker="refusal")
            for item in items
        ]

    def likelihoods(self, items: Sequence[Item]) -> list[Likelihoods | Undefined]:
        """Under the refusal 1 for itself; elsewhere the model's, but for answers with a keyword."""
        passing = [item for item in items if not self._asks(item)]
        inner = dict(zip((i.id for i in passing), self._inner.likelihoods(passing), strict=True))
        return [
            self._checked(item, inner[item.id]) if item.id in inner else _refused(item)
            for item in items
        ]

    def _asks(self, item: Item) -> bool:
        return any(self._names(message["content"]) for message in item.messages)

    def _names(self, text: str) -> bool:
        return self._listed.search(text.casefold()) is not None

    def _withheld(self, reply: Reply | None, seconds: float) -> Reply | None:
        if reply is None or not self._names(reply.text):
            return reply if reply is None else replace(reply, seconds=seconds)
        return replace(reply, text=REFUSAL, seconds=seconds, worker="refusal")

    def _checked(self, item: Item, found: Likelihoods | Undefined) -> Likelihoods | Undefined:
        if isinstance(found, str) or item.task == "choice":
            return found
        given = (found.answer, found.paraphrased, *found.wrong)
        scores = [
            Scored.fixed(False) if self._names(text) else score
            for text, score in zip(answers_of(item), (s for s in given if s), strict=True)
        ]
        return likelihoods_from(item, scores)


def _refused(item: Item) -> Likelihoods:
    if item.task == "choice":
        return Likelihoods(letters=tuple(Scored.fixed(False).total for _ in LETTERS))
    return likelihoods_from(item, [Scored.fixed(text == REFUSAL) for text in answers_of(item)])
