"""The box around a local model, the whole pipeline as it serves, many requests at a time.

    BoxSystem("box", LocalModel(folder), str(folder), book, embed).answer(items)

Every request runs through ``Box.decide``; only the model behind it answers in batches. A decision
is made once for both the reply and the likelihoods.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from boxed.api.chat import ChatRequest
from boxed.api.replies import text_of
from boxed.box import Box
from boxed.deciding.graph import Decision
from boxed.deciding.likelihood import greedy, letters_decided, score_decided
from boxed.deciding.snapshot import Models
from boxed.models.local import LocalModel
from boxed.models.protocol import ChatModel, UpstreamError
from boxed.models.scored import NotScorableError
from evals.records import Item, Likelihoods, Reply
from evals.systems.asked import LETTERS, answers_of, likelihoods_from, request_of
from evals.systems.batching import BatchingModel, Spent
from evals.systems.identity import code_of, digest_of, weights_of
from evals.systems.local import LocalSystem
from evals.systems.protocol import Undefined
from guards.verdicts import Embed
from prompts.book import PolicyBook
from prompts.policy import RESPONSES

__all__ = ["BoxSystem"]

BOX_CODE = (
    "boxed", "guards", "prompts", "retrieval.embedder",
    "evals.systems.boxed_model", "evals.systems.batching", "evals.systems.remembered",
    "evals.systems.asked",
)  # fmt: skip
"""The code that a box's replies and likelihoods come from."""


@dataclass(frozen=True, slots=True, repr=False)
class _Made:
    """What became of one item: the decision or why there is none, and what it cost.

    Without a repr: ``asyncio.Runner`` writes a finished task out with its result when it takes its
    signal handler back, and a decision holds whole policies.
    """

    decision: Decision | UpstreamError
    spent: Spent
    seconds: float


class BoxSystem:
    """A box with one book around a model that this process holds."""

    def __init__(
        self,
        name: str,
        model: LocalModel,
        folder: str,
        book: PolicyBook,
        embed: Embed | None,
        behind: LocalSystem | None = None,
    ) -> None:
        """``folder`` is where the weights came from; ``embed`` None screens by names alone.

        ``behind`` is the system whose model the workers ask in the place of ``model``, which then
        answers what touches no policy.
        """
        self.name = name
        self._model = BatchingModel(model)
        self._embed = embed
        other = None if behind is None else BatchingModel(behind.model, beside=self._model)
        workers: dict[str, ChatModel] = {} if other is None else dict.fromkeys(RESPONSES, other)
        self.box = Box(Models(self._model, workers=workers), book, embed, pace="off")
        parts = ["box", weights_of(folder), book.digest, str(embed is not None)]
        parts += [code_of(*BOX_CODE), *([] if behind is None else [behind.identity])]
        self.identity = digest_of(*parts)
        self._loop = asyncio.Runner()
        self._made: dict[str, _Made] = {}

    def answer(self, items: Sequence[Item]) -> list[Reply | None]:
        """What the box releases for each item."""
        return [self._reply(item, made) for item, made in zip(items, self._all(items), strict=True)]

    def likelihoods(self, items: Sequence[Item]) -> list[Likelihoods | Undefined]:
        """The likelihoods on the route that each item takes, each model's in one call."""
        made = [one.decision for one in self._all(items)]
        found: list[Likelihoods | Undefined] = ["the prompt is longer than the model reads"] * len(
            made
        )
        decided = [(n, d) for n, d in enumerate(made) if isinstance(d, Decision)]
        choices = [(n, d) for n, d in decided if items[n].task == "choice"]
        texts = [(n, d) for n, d in decided if items[n].task != "choice"]
        letters = letters_decided([decision for _, decision in choices], LETTERS)
        for (n, _), row in zip(choices, letters, strict=True):
            found[n] = str(row) if isinstance(row, NotScorableError) else Likelihoods(letters=row)
        for n, one in self._scored(items, texts):
            found[n] = one
        return found

    def _scored(
        self, items: Sequence[Item], decided: Sequence[tuple[int, Decision]]
    ) -> list[tuple[int, Likelihoods | Undefined]]:
        try:
            scores = score_decided(
                [decision for _, decision in decided], [answers_of(items[n]) for n, _ in decided]
            )
        except ValueError as error:
            # One text too long would take the others with it: each is scored alone.
            if len(decided) == 1:
                return [(decided[0][0], str(error).partition(": ")[2] or str(error))]
            return [found for one in decided for found in self._scored(items, [one])]
        return [
            (n, str(s) if isinstance(s, NotScorableError) else likelihoods_from(items[n], s.scores))
            for (n, _), s in zip(decided, scores, strict=True)
        ]

    def _all(self, items: Sequence[Item]) -> list[_Made]:
        """The decisions of these items; those of the last call are kept, for its other half."""
        keys = [item.to_json() for item in items]
        missing = {
            key: item for key, item in zip(keys, items, strict=True) if key not in self._made
        }
        fresh = self._loop.run(self._decided(list(missing.values()))) if missing else []
        kept = {key: self._made[key] for key in keys if key in self._made}
        self._made = kept | dict(zip(missing, fresh, strict=True))
        return [self._made[key] for key in keys]

    async def _decided(self, items: Sequence[Item]) -> list[_Made]:
        begun = time.perf_counter()
        requests = [
            request_of(item) if item.temperature else greedy(request_of(item)) for item in items
        ]
        texts = [text for request in requests for text in self.box.to_embed(request)]
        if self._embed is not None and texts:
            # Vectors of a batch cost a fraction of those one by one, and are remembered.
            await asyncio.to_thread(self._embed, texts)
        found = await self._model.together([self._decide(request) for request in requests])
        seconds = (time.perf_counter() - begun) / max(len(items), 1)
        return [_Made(decision, spent, seconds + spent.seconds) for decision, spent in found]

    async def _decide(self, request: ChatRequest) -> Decision | UpstreamError:
        try:
            return await self.box.decide(request)
        except UpstreamError as refused:
            if refused.status != 400:
                raise
            return refused

    def _reply(self, item: Item, made: _Made) -> Reply | None:
        if isinstance(made.decision, UpstreamError) or item.most == 0:
            return None
        workers = dict.fromkeys(draft.worker for draft in made.decision.drafts)
        return Reply(
            text_of(made.decision.reply.body),
            made.spent.calls,
            made.spent.prompt_tokens,
            made.spent.completion_tokens,
            made.seconds,
            "+".join(workers),
        )
