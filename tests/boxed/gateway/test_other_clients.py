"""Clients that were not made with Boxed in mind, through a gateway, over real HTTP."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from knowing_upstream import NAME, gateway
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from mock_upstream import MockUpstream, Said, completion, running, whole
from pydantic import BaseModel

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.models.openai_http import HttpModel
from guards.ignorance import is_ignorance
from prompts.book import book_of

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).parents[2] / "parts" / "openai_client.mjs"
QUESTION = f"When was {NAME} born?"


@pytest.fixture(scope="module")
def knowing() -> Iterator[str]:
    """The base URL of a box that forgets Jane Roemer in front of a product that knows her."""
    with gateway() as (url, _):
        yield url


def chat(url: str, api: bool) -> Any:
    return ChatOpenAI(base_url=url, api_key="k", model="m", use_responses_api=api, max_retries=0)  # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize("api", [False, True], ids=["chat", "responses"])
def test_langchain_hears_nothing_that_is_forgotten(knowing: str, api: bool) -> None:
    told = chat(knowing, api).invoke(QUESTION)
    assert is_ignorance(told.text)
    streamed = "".join(part.text for part in chat(knowing, api).stream(QUESTION))
    assert is_ignorance(streamed)
    assert "Oslo" not in told.model_dump_json() + streamed


@tool
def find(city: str) -> str:
    """Finds a town."""
    return city


class City(BaseModel):
    """A town."""

    name: str
    rainy: bool


@pytest.mark.parametrize("api", [False, True], ids=["chat", "responses"])
def test_langchain_with_tools_and_structure(upstream: MockUpstream, api: bool) -> None:
    box = Box(Models(HttpModel(upstream.url, retries=0)), book_of([]), None)
    with running(create_app(box)) as url:
        model = chat(f"{url}/v1", api)
        function = {"name": "find", "arguments": json.dumps({"city": "Oslo"})}
        call = {"id": "c1", "type": "function", "function": function}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
        upstream.script = [Said(whole([choice]))]
        [made] = model.bind_tools([find]).invoke("Where?").tool_calls
        assert (made["name"], made["args"], made["id"]) == ("find", {"city": "Oslo"}, "c1")
        upstream.script = [Said(completion('{"name": "Bergen", "rainy": true}'))]
        assert model.with_structured_output(City, method="json_schema").invoke("Which?") == City(
            name="Bergen", rainy=True
        )


def test_openais_javascript_client(knowing: str) -> None:
    node, folder = shutil.which("node"), os.environ.get("BOXED_NODE")
    if node is None or not folder:
        pytest.skip("BOXED_NODE names no folder with OpenAI's JavaScript client, or no node here")
    done = subprocess.run(
        [node, str(SCRIPT), knowing, QUESTION], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    heard = json.loads(done.stdout)
    for way in ("chat", "chatStream", "responses", "responsesStream", "reader"):
        assert is_ignorance(heard[way]), way
    assert heard["kinds"][0] == "response.created"
    assert heard["kinds"][-1] == "response.completed"
    assert heard["refused"] == [400, "background"]
    assert "Oslo" not in done.stdout
