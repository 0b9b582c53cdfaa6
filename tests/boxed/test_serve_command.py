"""`boxed serve` as operators meet it: what it says at its start, and what /readyz says later."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from mock_upstream import MockUpstream, Said
from polling import until
from serving_process import ASK, BOXED, POLICY, Serving

pytestmark = pytest.mark.slow


@pytest.fixture
def serving(tmp_path: Path, upstream: MockUpstream) -> Iterator[Serving]:
    (tmp_path / "prompts/policies").mkdir(parents=True)
    (tmp_path / "prompts/policies/mara.md").write_text(POLICY.format(id="mara"), "utf-8")
    gateway = Serving(
        tmp_path, "--upstream", upstream.url, "--log-format", "json", "--host", "0.0.0.0",
        BOXED_ROLES=json.dumps({"router": "http://127.0.0.1:9/v1"}), BOXED_ROUTER="always",
        BOXED_RETRIES="0", BOXED_CORS_ORIGINS='["https://app.example.com"]',
    )  # fmt: skip
    yield gateway
    assert gateway.end() == 0


def test_what_is_in_force_and_what_is_amiss_is_told(serving: Serving) -> None:
    [started] = [line for line in serving.lines() if "address" in line]
    assert (started["policies"], started["in_force"], started["folder"]) == (1, 1, "prompts")
    assert started["upstream"].startswith("http://127.0.0.1:")
    assert started["key"] == "none"
    assert any("no key is asked for" in str(line["event"]) for line in serving.lines())
    assert serving.ready() == (200, {"status": "ok"})
    # The console, without a key, for this machine.
    assert "console/page/main.js" in httpx.get(f"{serving.url()}/").text
    state = httpx.get(f"{serving.url()}/console/api/state", headers={"X-Boxed-Console": "1"})
    assert (state.json()["policies"], state.json()["way"]) == (1, "local")

    # A router that is dead is told once, and the question is answered without it.
    for _ in range(2):
        answer = httpx.post(f"{serving.url()}/v1/chat/completions", json=ASK)
        assert answer.status_code == 200
    assert serving.ready() == (200, {"status": "degraded", "degraded": ["router"]})
    dead = [line for line in serving.lines() if line["event"] == "model not answering"]
    assert [(line["role"], line["how"]) for line in dead] == [("router", "502:unreachable")]

    # A bad version: the last good one stays, and new good files are taken in.
    serving.write("mara.md", POLICY.format(id="mara").replace("refuse", "Quill"))
    serving.write("new.md", POLICY.format(id="new").replace("Mara", "Oran"))
    until(lambda: serving.status() == (200, "stale"))
    stale = serving.ready()[1]["stale"]
    assert (len(stale["kept"]), stale["not_in_force"], stale["whole_folder"]) == (1, [], False)
    assert "mara" not in json.dumps(serving.ready())
    log = serving.log.read_text()
    assert f"mara.md:5 ({stale['kept'][0]})" in log
    until(lambda: "policies reloaded: 2 policies" in serving.log.read_text())

    # A bad file that never was good can put nothing in force.
    bad = serving.write("worse.md", "nothing")
    until(lambda: serving.status() == (503, "not ready"))
    assert len(serving.ready()[1]["stale"]["not_in_force"]) == 1
    assert httpx.get(f"{serving.url()}/healthz").status_code == 200
    bad.unlink()
    serving.write("mara.md", POLICY.format(id="mara"))
    until(lambda: serving.status() == (200, "degraded"))

    # The folder is deleted, and put back.
    away = serving.folder / "away"
    shutil.copytree(serving.folder / "prompts", away)
    shutil.rmtree(serving.folder / "prompts")
    until(lambda: serving.status() == (200, "stale"))
    assert serving.ready()[1]["stale"]["whole_folder"] is True
    answer = httpx.post(f"{serving.url()}/v1/chat/completions", json=ASK)
    assert "Hello." not in answer.text
    away.rename(serving.folder / "prompts")
    until(lambda: serving.status() == (200, "degraded"))

    # It is emptied, as when a volume is not mounted.
    for file in (serving.folder / "prompts/policies").iterdir():
        file.unlink()
    until(lambda: serving.status() == (200, "stale"))
    answer = httpx.post(f"{serving.url()}/v1/chat/completions", json=ASK)
    assert "Hello." not in answer.text
    assert not any("Quill" in json.dumps(line) for line in serving.lines())


def test_a_browser_is_let_in_from_where_the_setting_says(
    serving: Serving, upstream: MockUpstream
) -> None:
    chat = f"{serving.url()}/v1/chat/completions"
    asks = {"Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, x-stainless-os"}  # fmt: skip
    good = httpx.options(chat, headers={"Origin": "https://app.example.com", **asks})
    assert good.status_code == 200
    assert good.headers["access-control-allow-origin"] == "https://app.example.com"
    assert "x-stainless-os" in good.headers["access-control-allow-headers"]
    assert httpx.options(chat, headers={"Origin": "https://evil.example.com", **asks}).is_error
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
    for status in (200, 400):
        upstream.script = [Said(upstream.script[0].body, status)]
        reply = httpx.post(chat, json=body, headers={"Origin": "https://app.example.com"})
        assert reply.status_code == status
        assert reply.headers["access-control-allow-origin"] == "https://app.example.com"
        other = httpx.post(chat, json=body, headers={"Origin": "https://evil.example.com"})
        assert "access-control-allow-origin" not in other.headers
    for path in ("/readyz", "/admin/forget", "/console/api/state", "/"):
        closed = httpx.options(f"{serving.url()}{path}", headers={
            "Origin": "https://app.example.com", **asks})  # fmt: skip
        assert "access-control-allow-origin" not in closed.headers


def refused(folder: Path, *words: str, **env: str) -> str:
    done = subprocess.run(
        [*BOXED, "serve", *words], cwd=folder, capture_output=True, text=True, check=False,
        timeout=120, env={**os.environ, "COLUMNS": "300", **env},
    )  # fmt: skip
    assert done.returncode == 2, done.stdout
    return done.stderr


def test_a_port_in_use_is_noticed_before_anything_is_loaded(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        # A model that is not there: what is told first is done first.
        told = refused(tmp_path, "--port", port, "--upstream", f"local:{tmp_path}/nothing")
    assert f"127.0.0.1:{port} cannot be listened on" in told
    assert "--port" in told


def test_an_empty_folder_is_refused_unless_told(tmp_path: Path, upstream: MockUpstream) -> None:
    (tmp_path / "prompts/policies").mkdir(parents=True)
    (tmp_path / "bare").mkdir()
    for folder in ("prompts", "bare"):
        words = ("--port", "0", "--lexical", "--upstream", upstream.url, "--policies", folder)
        assert "no policy" in refused(tmp_path, *words)
    gateway = Serving(tmp_path, "--upstream", upstream.url, "--allow-no-policies",
                      "--log-format", "json")  # fmt: skip
    try:
        assert gateway.ready() == (200, {"status": "ok"})
        assert any("nothing is guarded" in str(line["event"]) for line in gateway.lines())
        gateway.write("mara.md", POLICY.format(id="mara"))
        until(lambda: "policies reloaded: 1 policies" in gateway.log.read_text())
    finally:
        gateway.end()


def test_what_is_wrong_with_the_keys_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    words = ("--port", "0", "--upstream", f"local:{tmp_path}/nothing")
    told = refused(tmp_path, *words, BOXED_KEYS=str(tmp_path / "no/keys.sqlite"))
    assert "no/keys.sqlite: its folder is missing; make the folder" in told
    assert "Traceback" not in told


def test_several_workers_share_no_store_in_a_folder(tmp_path: Path) -> None:
    told = refused(tmp_path, "--port", "0", "--workers", "2", BOXED_STORE="store")
    assert "setting 'workers'" in told
    assert "Chroma server" in told
