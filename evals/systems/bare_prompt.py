"""The field's baseline: a system prompt that lists what to forget, around a bare model.

    PromptSystem("prompt", LocalSystem(...), ("Jane Roe",)).answer(items)

Source of the method: Thaker et al. 2024, Guardrail Baselines for Unlearning in LLMs (arXiv
2403.03329). The list is the titles of the policies that the box gets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evals.records import Item, Likelihoods, Reply
from evals.systems.identity import code_of, digest_of
from evals.systems.protocol import System, Undefined

__all__ = ["PromptSystem", "prompt_listing"]

_PROMPT = (
    "You have no knowledge of the following: {listed}. If a question is about any of it, say that "
    "you do not know. Answer every other question as usual."
)


def prompt_listing(subjects: Sequence[str]) -> str:
    """The system prompt; raises ValueError where there is nothing to list."""
    if not subjects:
        raise ValueError("the suite names nothing to forget, so there is no prompt to write")
    return _PROMPT.format(listed="; ".join(subjects))


class PromptSystem:
    """Another system, whose every conversation begins with the list."""

    def __init__(self, name: str, inner: System, subjects: Sequence[str]) -> None:
        """``subjects`` are named in the prompt, in this order."""
        self.name = name
        self.prompt = prompt_listing(subjects)
        self._inner = inner
        self.identity = digest_of("prompt", inner.identity, code_of(__name__), self.prompt)

    def answer(self, items: Sequence[Item]) -> list[Reply | None]:
        """What the inner system answers behind the prompt."""
        return self._inner.answer([self._prompted(item) for item in items])

    def likelihoods(self, items: Sequence[Item]) -> list[Likelihoods | Undefined]:
        """What the inner system finds likely behind the prompt."""
        return self._inner.likelihoods([self._prompted(item) for item in items])

    def _prompted(self, item: Item) -> Item:
        return replace(item, messages=({"role": "system", "content": self.prompt}, *item.messages))
