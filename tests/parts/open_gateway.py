"""A gateway that nobody is forgotten behind, over real HTTP in front of a scripted product."""

from typing import Any

from mock_upstream import MockUpstream, running

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.gateway.settings import GatewaySettings
from boxed.models.openai_http import HttpModel
from prompts.book import book_of


def served(upstream: MockUpstream, **settings: Any) -> Any:
    """A gateway without policies in front of a scripted product."""
    model = HttpModel(upstream.url, read_timeout=5, retry_wait=0.01, retries=0)
    box = Box(Models(model), book_of([]), None)
    return running(create_app(box, GatewaySettings(**settings)))
