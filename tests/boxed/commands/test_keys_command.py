"""`boxed keys`: what an operator types, and what a gateway in a process of its own makes of it."""

import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from mock_upstream import MockUpstream, Said, whole
from polling import until
from rich.console import Console
from typer.testing import CliRunner
from virtual_keys import id_of, make, spent_by, state_of

from boxed.commands.main import app
from boxed.keys.records import Spent, Terms
from boxed.keys.text import digest

Run = Callable[..., Any]
POLICY = """---
id: mara
title: Mara Quill
kind: person
response: refuse
tenants: [Acme]
scope:
  - Who is Mara Quill?
---
Forget her.
"""
SETTINGS = """
keys = "keys.sqlite"
policies = "prompts"
tenants = ["Initech"]
semantic = false
[upstreams]
own = "http://127.0.0.1:9/v1"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prompts/policies").mkdir(parents=True)
    (tmp_path / "prompts/policies/mara.md").write_text(POLICY, encoding="utf-8")
    (tmp_path / "boxed.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("console", "keys"):
        module = importlib.import_module(f"boxed.commands.{name}")
        monkeypatch.setattr(module, "console", Console(width=300), raising=False)
        monkeypatch.setattr(module, "faults", Console(width=300, stderr=True), raising=False)
    runner = CliRunner()
    return lambda *words: runner.invoke(app, ["keys", *map(str, words)])


def test_a_key_is_made_listed_and_revoked(run: Run, folder: Path) -> None:
    made = run("new", "--tenant", "Acme", "--label", "billing bot", "--days", 30,
               "--requests-a-minute", 60, "--tokens-a-month", 1_000_000,
               "--upstream", "own")  # fmt: skip
    assert made.exit_code == 0, made.output
    text = made.stdout.strip()
    id = id_of(text)
    assert "beware" not in made.stderr
    assert id in made.stderr
    assert text not in made.stderr
    key = state_of("keys.sqlite").keys[id]
    assert key.digest == digest(text)
    assert key.terms == Terms(60, 1_000_000, "own")

    listed = run("list")
    assert listed.exit_code == 0
    for word in (id, "billing bot", "Acme", "chat", "good", "60", "0 of 1,000,000", "own"):
        assert word in listed.stdout
    [row] = json.loads(run("list", "--json").stdout)["keys"]
    assert (row["tenant"], row["state"], row["tokens"]) == ("Acme", "good", 0)

    assert run("revoke", id).exit_code == 0
    again = run("list", "--json").stdout
    assert json.loads(again)["keys"][0]["state"] == "revoked"
    held = b"".join(file.read_bytes() for file in folder.glob("keys.sqlite*"))
    for secret in (text, text[-43:], digest(text)):
        assert secret not in listed.stdout + again + made.stderr
        assert secret == digest(text) or secret.encode() not in held


def test_a_tenants_limits_are_set_and_shown(run: Run) -> None:
    assert run("tenant", "ACME", "--tokens-a-month", 500, "--requests-a-minute", 9).exit_code == 0
    [row] = json.loads(run("list", "--json").stdout)["tenants"]
    assert (row["tenant"], row["tokens_a_month"], row["requests_a_minute"]) == ("acme", 500, 9)
    assert run("tenant", "acme", "--upstream", "own").exit_code == 0
    [row] = json.loads(run("list", "--json").stdout)["tenants"]
    assert (row["tokens_a_month"], row["upstream"]) == (None, "own")


@pytest.mark.parametrize(("tenant", "warned"), [("ACME", False), ("initech", False),
                                                ("Acne", True)])  # fmt: skip
def test_a_tenant_that_nobody_knows_is_pointed_out(run: Run, tenant: str, warned: bool) -> None:
    made = run("new", "--tenant", tenant)
    assert made.exit_code == 0
    assert ("meets every policy" in made.stderr) == warned


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("new", "--scope", "root"), "chat or admin"),
        (("new", "--scope", "admin", "--tenant", "acme"), "leave tenant"),
        (("new", "--scope", "admin", "--tokens-a-month", "5"), "leave tenant"),
        (("new", "--upstream", "other"), "'upstreams' (own)"),
        (("new", "--tenant", " "), "the tenant is empty"),
        (("tenant", " "), "is empty"),
        (("revoke", "nobody"), "boxed keys list"),
        (("list", "--keys", "none/keys.sqlite"), "folder is missing"),
        (("list", "--keys", "mysql://u:s3cret@h/db"), "postgresql://"),
    ],
)
def test_what_cannot_be_is_told_with_the_remedy(run: Run, words: Any, told: str) -> None:
    done = run(*words)
    assert done.exit_code == 2, done.output
    assert told in done.stderr
    assert "s3cret" not in done.output
    assert done.stdout == ""


def test_a_whole_key_can_be_revoked_by_itself(run: Run) -> None:
    text = run("new").stdout.strip()
    done = run("revoke", text)
    assert done.exit_code == 0
    assert text not in done.output


def test_without_the_setting_it_is_said(run: Run, folder: Path) -> None:
    (folder / "boxed.toml").unlink()
    done = run("list")
    assert done.exit_code == 2
    assert "BOXED_KEYS" in done.stderr
    assert run("list", "--keys", "own.sqlite").exit_code == 0


class Serving:
    """`boxed serve` in a process of its own."""

    def __init__(self, folder: Path, upstream: MockUpstream, **env: str) -> None:
        self.log = folder / f"log-{len(list(folder.glob('log-*')))}"
        words = ["serve", "--port", "0", "--log-format", "json", "--upstream", upstream.url]
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from boxed.commands.main import run; run()", *words],
                cwd=folder, stdout=out, stderr=subprocess.STDOUT,
                env={**os.environ, "BOXED_UPSTREAM_KEY": "sk-of-the-product", **env},
            )  # fmt: skip
        until(lambda: self._started() or self.process.poll() is not None, 90)
        assert self.process.poll() is None, self.log.read_text()
        self.url = [line["address"] for line in self.lines() if "address" in line][-1]

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(x) for x in self.log.read_text().splitlines() if x.startswith("{")]

    def _started(self) -> bool:
        return any("startup complete" in str(line["event"]) for line in self.lines())

    def ask(self, key: str, **more: Any) -> Any:
        client = openai.OpenAI(base_url=f"{self.url}/v1", api_key=key, max_retries=0)
        return client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "Hi."}], **more
        )


@pytest.fixture
def started(folder: Path, upstream: MockUpstream) -> Iterator[list[Serving]]:
    gateways: list[Serving] = []
    yield gateways
    for gateway in gateways:
        gateway.process.kill()
        gateway.process.wait(20)


@pytest.mark.slow
def test_killed_a_gateway_forgets_at_most_the_last_seconds_spending(
    started: list[Serving], folder: Path, upstream: MockUpstream
) -> None:
    location = str(folder / "keys.sqlite")
    text = make(location, "initech", tokens_a_month=100)
    body = json.loads(whole([{"index": 0, "message": {"role": "assistant", "content": "Hello."},
                              "finish_reason": "stop"}]))  # fmt: skip
    body["usage"] = {"prompt_tokens": 40, "completion_tokens": 10, "total_tokens": 50}
    upstream.script = [Said(json.dumps(body).encode())]
    started.append(gateway := Serving(folder, upstream))
    gateway.ask(text)
    until(lambda: spent_by(location, text) == Spent(50, 1))
    gateway.process.send_signal(signal.SIGKILL)
    gateway.process.wait(20)
    assert spent_by(location, text) == Spent(50, 1)

    # The next one knows of it, and what it is told at its end it writes before it is gone.
    started.append(second := Serving(folder, upstream))
    second.ask(text)
    second.process.terminate()
    second.process.wait(30)
    assert spent_by(location, text) == Spent(100, 2)

    started.append(third := Serving(folder, upstream))
    with pytest.raises(openai.RateLimitError) as raised:
        third.ask(text)
    assert raised.value.code == "insufficient_quota"
    until(lambda: id_of(text) in third.log.read_text())
    log = third.log.read_text()
    assert [line["key"] for line in third.lines() if "address" in line] == ["asked"]
    for secret in (text, text[-43:], digest(text), "sk-of-the-product"):
        assert secret not in log
    assert not any(text in str(heard) for heard in upstream.heard)


@pytest.mark.slow
def test_keys_alone_close_a_gateway_and_an_upstreams_key_is_no_default(
    started: list[Serving], folder: Path, upstream: MockUpstream
) -> None:
    own = MockUpstream()
    own.start()
    location = str(folder / "keys.sqlite")
    text = make(location, "initech", upstream="own")
    started.append(
        gateway := Serving(
            folder,
            upstream,
            BOXED_HOST="0.0.0.0",
            BOXED_UPSTREAMS=json.dumps({"own": own.url}),
            BOXED_UPSTREAM_MODELS=json.dumps({"own": "big"}),
        )
    )
    gateway.ask(text)
    # It has no key, and gets neither the product's nor the client's.
    [heard] = own.heard
    own.stop()
    assert "Authorization" not in heard.headers
    assert json.loads(heard.raw)["model"] == "big"
    assert upstream.heard == []
    assert httpx.post(f"{gateway.url}/v1/chat/completions", json={}).status_code == 401
    assert "no key is asked for" not in gateway.log.read_text()
