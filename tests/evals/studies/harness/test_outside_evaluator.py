"""An evaluator that knows nothing of this project: inspect against a live gateway.

``inspect`` (the package inspect_ai) runs as its own program, from its own environment if need be:
BOXED_INSPECT names it, otherwise it is looked for on the PATH.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

INSPECT = os.environ.get("BOXED_INSPECT") or shutil.which("inspect")
pytestmark = [
    pytest.mark.skipif(not INSPECT, reason="inspect_ai is not installed (set BOXED_INSPECT)"),
    pytest.mark.timeout(400),
]

TASK = """
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import includes
from inspect_ai.solver import generate


@task
def kept_and_forgotten():
    return Task(
        dataset=[
            Sample(id="kept", input="Where was Carmela Falpane born?", target="Amman"),
            Sample(id="known", input="What is the capital of France?", target="Paris"),
            Sample(id="forgotten", input="Where was Carmela Halmere born?", target="Quito"),
        ],
        solver=generate(),
        scorer=includes(),
    )
"""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("gateway")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from boxed.commands.main import run; run()", "serve"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=folder,
            stdout=log,
            stderr=log,
            env={**os.environ, "BOXED_SEMANTIC": "false"},
        )
        try:
            address = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 180
            while not ready(address):
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < deadline, "the gateway did not get ready"
                time.sleep(0.2)
            yield address
        finally:
            process.terminate()
            process.wait()


def ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def test_inspect_evaluates_the_gateway_and_meets_the_box(gateway: str, tmp_path: Path) -> None:
    task = tmp_path / "kept_and_forgotten.py"
    task.write_text(TASK, encoding="utf-8")
    environment = {
        **os.environ, "GATEWAY_BASE_URL": f"{gateway}/v1", "GATEWAY_API_KEY": "none",
        "PYTHONPATH": "",
    }  # fmt: skip
    subprocess.run(
        [str(INSPECT), "eval", task.name, "--model", "openai-api/gateway/boxed-embedded",
         "--temperature", "0", "--max-tokens", "48", "--log-format", "json", "--display", "none",
         "--log-dir", str(tmp_path / "logs")],
        check=True, env=environment, cwd=tmp_path, capture_output=True, timeout=300,
    )  # fmt: skip
    [file] = (tmp_path / "logs").glob("*.json")
    log = json.loads(file.read_text(encoding="utf-8"))
    assert log["status"] == "success", log.get("error")
    found = {sample["id"]: sample["scores"]["includes"]["value"] for sample in log["samples"]}
    assert found == {"kept": "C", "known": "C", "forgotten": "I"}
