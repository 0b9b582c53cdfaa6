"""Two replicas behind the deployment's nginx, with PostgreSQL and a Chroma server, on this host.

A policy is edited, a replica is killed under load in the middle of a forget request, and nothing is
lost but the streams that it had begun.
"""

import json
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cheap_embedder import cheap_embed
from chroma_server import chroma_server
from ledger_samples import postgres_place
from mock_upstream import MockUpstream, Said, completion, events, said
from nginx import NGINX, nginx
from polling import until
from serving_process import ASK, POLICY, Serving
from virtual_keys import make, spent_by

from retrieval.chroma.store import open_store
from retrieval.ingesting.ingest import ingest
from retrieval.ledger.ledger import verify_ledger

pytestmark = pytest.mark.slow
PLAIN = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}
WORDS = [f"word{n} " for n in range(12)]
LETTERS = {
    "jane.txt": "Jane Roe was born in the mill at Dunmore and counted herons for thirty years.",
    "oran.txt": "Oran Pell kept the light at Skerrow and wrote down every ship that passed it.",
    "herons.txt": "Herons nest in March. They stand in shallow water and wait for small fish.",
}


@dataclass
class Stack:
    url: str
    replicas: list[Serving]
    database: str
    folder: Path
    key: str

    def ask(self, body: dict[str, Any], path: str = "chat/completions") -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}", "X-Boxed-Tenant": "somebody"}
        return httpx.post(f"{self.url}/v1/{path}", json=body, headers=headers, timeout=60)


@pytest.fixture
def stack(tmp_path: Path, upstream: MockUpstream, postgres_url: str) -> Iterator[Stack]:
    if NGINX is None:
        pytest.skip("no nginx is installed")
    database = postgres_place(postgres_url, f"replicas_{uuid4().hex}").location
    (tmp_path / "prompts/policies").mkdir(parents=True)
    (tmp_path / "prompts/policies/mara.md").write_text(POLICY.format(id="mara"), "utf-8")
    (tmp_path / "corpus").mkdir()
    for name, text in LETTERS.items():
        (tmp_path / "corpus" / name).write_text(text, "utf-8")
    with chroma_server(tmp_path / "chroma") as (store, _):
        with open_store(store, cheap_embed) as opened:
            ingest([tmp_path / "corpus"], opened)
        env = {
            "BOXED_KEYS": database, "BOXED_LEDGER": database, "BOXED_CONVERSATIONS": database,
            "BOXED_CONVERSATIONS_KEY": "0f" * 32, "BOXED_STORE": store, "BOXED_RETRIEVAL": "never",
            "BOXED_STORE_RECORDS": str(tmp_path / "records"), "BOXED_ADMIN_KEY": "sk-admin",
        }  # fmt: skip

        # A running gateway reads its keys now and then; one made before it starts it knows at once.
        key = make(database, requests_a_minute=10_000)

        def replica(number: int) -> Serving:
            words = ("--upstream", upstream.url, "--log-format", "json")
            return Serving(tmp_path, *words, log=f"log{number}", **env)

        with ThreadPoolExecutor(2) as threads:
            replicas = list(threads.map(replica, (1, 2)))
        addresses = [str(one.url()).removeprefix("http://") for one in replicas]
        with nginx(tmp_path / "nginx", addresses) as url:
            yield Stack(url, replicas, database, tmp_path, key)
        for one in replicas:
            one.process.kill()
            one.process.wait(20)


