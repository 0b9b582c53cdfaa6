"""A box with all that the gateway serves beside it: one store, read by the box and erased from."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boxed.assemble import assemble
from boxed.box import Box
from boxed.gateway.contract import Forgetting
from boxed.settings import Settings
from boxed.store.opening import open_shared, store_embedder
from boxed.store.shared import SharedStore
from guards.compiled import CompiledBook
from guards.verdicts import Embed
from prompts.book import PolicyBook, shipped_directory
from prompts.salvage import load_good

if TYPE_CHECKING:
    from retrieval.chroma.store import ChromaStore

__all__ = ["Served", "assemble_served"]


@dataclass(frozen=True, slots=True)
class Served:
    """The box, and what carries out forget requests where there is a store and a key for it."""

    box: Box
    forgetting: Forgetting | None = None
    store: SharedStore[ChromaStore] | None = None

    def close(self) -> None:
        """Let go of the store; the box is closed by whoever serves it."""
        if self.store is not None:
            self.store.close()


def assemble_served(
    settings: Settings,
    book: PolicyBook | CompiledBook | None = None,
    embed: Embed | None = None,
    reloaded: Callable[[], None] | None = None,
    *,
    alone: bool = True,
) -> Served:
    """Raises BookError, SettingsError, StoreError; with a store LedgerError, FingerprintError too.

    What a killed process left of a forget request is finished first, where this process is
    ``alone``: another could be in the middle of it. ``book`` and ``embed`` are those that were
    made before the process was forked. ``reloaded`` is called when a forget request has put its
    policy in force here, to tell the other processes.
    """
    if settings.store is None:
        return Served(assemble(settings, book, embed=embed))
    embed = store_embedder(settings, embed)
    store = open_shared(settings.store, embed, create=True)
    try:
        if alone:
            _finish_cut_short(store, settings)
        box = assemble(settings, book, store=store, embed=embed)
    except BaseException:
        store.close()
        raise
    if settings.admin_key is None and settings.keys is None:
        return Served(box, None, store)
    reload = _reloading(box, settings, reloaded)
    return Served(box, _service(store, settings, embed, reload), store)


def _finish_cut_short(store: SharedStore[ChromaStore], settings: Settings) -> None:
    # Erasing imports chromadb, which a gateway without a store does not need.
    module = importlib.import_module("boxed.forgetting.resume")
    with store.alone() as held:
        module.finish_cut_short(held, settings)


def _service(
    store: SharedStore[ChromaStore], settings: Settings, embed: Embed, reload: Callable[[], None]
) -> Forgetting:
    # As above.
    module = importlib.import_module("boxed.forgetting.service")
    service: Forgetting = module.ForgetService(store, settings, embed, reload)
    return service


def _reloading(
    box: Box, settings: Settings, reloaded: Callable[[], None] | None
) -> Callable[[], None]:
    def reload() -> None:
        folder = settings.policies or shipped_directory()
        box.swap_book(load_good(folder, box.snapshot.book, allow_empty=True).book)
        if reloaded is not None:
            reloaded()

    return reload
