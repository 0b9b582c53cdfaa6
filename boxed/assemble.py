"""Put a box together from settings: book, models, embedder, and the watcher of the prompt files."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from typing import Any

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.models.connect import connect, connect_upstream
from boxed.models.health import Health, Watched
from boxed.models.openai_http import HttpModel
from boxed.models.protocol import ChatModel
from boxed.sealing import seal_key_of
from boxed.settings import Settings, SettingsError
from boxed.store.embedding import kept_vectors, load_embedder
from boxed.store.opening import open_shared, store_embedder
from boxed.store.retrieving import Retriever
from boxed.store.shared import SharedStore
from boxed.workers.catalogue import WORKERS
from boxed.workers.protocol import never_knew
from guards.compiled import CompiledBook, compile_book
from guards.verdicts import Embed
from prompts.book import PolicyBook, load_book, shipped_directory
from prompts.errors import BookError, PromptError
from prompts.salvage import Stale, opaque
from prompts.watch import BookWatcher
from retrieval.kept_book import KeptBook

log = logging.getLogger("boxed.policies")
_ALONE = frozenset(name for name, worker in WORKERS.items() if never_knew(worker))
"""Workers that the product may not stand in for: it may know the subject."""


def assemble(
    settings: Settings,
    book: PolicyBook | CompiledBook | None = None,
    store: SharedStore[Any] | None = None,
    embed: Embed | None = None,
) -> Box:
    """A box as the settings describe it; raises ``BookError``, ``SettingsError``, ``StoreError``.

    Without ``book`` the settings' folder must hold a policy, unless they allow that it does not.
    ``store`` and ``embed`` are those that the settings name, where they are there already.
    """
    chosen = book or book_in_force(settings)
    health = Health()
    made: dict[tuple[str, str | None], ChatModel] = {}

    def watched(model: ChatModel, role: str) -> ChatModel:
        return Watched(model, role, health) if isinstance(model, HttpModel) else model

    def model(spec: str, role: str | None) -> ChatModel:
        # One set of weights serves every role that names it.
        key = (spec, role if spec.startswith("http") else None)
        if key not in made:
            made[key] = watched(connect(spec, settings, role), role or "product")
        return made[key]

    product = model(settings.upstream, None)
    roles = {
        role: product
        if role in _ALONE and _is_product(settings, role)
        else model(settings.roles.get(role, settings.upstream), role)
        for role in sorted({*settings.roles, *settings.role_models})
    }
    upstreams = {
        name: watched(connect_upstream(name, settings), f"upstream:{name}")
        for name in settings.upstreams
    }
    models = Models(product, roles.pop("router", None), roles.pop("composer", None), roles)
    _check_instances(chosen.book if isinstance(chosen, CompiledBook) else chosen, models)
    embed = (embed or load_embedder(settings)) if settings.semantic else None
    return Box(
        models,
        chosen,
        embed,
        settings.router,
        _retriever(settings, embed, store),
        seal_key_of(settings),
        settings.tenants,
        health,
        upstreams,
        settings.pace,
        kept_vectors(settings, embed),
        kept_book(settings),
    )


def _is_product(settings: Settings, role: str) -> bool:
    """Does a role name the product over again: the same address, and no other model there?"""
    address = settings.roles.get(role, settings.upstream)
    same_model = settings.role_models.get(role) in (None, settings.upstream_model)
    return same_model and address.rstrip("/") == settings.upstream.rstrip("/")


def _check_instances(book: PolicyBook, models: Models) -> None:
    """Raise ``SettingsError`` for a policy whose worker's own instance is not named.

    A policy that comes while the box runs is answered with ignorance then.
    """
    lacking = {name for name in _ALONE if models.for_worker(name) is models.product}
    for policy in book.policies:
        if policy.response in lacking:
            raise SettingsError(
                f"policy '{policy.id}' has response '{policy.response}', and no instance beside "
                f"the product is named for that role; add {policy.response} under [roles] with a "
                "model that never learnt its subject, or choose another response"
            )


def compiled(
    settings: Settings, embed: Embed | None, book: PolicyBook | None = None
) -> CompiledBook:
    """The book, or that of the settings' folder, compiled; vectors are kept as the settings say.

    Raises ``BookError``, ``SettingsError``.
    """
    vectors, chosen = kept_vectors(settings, embed), book or book_in_force(settings)
    with vectors.compiling() if vectors else nullcontext(embed) as means:
        kept = kept_book(settings)
        indexed = kept.indexes if kept is not None else None
        return compile_book(chosen, means, seal_key_of(settings), indexed)


def kept_book(settings: Settings) -> KeptBook | None:
    """The file that the settings name for compiled policies; None where there is none."""
    return KeptBook(settings.compiled) if settings.compiled is not None else None


def book_in_force(settings: Settings) -> PolicyBook:
    """The book of the settings' folder; raises ``BookError``, also where it holds no policy."""
    folder, empty = settings.policies or shipped_directory(), settings.allow_no_policies
    kept = kept_book(settings)
    known = kept.known() if kept is not None else None
    book = load_book(folder, allow_empty=empty, known=known)
    if not book.policies and not empty:
        problem = "the folder holds no policy, and an empty one guards nobody"
        remedy = (
            "add one with 'boxed policy new', look whether the right folder is mounted, or say "
            "--allow-no-policies"
        )
        raise BookError([PromptError(folder.as_posix(), 1, problem, remedy)])
    return book


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


def watch(box: Box, settings: Settings) -> BookWatcher:
    """Start watching the prompt folder: each good file is swapped in, a bad one is reported."""

    def changed(book: PolicyBook) -> None:
        box.swap_book(book)
        log.info("policies reloaded: %d policies, book %s", len(book.policies), book.digest[:12])

    watcher = BookWatcher(
        settings.policies or shipped_directory(),
        changed,
        _report,
        in_force=lambda: box.snapshot.book,  # so that a change made since it was loaded is seen
        allow_empty=settings.allow_no_policies,
    )
    box.stale = lambda: watcher.stale
    watcher.start()
    return watcher


def _report(stale: Stale | None) -> None:
    """Log what is not in force, by file and line: a fault's text may quote a policy."""
    if stale is None:
        log.warning("policies in force as they stand in the folder again")
        return
    places = ", ".join(fault.place for fault in stale.error.errors)
    if stale.whole:
        log.error("policies not reloaded, the last good book stays in force: %s", places)
    for path in stale.kept:
        log.error(
            "file not reloaded, its last good version stays in force: %s", _named(path, stale)
        )
    for path in stale.missing:
        log.error("file not in force, it never was good: %s", _named(path, stale))


def _named(path: str, stale: Stale) -> str:
    faults = [fault.place for fault in stale.error.errors if fault.path == path]
    return f"{', '.join(faults) or path} ({opaque(path)})"
