"""The sentence embedder that the settings name, loaded only where it is used."""

from __future__ import annotations

import importlib
from typing import cast

from boxed.settings import Settings, SettingsError
from guards.verdicts import Embed
from retrieval.kept_vectors import KeptVectors


def load_embedder(settings: Settings) -> Embed | None:
    """The sentence embedder, or None where ``semantic`` is off."""
    if not settings.semantic:
        return None
    # Weights of 90 MB; a box that screens by names alone does without.
    module = importlib.import_module("retrieval.embedder")
    try:
        return cast("Embed", module.SentenceEmbedder(settings.embedder))
    except (OSError, ValueError):
        raise SettingsError(
            f"setting 'embedder': '{settings.embedder or 'the packaged one'}' cannot be loaded; "
            "name a sentence-transformers folder, or screen by names alone (semantic = false)"
        ) from None


def kept_vectors(settings: Settings, embed: Embed | None) -> KeptVectors | None:
    """The file that the settings name for the vectors of policies; None where there are none."""
    if settings.vectors is None or embed is None:
        return None
    return KeptVectors(settings.vectors, embed, settings.embedder or "packaged")
