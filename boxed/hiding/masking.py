"""Cover the names that a plain swap has left in a text.

The swap knows words as they are spelt; the mention index also finds them behind zero-width
characters, look-alikes, base64 and the like, misspelt or with initials, and where the subject is
spoken of, a surname that others bear is its own. Those spans are replaced outright.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from boxed.hiding.swap import Swap
from guards.compiled import CompiledBook
from guards.reading.views import views
from prompts.policy import Policy

_ROUNDS = 4
_REMEMBERED = 1024


def _swaps() -> Callable[[tuple[Policy, ...], bool], Swap]:
    return lru_cache(_REMEMBERED)(Swap.of)


@dataclass(frozen=True, slots=True)
class Masking:
    """Finds a policy's names in any spelling; made once per compiled book."""

    compiled: CompiledBook
    _swap_of: Callable[[tuple[Policy, ...], bool], Swap] = field(
        init=False, repr=False, compare=False, default_factory=_swaps
    )

    def swap(self, policies: Iterable[Policy], terms: bool = False) -> Swap:
        """``Swap.of``, which takes milliseconds, remembered as long as the book is in use."""
        return self._swap_of(tuple(sorted(policies, key=lambda policy: policy.id)), terms)

    def cover(
        self, text: str, policies: Iterable[Policy], cover: Callable[[Policy, str], str]
    ) -> str:
        """``text`` with every mention of ``policies`` that is left in it covered.

        ``cover`` is given the policy and the words that go; none where they were encoded.
        """
        wanted = {bisect_left(self.compiled.ids, policy.id): policy for policy in policies}
        for _ in range(_ROUNDS):
            spans = self._spans(text, wanted)
            if not spans:
                return text
            for start, end, policy, plain in reversed(spans):
                words = text[start:end] if plain else ""
                text = text[:start] + cover(policy, words) + text[end:]
        return text if not self._spans(text, wanted) else ""

    def _spans(self, text: str, wanted: dict[int, Policy]) -> list[tuple[int, int, Policy, bool]]:
        mentions = self.compiled.mentions
        found = [
            (m.start, m.end, wanted[m.policy], True)
            for m in (
                *mentions.find(text, live=wanted.__contains__),
                *self.compiled.weak.find(text, live=wanted.__contains__),
            )
        ]
        # A view spans all that was decoded, often the whole text: plain mentions go first.
        for view in () if found else views(text):
            hits = mentions.find(view.text, live=wanted.__contains__)
            if hits:
                found.append((view.start, view.end, wanted[hits[0].policy], False))
        found.sort(key=lambda span: (span[0], -span[1]))
        apart: list[tuple[int, int, Policy, bool]] = []
        for span in found:
            if not apart or span[0] >= apart[-1][1]:
                apart.append(span)
        return apart
