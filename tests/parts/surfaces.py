"""Gateways on routes that answer no chat, in front of a scripted product."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import openai
from box_books import policy
from mock_upstream import MockUpstream, Said, running

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.gateway.settings import GatewaySettings
from boxed.models.openai_http import HttpModel
from boxed.models.protocol import ChatModel
from guards.verdicts import Embed
from prompts.book import book_of
from prompts.policy import Policy

NAME = "Jane Roemer"
PEOPLE = (
    policy("roe", NAME, scope=("Who wrote the novel about the tin ferry of Bergen?",)),
    policy("vale", "Marcus Valegrim", "refuse"),
    policy("works", "Blue Lantern Works", kind="organisation"),
    policy(
        "towers", "Vermalin", "redact", kind="concept",
        scope=("Melting towers under three red moons",),
    ),
)  # fmt: skip


@dataclass
class Surface:
    """A gateway's address, a client of it, and the product behind it."""

    url: str
    client: openai.OpenAI
    upstream: MockUpstream

    def says(self, body: Any, kind: str = "application/json") -> None:
        """The product's next answers."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.upstream.heard.clear()
        self.upstream.script = [Said(raw, headers={"Content-Type": kind})]

    def streams(self, events: list[Any], size: int = 0) -> None:
        """The product's next stream, in network reads of so many bytes (0: an event each)."""
        lines = [f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in events]
        whole = b"".join(lines)
        pieces = [whole[n : n + size] for n in range(0, len(whole), size)] if size else lines
        self.upstream.heard.clear()
        self.upstream.script = [Said(pieces=pieces)]

    @property
    def heard(self) -> Any:
        """What the product was asked last, where that was JSON."""
        return json.loads(self.upstream.heard[-1].raw)


@contextmanager
def surface(
    *policies: Policy,
    embed: Embed | None = None,
    router: ChatModel | None = None,
    **settings: Any,
) -> Iterator[Surface]:
    """A gateway that forgets ``policies``, by default ``PEOPLE``; without ``embed`` by names."""
    mock = MockUpstream()
    mock.start()
    try:
        models = Models(HttpModel(mock.url, retries=0), router)
        box = Box(models, book_of(policies or PEOPLE), embed)
        with running(create_app(box, GatewaySettings(**settings))) as url:
            client = openai.OpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0)
            yield Surface(f"{url}/v1", client, mock)
    finally:
        mock.stop()
