"""llama.cpp in this process: its server on a loopback port that nobody else has the key of.

    server = LlamaServer(Path("model.gguf"))
    server.url, server.key          # 'http://127.0.0.1:34699', a random key
    server.close()

Its threads hold no lock of Python's, so the event loop goes on while it computes. What it computes
for a prompt does not depend on what else it computes: every slot has a cache of its own, and the
cache's type (bfloat16, with flash attention) takes the one path through attention that reads
rows singly. Then a greedy reply is the same from a cold cache, a warm one, and beside others
(measured to the bit on Q4_1; other quantisations multiply blocks of rows in other ways).
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import secrets
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

__all__ = ["CONTEXT", "EngineError", "LlamaServer", "available", "threads"]

CONTEXT = 8192
"""Tokens of one conversation, less where a model reads fewer."""
SLOTS = 2
"""Conversations at a time, each with a cache of its own; others wait.

With an adapter one: its matrices are multiplied in another way where two replies grow at once.
"""
_PROMPT_CACHE_MIB = 256
_MOST_THREADS = 8
_ERRORS_ONLY = 0
_SOON = 2.0  # seconds


class EngineError(OSError):
    """llama.cpp cannot run here, or cannot read this file; the text says what to do."""


def available() -> bool:
    """Is llama.cpp's binding installed, and can it be loaded on this machine?"""
    if importlib.util.find_spec("xllamacpp") is None:
        return False
    try:
        importlib.import_module("xllamacpp")
    except ImportError:  # a system library is missing
        return False
    return True


def threads() -> int:
    """How many threads to compute with: ``OMP_NUM_THREADS``, else all cores but one.

    Its threads wait for each other by spinning. On two busy cores two threads are nine times
    slower than one, and a gateway's own work keeps a core busy.
    """
    chosen = os.environ.get("OMP_NUM_THREADS", "")
    if chosen.isdigit() and int(chosen) > 0:
        return int(chosen)
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min(cores - 1, _MOST_THREADS))


class LlamaServer:
    """Owns the weights, the threads and the port until it is closed."""

    def __init__(self, model: Path, adapter: Path | None = None) -> None:
        """``adapter`` is a LoRA in GGUF form. Raises ``EngineError``."""
        try:
            binding: Any = importlib.import_module("xllamacpp")
        except ImportError as error:
            raise EngineError(
                f"llama.cpp cannot be loaded ({error}); install xllamacpp and, on Linux, libgomp1, "
                "or set engine = 'transformers'"
            ) from None
        self.key = secrets.token_urlsafe(24)
        params = _parameters(binding, model, self.key, SLOTS if adapter is None else 1)
        if adapter is not None:
            params.lora_adapters = [binding.CommonAdapterLoraInfo(str(adapter), 1.0)]
        try:
            self._server: Any = binding.Server(params)
        except RuntimeError:
            beside = f" with the adapter {adapter}" if adapter is not None else ""
            raise EngineError(
                f"llama.cpp cannot load {model}{beside}; is it a whole GGUF file of a text model?"
            ) from None
        self.url = str(self._server.listening_address)

    def close(self) -> None:
        """Stop the threads and give the memory back; may be called twice."""
        if self._server is None:
            return
        _wait_for_loop(self.url, self.key)
        self._server = None


def _wait_for_loop(url: str, key: str) -> None:
    """Ask for a token: a server that is closed before its loop has begun waits for itself for ever.

    One that is too busy to answer soon has begun.
    """
    asked = Request(  # noqa: S310 - this process's own server
        f"{url}/completion",
        json.dumps({"prompt": "a", "n_predict": 1}).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    # By no proxy that the environment names: the key is for this process alone.
    direct = build_opener(ProxyHandler({}))
    with suppress(OSError, HTTPException), direct.open(asked, timeout=_SOON) as reply:
        reply.read()


def _parameters(binding: Any, model: Path, key: str, slots: int) -> Any:
    params = binding.CommonParams()
    params.model.path = str(model)
    params.api_keys = [key]
    params.ui = params.endpoint_slots = params.endpoint_metrics = False
    params.verbosity = _ERRORS_ONLY  # its log would show prompts
    params.fit_params = params.warmup = False
    params.n_parallel, params.kv_unified = slots, False
    params.n_ctx = slots * CONTEXT
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    params.flash_attn_type = binding.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_ENABLED
    params.cache_type_k = params.cache_type_v = binding.ggml_type.GGML_TYPE_BF16
    count = threads()
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = count
    return params
