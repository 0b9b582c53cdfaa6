"""A chat model from the word that names it: ``embedded``, ``local:NAME``, ``gguf:FILE`` or a URL.

A local model that is there as a GGUF file runs on llama.cpp on a CPU, which is the faster, and on
transformers on a GPU; the setting ``engine`` decides otherwise.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from boxed.models.named import GGUF, named, packaged_words
from boxed.models.openai_http import HttpModel
from boxed.models.protocol import ChatModel
from boxed.settings import Engine, Settings, SettingsError

EMBEDDED = Path(__file__).parent / "embedded"
EMBEDDED_LABEL = "boxed-embedded"


def connect(spec: str, settings: Settings, role: str | None = None) -> ChatModel:
    """The model instance ``spec`` names; raises ``SettingsError`` for a word that names none.

    ``role`` picks the model's name at an endpoint (``role_models``), for instances that differ
    from the product only in the model they ask for.
    """
    if spec == "embedded":
        return _local(str(EMBEDDED), EMBEDDED_LABEL)
    if spec.startswith(("local:", GGUF)):
        return _named(spec, settings.engine)
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
        f"upstream '{spec}' names no model; use 'embedded', 'local:FOLDER_OR_HUB_NAME', "
        "'gguf:FILE' or a base URL such as https://api.example.com/v1"
    )


def connect_upstream(name: str, settings: Settings) -> ChatModel:
    """The product that keys are sent to by this name; raises ``SettingsError``.

    It gets its own key and no other: not the product's, and never a client's.
    """
    spec = settings.upstreams[name]
    if not spec.startswith(("http://", "https://")):
        return connect(spec, settings)
    key = settings.upstream_keys.get(name)
    return HttpModel(
        spec,
        key.get_secret_value() if key is not None else None,
        settings.upstream_models.get(name),
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        retries=settings.retries,
    )


def _key(spec: str, settings: Settings, role: str | None) -> str | None:
    """The key for an endpoint: the role's own, else the product's where the host is the same."""
    own = settings.role_keys.get(role) if role else None
    if own is None and (
        role is None or urlsplit(spec).netloc == urlsplit(settings.upstream).netloc
    ):
        own = settings.upstream_key
    return own.get_secret_value() if own is not None else None


def _named(spec: str, engine: Engine) -> ChatModel:
    """A local model on the engine that suits it; raises ``SettingsError``."""
    name = spec.removeprefix("local:")
    try:
        found = named(name)
    except OSError as error:
        raise SettingsError(f"upstream '{spec}': {error}") from None
    if engine == "auto":
        engine = "llama.cpp" if found.gguf is not None and _quick() else "transformers"
    if engine == "transformers":
        return _local(name, None)
    if found.gguf is None:
        raise SettingsError(
            f"setting 'engine': 'llama.cpp' runs GGUF files, and '{name}' is none; name one as "
            "gguf:FILE, or set engine = 'auto'"
        )
    try:
        adapter = found.adapter and _module("adapter_gguf").adapter_file(found.adapter, found.gguf)
        model = _module("llama_cpp").LlamaCppModel(found.gguf, name, adapter)
    except (OSError, ValueError) as error:
        raise SettingsError(f"upstream '{spec}': {error}") from None
    return cast("ChatModel", model)


def _quick() -> bool:
    """Is llama.cpp there, and no GPU for transformers?"""
    if not _module("llama_server").available():
        return False
    return not importlib.import_module("torch").cuda.is_available()


def _module(name: str) -> Any:
    # Each engine takes seconds to import; a box in front of an endpoint needs none.
    return importlib.import_module(f"boxed.models.{name}")


def _local(name: str, label: str | None) -> ChatModel:
    try:
        return cast("ChatModel", _module("local").LocalModel(name, label))
    except (OSError, ValueError):
        if label == EMBEDDED_LABEL:
            raise SettingsError(
                "upstream 'embedded': its weights are missing or broken; run 'boxed doctor', or "
                "set another upstream"
            ) from None
        raise SettingsError(
            f"upstream 'local:{name}' cannot be loaded; name a packaged model "
            f"({packaged_words()}), a folder with a transformers model, a GGUF file, or a model "
            "that the hub has"
        ) from None
