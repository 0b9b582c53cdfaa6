"""The store that the settings name, opened for everything that shares it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

from boxed.settings import Settings
from boxed.store.embedding import load_embedder
from boxed.store.shared import SharedStore
from guards.verdicts import Embed
from retrieval.store import LocalStore, StoreLocation

if TYPE_CHECKING:
    from retrieval.chroma.store import ChromaStore

__all__ = ["open_shared", "records_of", "store_embedder"]


def open_shared(location: str, embed: Embed, *, create: bool = False) -> SharedStore[ChromaStore]:
    """The store at ``location``; raises StoreError."""
    # chromadb takes seconds to import; a box without a store does without.
    module = importlib.import_module("retrieval.chroma.store")
    return SharedStore(cast("ChromaStore", module.open_store(location, embed, create=create)))


def store_embedder(settings: Settings, embed: Embed | None = None) -> Embed:
    """The embedder of a store: ``embed``, or one of its own where the screen goes by names alone.

    Raises SettingsError.
    """
    if embed is not None:
        return embed
    return cast("Embed", load_embedder(settings.model_copy(update={"semantic": True})))


def records_of(location: StoreLocation, settings: Settings) -> LocalStore:
    """Where keys, ledger, receipts and fingerprints of a store are kept.

    Beside a local store's own files; for a server in the folder that ``store_records`` names.
    """
    return location if isinstance(location, LocalStore) else LocalStore(settings.store_records)