class Held:
    """Pieces of a stream, the later ones only when they are let go; comments come meanwhile."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.over, self._pieces = threading.Event(), pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces[:4]
        while not self.over.is_set():
            yield b": wait\n\n"
        yield from self._pieces[4:]


def forget(replica: Serving, subject: str) -> httpx.Response:
    return httpx.post(
        f"{replica.url()}/admin/forget", json={"subject": subject}, timeout=60,
        headers={"Authorization": "Bearer sk-admin"},
    )  # fmt: skip


class Load:
    """Whole requests one after the other on several connections, until it is told to stop."""

    def __init__(self, stack: Stack) -> None:
        self.statuses: list[int] = []
        self._stack, self._over = stack, threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(3)]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        headers = {"Authorization": f"Bearer {self._stack.key}"}
        with httpx.Client(headers=headers, timeout=60) as client:
            while not self._over.is_set():
                reply = client.post(f"{self._stack.url}/v1/chat/completions", json=PLAIN)
                self.statuses.append(reply.status_code)

    def stop(self) -> list[int]:
        self._over.set()
        for thread in self._threads:
            thread.join(60)
        return self.statuses


def stream(stack: Stack, texts: list[str]) -> None:
    """Read a stream to its end, wherever that is."""
    parts: list[str] = []
    headers = {"Authorization": f"Bearer {stack.key}"}
    body = {**PLAIN, "stream": True}
    try:
        with httpx.stream("POST", f"{stack.url}/v1/chat/completions", json=body, headers=headers,
                          timeout=60) as reply:  # fmt: skip
            parts += reply.iter_text()
    except httpx.TransportError:
        parts.append("(cut)")
    texts.append("".join(parts))


def six_streams(
    stack: Stack, upstream: MockUpstream, texts: list[str]
) -> tuple[Held, list[threading.Thread]]:
    """Streams that have all begun and are held; what each heard is added to ``texts``."""
    held = Held(events(said(*WORDS)))
    upstream.script = [Said(pieces=held, pause=0.05)]  # type: ignore[arg-type]
    streams = [threading.Thread(target=stream, args=(stack, texts)) for _ in range(6)]
    for one in streams:
        one.start()
    until(lambda: sum(b'"stream":true' in one.raw for one in upstream.heard) == 6, 20)
    return held, streams


def test_a_replica_that_is_killed_takes_only_its_streams_along(
    stack: Stack, upstream: MockUpstream
) -> None:
    upstream.script = [Said(completion("Oran Quill built it."))]
    dying, living = stack.replicas
    for _ in range(4):
        assert stack.ask(PLAIN).status_code == 200
    first = stack.ask({"model": "m", "input": "Hello"}, "responses").json()["id"]
    assert httpx.post(f"{stack.url}/admin/forget", json={}).status_code == 404

    # An edit reaches both.
    dying.write("oran.md", POLICY.format(id="oran").replace("Mara", "Oran"))
    for one in stack.replicas:
        until(lambda one=one: "reloaded: 2 policies" in one.log.read_text())
    assert not any("Oran" in stack.ask(PLAIN).text for _ in range(6))
    assert forget(living, "Jane Roe").json()["receipt"]["number"] == "R-000001"

    # One is killed with streams begun, whole requests under way, and a forget request.
    texts: list[str] = []
    held, streams = six_streams(stack, upstream, texts)
    upstream.script = [Said(completion("Fine."), delay=0.02)]
    load = Load(stack)
    until(lambda: len(load.statuses) > 20, 20)
    order = threading.Thread(target=_ignoring, args=(dying, "Oran Pell"))
    order.start()
    jobs = stack.folder / "records/jobs"
    until(lambda: any(jobs.glob("*")) or len(list(_receipts(stack))) > 1, 20)
    os.kill(dying.process.pid, signal.SIGKILL)
    held.over.set()
    mark = len(load.statuses)
    until(lambda: len(load.statuses) > mark + 30, 30)
    statuses = load.stop()
    order.join(60)
    for one in streams:
        one.join(60)
    assert set(statuses) == {200}
    whole = [text for text in texts if text.endswith("data: [DONE]\n\n")]
    cut = [text for text in texts if text not in whole]
    assert len(whole) + len(cut) == 6
    assert 1 <= len(cut) <= 5, "nginx spreads the streams over both replicas"
    assert all("word11" in text for text in whole)

    # The forget request that was cut short is finished by the other, and the ledger is whole.
    done = forget(living, "Oran Pell")
    assert done.status_code == 200, done.text
    assert done.json()["receipt"]["number"] == "R-000002"
    report = verify_ledger(stack.database)
    assert report.ok, report
    assert "ships" not in json.dumps(done.json())

    # What was said on either replica can be gone on from, and every token was counted.
    again = stack.ask({"model": "m", "input": "And?", "previous_response_id": first}, "responses")
    assert again.status_code == 200
    assert stack.ask(ASK).status_code == 200
    assert spent_by(stack.database, stack.key).requests > 20
    assert living.end() == 0


def _ignoring(replica: Serving, subject: str) -> None:
    try:
        forget(replica, subject)
    except httpx.TransportError:
        return


def _receipts(stack: Stack) -> Iterator[Path]:
    yield from (stack.folder / "records").rglob("R-*.json")
