"""A chat model from the word that names it: ``embedded``, ``local:NAME`` or a base URL."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from boxed.models.openai_http import HttpModel
from boxed.models.protocol import ChatModel
from boxed.settings import Settings, SettingsError

EMBEDDED = Path(__file__).parent / "embedded"
EMBEDDED_LABEL = "boxed-embedded"


def connect(spec: str, settings: Settings, role: str | None = None) -> ChatModel:
    """The model instance ``spec`` names; raises ``SettingsError`` for a word that names none.

    ``role`` picks the model's name at an endpoint (``role_models``), for instances that differ
    from the product only in the model they ask for.
    """
    if spec == "embedded":
        return _local(str(EMBEDDED), EMBEDDED_LABEL)
    if spec.startswith("local:"):
        return _local(spec.removeprefix("local:"), None)
    if spec.startswith(("http://", "https://")):
        model = settings.role_models.get(role) if role else settings.upstream_model
        return HttpModel(
            spec,
            _key(spec, settings, role),
            model,
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
            retries=settings.retries,
        )
    raise SettingsError(
        f"upstream '{spec}' names no model; use 'embedded', 'local:FOLDER_OR_HUB_NAME' or a base "
        "URL such as https://api.example.com/v1"
    )


def _key(spec: str, settings: Settings, role: str | None) -> str | None:
    """The key for an endpoint: the role's own, else the product's where the host is the same."""
    own = settings.role_keys.get(role) if role else None
    if own is None and (
        role is None or urlsplit(spec).netloc == urlsplit(settings.upstream).netloc
    ):
        own = settings.upstream_key
    return own.get_secret_value() if own is not None else None


def _local(name: str, label: str | None) -> ChatModel:
    # torch and transformers take seconds to import; only local models need them.
    module = importlib.import_module("boxed.models.local")
    try:
        return cast("ChatModel", module.LocalModel(name, label))
    except (OSError, ValueError):
        if label == EMBEDDED_LABEL:
            raise SettingsError(
                "upstream 'embedded': its weights are missing or broken; run 'boxed doctor', or "
                "set another upstream"
            ) from None
        raise SettingsError(
            f"upstream 'local:{name}' cannot be loaded; name a folder with a transformers model or "
            "a model that the hub has"
        ) from None
