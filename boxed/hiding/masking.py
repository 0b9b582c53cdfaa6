"""Cover the names that a plain swap has left in a text.

The swap knows words as they are spelt; the guards also find them behind zero-width characters,
look-alikes, base64 and the like, misspelt or with initials, and where the subject is spoken of, a
surname that others bear is its own. Those spans are replaced outright.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from boxed.hiding.anybody import Anybody, full_names_in
from boxed.hiding.swap import Swap
from boxed.hiding.whole_names import Span, whole_names
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
    _anybody: dict[str, Anybody | None] = field(
        init=False, repr=False, compare=False, default_factory=dict[str, "Anybody | None"]
    )

    def swap(self, policies: Iterable[Policy], terms: bool = False) -> Swap:
        """``Swap.of``, which takes milliseconds, remembered as long as the book is in use."""
        return self._swap_of(tuple(sorted(policies, key=lambda policy: policy.id)), terms)

    def anybody(self, policy: Policy) -> Anybody | None:
        """``Anybody.of`` with the neighbours that the book's policies ask to retain, remembered."""
        if policy.id not in self._anybody:
            book = self.compiled.book
            neighbours = full_names_in(text for one in book.policies for text in one.retain)
            self._anybody[policy.id] = Anybody.of(policy, neighbours, self._is_nobody)
        return self._anybody[policy.id]

    def _is_nobody(self, name: str) -> bool:
        compiled = self.compiled
        return not (compiled.mentions.find(name) or compiled.weak.find(name))

    def names(self, text: str, policies: Iterable[Policy]) -> list[Span]:
        """Every place of the policies' names as they stand in ``text``, whole, in order."""
        return whole_names(self.compiled, text, policies)

    def cover(
        self, text: str, policies: Sequence[Policy], cover: Callable[[Policy, str, bool], str]
    ) -> str:
        """``text`` with every mention of ``policies`` that is left in it covered.

        ``cover`` is given the policy, the text that goes, and whether that was plain; otherwise the
        name was encoded in it.
        """
        for _ in range(_ROUNDS):
            spans = self._spans(text, policies)
            if not spans:
                return text
            for span, plain in reversed(spans):
                put = cover(span.policy, text[span.start : span.end], plain)
                text = text[: span.start] + put + text[span.end :]
        return text if not self._spans(text, policies) else ""

    def _spans(self, text: str, policies: Sequence[Policy]) -> list[tuple[Span, bool]]:
        plain = whole_names(self.compiled, text, policies, lone=False)
        if plain:
            # A view spans all that was decoded, often the whole text: plain mentions go first.
            return [(span, True) for span in plain]
        wanted = {bisect_left(self.compiled.ids, policy.id): policy for policy in policies}
        found: list[Span] = []
        for view in views(text):
            hits = self.compiled.mentions.find(view.text, live=wanted.__contains__)
            if hits:
                found.append(Span(view.start, view.end, wanted[hits[0].policy]))
        found.sort(key=lambda span: (span.start, -span.end))
        apart: list[tuple[Span, bool]] = []
        for span in found:
            if not apart or span.start >= apart[-1][0].end:
                apart.append((span, False))
        return apart
