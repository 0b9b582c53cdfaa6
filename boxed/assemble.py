"""Put a box together from settings: book, models, embedder, and the watcher of the prompt files."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.models.connect import connect
from boxed.models.protocol import ChatModel
from boxed.sealing import seal_key_of
from boxed.settings import Settings
from boxed.store.embedding import load_embedder
from boxed.store.opening import open_shared, store_embedder
from boxed.store.retrieving import Retriever
from boxed.store.shared import SharedStore
from guards.verdicts import Embed
from prompts.book import PolicyBook, load_book, shipped_directory
from prompts.errors import BookError
from prompts.watch import BookWatcher

log = logging.getLogger("boxed.policies")


def assemble(
    settings: Settings,
    book: PolicyBook | None = None,
    store: SharedStore[Any] | None = None,
    embed: Embed | None = None,
) -> Box:
    """A box as the settings describe it; raises ``BookError``, ``SettingsError``, ``StoreError``.

    ``store`` and ``embed`` are those that the settings name, where they are there already.
    """
    chosen = book or load_book(settings.policies or shipped_directory())
    made: dict[tuple[str, str | None], ChatModel] = {}

    def model(spec: str, role: str | None) -> ChatModel:
        # One set of weights serves every role that names it.
        key = (spec, role if spec.startswith("http") else None)
        if key not in made:
            made[key] = connect(spec, settings, role)
        return made[key]

    product = model(settings.upstream, None)
    roles = {
        role: model(settings.roles.get(role, settings.upstream), role)
        for role in sorted({*settings.roles, *settings.role_models})
    }
    models = Models(product, roles.pop("router", None), roles.pop("composer", None), roles)
    embed = (embed or load_embedder(settings)) if settings.semantic else None
    return Box(
        models,
        chosen,
        embed,
        settings.router,
        _retriever(settings, embed, store),
        seal_key_of(settings),
    )


def _retriever(
    settings: Settings, embed: Embed | None, store: SharedStore[Any] | None
) -> Retriever | None:
    """Where the box finds passages, None where it is to answer without."""
    if settings.retrieval == "never" or (settings.store is None and store is None):
        return None
    return Retriever(
        store or open_shared(str(settings.store), store_embedder(settings, embed)),
        distance=settings.retrieval_distance,
        passages=settings.passages,
        quote_limit=settings.quote_limit,
    )


def watch(
    box: Box, settings: Settings, on_error: Callable[[BookError], None] | None = None
) -> BookWatcher:
    """Start watching the prompt folder; a good change is swapped in, a bad one is only reported."""

    def changed(book: PolicyBook) -> None:
        box.swap_book(book)
        log.info("policies reloaded: %d policies, book %s", len(book.policies), book.digest[:12])

    def failed(error: BookError) -> None:
        places = ", ".join(fault.place for fault in error.errors)
        log.error("policies not reloaded, the last good book stays in force: %s", places)
        if on_error is not None:
            on_error(error)

    watcher = BookWatcher(
        settings.policies or shipped_directory(),
        changed,
        failed,
        digest=box.snapshot.book.digest,  # so that a change made since it was loaded is seen
    )
    watcher.start()
    return watcher
