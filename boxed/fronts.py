"""The product, and others that callers are sent to by name, each under the policies in force.

All of them share one compiled book; what is learnt of one product is never used for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace

from boxed.deciding.snapshot import Models, Snapshot
from boxed.hiding.masking import Masking
from boxed.likeness.reply import Likeness
from boxed.likeness.timing import Pace, Timing
from boxed.models.protocol import ChatModel
from guards.compiled import CompiledBook, compile_book
from guards.names.seal import SealKey
from guards.release import check
from guards.screen import Screen
from guards.verdicts import Embed
from prompts.book import PolicyBook
from prompts.policy import canonical
from retrieval.kept_book import KeptBook
from retrieval.kept_vectors import KeptVectors

__all__ = ["Front", "Making"]


@dataclass(frozen=True, slots=True)
class Front:
    """What the requests for one product are answered with, and that product's manners."""

    snapshot: Snapshot
    likeness: Likeness
    timing: Timing


class Making:
    """What stays the same when policies change: models, and how a book is compiled."""

    def __init__(
        self,
        models: Models,
        upstreams: Mapping[str, ChatModel],
        embed: Embed | None,
        router_mode: str,
        seal_key: SealKey | None,
        tenants: Iterable[str],
        pace: Pace,
        vectors: KeptVectors | None = None,
        kept: KeptBook | None = None,
    ) -> None:
        self._models = models
        self._upstreams = dict(upstreams)
        self._embed = embed
        self._vectors = vectors
        self._indexed = kept.indexes if kept is not None else None
        self._router_mode = router_mode
        self._seal_key = seal_key
        self._tenants = frozenset(map(canonical, tenants))
        # How long a product takes outlives a change of policies.
        self._timings = {name: Timing(pace) for name in (None, *upstreams)}

    def fronts(self, book: PolicyBook | CompiledBook) -> dict[str | None, Front]:
        """Every upstream by its name, the product under ``None``; raises ``BookError``.

        What was learnt of their replies is left behind: the new book may forget it. A book that
        was compiled by these means already, before the process was forked, is not compiled again.
        """
        if isinstance(book, CompiledBook):
            compiled, book = book, book.book
        else:
            with self._vectors.compiling() if self._vectors else nullcontext(self._embed) as embed:
                compiled = compile_book(book, embed, self._seal_key, self._indexed)
        screen, masking = Screen(compiled, self._embed), Masking(compiled)

        def front(name: str | None, product: ChatModel) -> Front:
            models = replace(self._models, product=product)
            snapshot = Snapshot(
                book, compiled, screen, masking, models, self._router_mode, self._tenants
            )
            manners = Likeness(product, lambda text: check(text, compiled) is None)
            return Front(snapshot, manners, self._timings[name])

        named = {name: front(name, product) for name, product in self._upstreams.items()}
        return {None: front(None, self._models.product), **named}

    async def close(self) -> None:
        """Close every model instance."""
        await self._models.close()
        for product in self._upstreams.values():
            await product.close()
