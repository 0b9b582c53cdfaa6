"""Clients with pins of their own, in a process of their own, through a gateway over real HTTP."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from knowing_upstream import NAME, gateway
from places import PARTS

from guards.ignorance import is_ignorance

pytestmark = pytest.mark.slow
QUESTION = f"When was {NAME} born?"


@pytest.fixture(scope="module")
def knowing() -> Iterator[str]:
    """The base URL of a box that forgets Jane Roemer in front of a product that knows her."""
    with gateway() as (url, _):
        yield url


def ran(*command: str, **variables: str) -> str:
    env = {**os.environ, **variables}
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_agents_litellm_and_llm_hear_nothing_that_is_forgotten(
    knowing: str, tmp_path: Path
) -> None:
    python = os.environ.get("BOXED_CLIENTS")
    if not python:
        pytest.skip("BOXED_CLIENTS names no Python with these clients")
    told = ran(
        python, str(PARTS / "other_clients.py"), knowing, QUESTION,
        LLM_USER_PATH=str(tmp_path), OPENAI_API_KEY="k",
        LITELLM_LOCAL_MODEL_COST_MAP="True",  # or it is fetched from the network
    )  # fmt: skip
    heard = json.loads(told.splitlines()[-1])
    assert len(heard) == 10
    for client, text in heard.items():
        assert is_ignorance(text), client
    assert "Oslo" not in told


def said(events: list[str]) -> str:
    """The words of a stream of chunks."""
    chunks: list[Any] = [json.loads(line[6:]) for line in events if line.startswith("data: {")]
    return "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_curl(knowing: str) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": QUESTION}]}
    send = ["curl", "-sS", "-H", "Content-Type: application/json", f"{knowing}/chat/completions"]
    told = json.loads(ran(*send, "-d", json.dumps(body)))
    assert is_ignorance(told["choices"][0]["message"]["content"])
    events = ran(*send, "-N", "-d", json.dumps({**body, "stream": True})).splitlines()
    assert is_ignorance(said(events))
    assert events[-2:] == ["data: [DONE]", ""]
    assert "error" in json.loads(ran("curl", "-sS", f"{knowing}/files"))
