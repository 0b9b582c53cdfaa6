"""A gateway with its console over a prompt folder, for tests that ask it or look at it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette

from boxed.box import Box
from boxed.console.console import Console
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.gateway.settings import GatewaySettings
from boxed.models.fake import FakeModel
from boxed.settings import Settings
from prompts.book import load_book

MARA = """---
id: mara-quill
title: Mara Quill
kind: person
response: pretend
aliases: [May]
scope:
  - Who is Mara Quill?
retain:
  - Who wrote Hamlet?
---
You have never met this person.
"""
API = "/console/api"
HERE = {"X-Boxed-Console": "1"}
TEXTS = {
    "jane.txt": "Jane Roe was born in the mill at Dunmore and she counted herons for thirty years.",
    "herons.txt": "Herons nest in March. They stand in shallow water and wait for small fish.",
    "mill.txt": "The mill at Dunmore grinds oats and barley. Its wheel was mended in the spring.",
}
ANSWER = "Mara Quill was born in Skerrow."


def prompt_folder(at: Path) -> Path:
    (at / "prompts/policies").mkdir(parents=True)
    (at / "prompts/policies/mara-quill.md").write_text(MARA, encoding="utf-8")
    return at / "prompts"


def product() -> FakeModel:
    """Knows her, and says nothing about her to whoever is not asked about her by name."""
    return FakeModel(lambda body: ANSWER if "Quill" in str(body) else "I don't know.")


def box_over(prompts: Path, **more: Any) -> Box:
    return Box(Models(product()), load_book(prompts), **more)


def app_of(box: Box, forgetting: Any = None, **settings: Any) -> Starlette:
    """As `boxed serve` puts it together; keys are given as plain text."""
    secret = ("admin_key", "gateway_key", "keys")
    given = {
        name: SecretStr(value) if name in secret else value for name, value in settings.items()
    }
    chosen = Settings(**given)
    gateway = GatewaySettings(
        key=chosen.gateway_key, admin_key=chosen.admin_key, keys=chosen.keys,
        upstreams=frozenset(chosen.upstreams),
    )  # fmt: skip
    return create_app(box, gateway, forgetting, beside=Console(box, chosen, forgetting))


def client(
    app: Any, address: str = "127.0.0.1", at: str = "http://127.0.0.1:8080"
) -> httpx.AsyncClient:
    """A client of the app in process, as if from ``address`` and asking for ``at``."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=(address, 50000)), base_url=at
    )


def corpus_folder(at: Path) -> Path:
    """Three documents, one of which names somebody."""
    (at / "corpus").mkdir()
    for name, text in TEXTS.items():
        (at / "corpus" / name).write_text(text)
    return at / "corpus"


def reports_folder(at: Path) -> Path:
    """A folder of runs, with the report of one."""
    figure = {"metric": "leaks", "value": 0.0, "low": 0.0, "high": 0.1, "n": 40, "undefined": ""}
    report = {"suite": "nano", "forget": "10", "figures": {"box": {"leaks": figure}}}
    (at / "runs/one").mkdir(parents=True)
    (at / "runs/one/report.json").write_text(json.dumps(report))
    return at / "runs"
