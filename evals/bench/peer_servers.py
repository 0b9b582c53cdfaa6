"""The servers that `peers` measures, each started as its own documentation says.

LiteLLM's proxy and NeMo Guardrails are installed into environments of their own below the cache
folder (`BOXED_PEERS`, else ~/.cache/boxed-peers), so that their dependencies meet nobody else's.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evals.bench.coined import coined_policies
from evals.bench.start import write_policies

__all__ = ["PEERS", "Running", "serving"]

_ROOT = Path(__file__).resolve().parents[2]
_INSTALL_SECONDS = 900
_START_SECONDS = 240
_NEEDS = {"litellm": ("litellm[proxy]",), "nemo": ("nemoguardrails[server]", "langchain-openai")}
_MODELS = ("mock", "paced")


@dataclass(frozen=True, slots=True)
class Running:
    """A server under test: where its chats are asked, and its process."""

    url: str
    pid: int


@dataclass(frozen=True, slots=True)
class _Program:
    command: Sequence[str]
    environment: dict[str, str]
    alive: str = "/v1/models"


def _boxed(mock: str, rules: int, folder: Path, port: int) -> _Program:
    """The gateway by names alone, its policies in files."""
    policies = folder / f"policies-{rules}"
    policies.mkdir(exist_ok=True)
    write_policies(policies, rules)
    start = "from boxed.commands.main import run; run()"
    options = ["--upstream", f"{mock}/v1", "--policies", str(policies), "--port", str(port)]
    environment = {"BOXED_SEMANTIC": "false", "BOXED_ALLOW_NO_POLICIES": "true"}
    return _Program([sys.executable, "-c", start, "serve", *options], environment, "/healthz")


def _litellm(mock: str, rules: int, folder: Path, port: int) -> _Program:
    """LiteLLM's proxy with its content filter over questions and replies."""
    words = [{"keyword": one.title, "action": "BLOCK"} for one in coined_policies(rules)]
    models = [
        {
            "model_name": name,
            "litellm_params": {
                "model": f"openai/{name}", "api_base": f"{mock}/v1", "api_key": "sk-bench",
            },
        }
        for name in _MODELS
    ]  # fmt: skip
    filtering = {
        "guardrail_name": "names",
        "litellm_params": {
            "guardrail": "litellm_content_filter", "mode": ["pre_call", "post_call"],
            "default_on": True, "blocked_words": words,
        },
    }  # fmt: skip
    config = {"model_list": models, **({"guardrails": [filtering]} if rules else {})}
    file = folder / f"litellm-{rules}.yaml"
    file.write_text(json.dumps(config), encoding="utf-8")  # every JSON text is YAML
    program = _environment("litellm") / "bin" / "litellm"
    command = [str(program), "--config", str(file), "--host", "127.0.0.1", "--port", str(port)]
    # Newer releases start without a key of their own only where they are told that it is meant.
    environment = {
        "LITELLM_LOG": "ERROR", "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
    }  # fmt: skip
    return _Program(command, environment, "/health/liveliness")


def _nemo(mock: str, rules: int, folder: Path, port: int) -> _Program:
    """NeMo Guardrails with its check of replies by regular expressions."""
    config = folder / f"nemo-{rules}" / "bench"
    config.mkdir(parents=True, exist_ok=True)
    model = {
        "type": "main", "engine": "openai", "model": "mock",
        "parameters": {"base_url": f"{mock}/v1", "api_key": "sk-bench"},
    }  # fmt: skip
    patterns = [one.title for one in coined_policies(rules)]
    rails = {
        "output": {
            "flows": ["regex check output"],
            "streaming": {"enabled": True, "chunk_size": 200, "context_size": 50},
        },
        "config": {"regex_detection": {"output": {"patterns": patterns, "case_insensitive": True}}},
    }
    told = {"models": [model], "streaming": True, **({"rails": rails} if rules else {})}
    (config / "config.yml").write_text(json.dumps(told), encoding="utf-8")
    program = _environment("nemo") / "bin" / "nemoguardrails"
    options = ["--config", str(config.parent), "--default-config-id", "bench", "--port", str(port)]
    environment = {"OPENAI_API_KEY": "sk-bench"}
    return _Program([str(program), "server", *options], environment, "/v1/rails/configs")


PEERS: dict[str, Callable[[str, int, Path, int], _Program]] = {
    "boxed": _boxed,
    "litellm": _litellm,
    "nemo": _nemo,
}
"""What can be measured, by name."""


def _environment(peer: str) -> Path:
    """The environment with what a peer needs; raises RuntimeError where it cannot be installed."""
    cache = Path(os.environ.get("BOXED_PEERS", "~/.cache/boxed-peers")).expanduser()
    folder, done = cache / peer, cache / peer / "installed"
    if done.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin" / "pip"), "install", "--quiet", *_NEEDS[peer]],
    ):
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL_SECONDS)  # noqa: S603 - commands of this file
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"{peer} was not installed in {_INSTALL_SECONDS} s") from None
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip().splitlines()
            raise RuntimeError(f"{peer} cannot be installed: {said[-1:]}") from None
    done.touch()
    return folder


@contextmanager
def serving(peer: str, mock: str, rules: int, folder: Path) -> Generator[Running]:
    """A peer in front of the mock with so many rules; raises RuntimeError if it does not start."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    program = PEERS[peer](mock, rules, folder, port)
    log = folder / f"{peer}-{rules}.log"
    with log.open("wb") as out:
        running = subprocess.Popen(  # noqa: S603 - commands of this file
            program.command, cwd=_ROOT, stdout=out, stderr=out,
            env={**os.environ, **program.environment},
        )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}{program.alive}", running, log)
        yield Running(f"http://127.0.0.1:{port}/v1/chat/completions", running.pid)
    finally:
        running.terminate()
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _wait_for(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if running.poll() is not None:
            said = log.read_text(errors="replace").strip().splitlines()
            raise RuntimeError(f"ended with status {running.returncode}: {' '.join(said[-1:])}")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - an address of this machine
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(f"was not ready in {_START_SECONDS} s")
