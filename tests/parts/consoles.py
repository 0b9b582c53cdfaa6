"""A gateway with its console over a prompt folder, for tests that ask it or look at it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
