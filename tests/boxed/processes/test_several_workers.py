"""`boxed serve --workers 2` as clients and operators meet it: one gateway, whoever answers."""

import json
import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from mock_upstream import MockUpstream, Said, completion, events, said
from polling import until
from serving_process import ASK, POLICY, Serving
from virtual_keys import make, spent_by

from boxed.processes.board import Board

pytestmark = pytest.mark.slow
PLAIN = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}


@pytest.fixture(scope="module")
def product() -> Iterator[MockUpstream]:
    mock = MockUpstream()
    mock.start()
    yield mock
    mock.stop()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, product: MockUpstream) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("workers")
    (folder / "prompts/policies").mkdir(parents=True)
    (folder / "prompts/policies/mara.md").write_text(POLICY.format(id="mara"), "utf-8")
    serving = Serving(
        folder, "--upstream", product.url, "--log-format", "json", "--workers", "2",
        BOXED_KEYS=str(folder / "keys.sqlite"), BOXED_OPEN_METRICS="true", BOXED_RETRIES="0",
        BOXED_GATEWAY_KEY="sk-own",
    )  # fmt: skip
    until(lambda: serving.ready()[1].get("workers") == {"serving": 2, "of": 2}, 30)
    yield serving
    serving.process.kill()
    serving.process.wait(20)


def ask(gateway: Serving, body: dict, key: str = "sk-own", path: str = "chat/completions"):
    """On a connection of its own: whichever worker takes it answers."""
    return httpx.post(
        f"{gateway.url()}/v1/{path}", json=body, headers={"Authorization": f"Bearer {key}"},
        timeout=20,
    )  # fmt: skip


def pids(gateway: Serving) -> dict[int, int]:
    """The process of each worker, as it said at its beginning."""
    return {line["worker"]: line["pid"] for line in gateway.lines() if "worker begins" in
            str(line["event"])}  # fmt: skip


def counted(gateway: Serving, name: str) -> float:
    text = httpx.get(f"{gateway.url()}/metrics").text
    found = re.findall(rf'^{name}\{{.*route="/v1/chat.*\}} ([\d.]+)$', text, re.MULTILINE)
    return sum(map(float, found))


def test_figures_of_all_workers_add_up(gateway: Serving) -> None:
    before, mark = counted(gateway, "boxed_requests_total"), len(gateway.lines())
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: ask(gateway, PLAIN).status_code, range(24)))
    assert replies == [200] * 24

    def by() -> Counter:
        lines = [x for x in gateway.lines()[mark:] if x.get("route") == "/v1/chat/completions"]
        return Counter(line["worker"] for line in lines)

    until(lambda: sum(by().values()) == 24)
    assert set(by()) == {1, 2}
    assert counted(gateway, "boxed_requests_total") == before + 24
    assert "boxed_workers 2.0" in httpx.get(f"{gateway.url()}/metrics").text


def test_a_keys_minute_holds_over_all_workers(gateway: Serving) -> None:
    key = make(str(gateway.folder / "keys.sqlite"), requests_a_minute=6)
    time.sleep(0.5)
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: ask(gateway, PLAIN, key), range(24)))
    assert Counter(reply.status_code for reply in replies) == {200: 6, 429: 18}
    assert all(int(r.headers["retry-after"]) > 40 for r in replies if r.status_code == 429)
    place = str(gateway.folder / "keys.sqlite")
    until(lambda: spent_by(place, key).requests == 6)
    assert spent_by(place, key).tokens == 12


def test_what_was_said_earlier_is_known_to_every_worker(
    gateway: Serving, product: MockUpstream
) -> None:
    product.script = [Said(completion("Drantmouth."))]
    last = None
    for turn in range(8):
        body = {"model": "m", "input": f"Turn {turn}", "previous_response_id": last}
        reply = ask(gateway, body, path="responses")
        assert reply.status_code == 200, reply.text
        last = reply.json()["id"]
    assert len(json.loads(product.heard[-1].raw)["messages"]) == 15


def test_an_edit_reaches_every_worker_and_each_reports_it(gateway: Serving) -> None:
    gateway.write("oran.md", POLICY.format(id="oran").replace("Mara", "Oran"))

    def reported() -> set[int]:
        return {x["worker"] for x in gateway.lines() if "reloaded: 2 policies" in str(x["event"])}

    until(lambda: reported() == {1, 2})
    until(lambda: gateway.status() == (200, "ok"))
    bad = gateway.write("worse.md", "nothing")
    until(lambda: gateway.status() == (503, "not ready"))
    until(lambda: gateway.ready()[1]["workers"].get("not_ready") == [1, 2])
    assert gateway.ready()[1]["workers"]["stale"] == [1, 2]
    bad.unlink()
    until(lambda: gateway.status() == (200, "ok"))


def test_a_worker_that_is_killed_comes_back_with_what_was_edited(gateway: Serving) -> None:
    before, mark = counted(gateway, "boxed_requests_total"), len(gateway.lines())
    gateway.write("ysolde.md", POLICY.format(id="ysolde").replace("Mara", "Ysolde"))
    until(lambda: gateway.log.read_text().count("reloaded: 3 policies") == 2)
    old = pids(gateway)
    os.kill(old[1], signal.SIGKILL)
    until(lambda: pids(gateway)[1] != old[1], 20)
    until(lambda: gateway.ready()[1].get("workers") == {"serving": 2, "of": 2}, 20)
    assert any("worker ended" in str(line["event"]) for line in gateway.lines()[mark:])
    question = {"model": "m", "messages": [{"role": "user", "content": "Who is Ysolde Quill?"}]}
    with ThreadPoolExecutor(8) as threads:
        texts = list(threads.map(lambda _: ask(gateway, question).text, range(16)))
    assert not any("Drantmouth" in text for text in texts)
    assert gateway.status() == (200, "ok")
    # What the dead one counted still counts.
    assert counted(gateway, "boxed_requests_total") == before + 16


def test_a_signal_has_the_files_read_by_all(gateway: Serving) -> None:
    mark = len(gateway.lines())
    gateway.process.send_signal(signal.SIGHUP)
    until(lambda: {x["worker"] for x in gateway.lines()[mark:] if "SIGHUP" in str(x["event"])}
          == {1, 2})  # fmt: skip
    assert ask(gateway, ASK).status_code == 200


def test_streams_are_answered_to_their_end_and_all_ends_together(
    gateway: Serving, product: MockUpstream
) -> None:
    words = [f"word{n} " for n in range(12)]
    product.script = [Said(pieces=events(said(*words)), pause=0.15)]
    ends: list[str] = []

    def stream() -> None:
        with httpx.stream(
            "POST", f"{gateway.url()}/v1/chat/completions", json={**PLAIN, "stream": True},
            headers={"Authorization": "Bearer sk-own"}, timeout=30,
        ) as reply:  # fmt: skip
            ends.append("".join(reply.iter_text()))

    threads = [threading.Thread(target=stream) for _ in range(6)]
    heard = len(product.heard)
    for thread in threads:
        thread.start()
    until(lambda: len(product.heard) == heard + 6)
    assert gateway.end() == 0
    for thread in threads:
        thread.join(30)
    assert len(ends) == 6
    assert all("word11" in text and text.endswith("data: [DONE]\n\n") for text in ends)
    assert all(not Path(f"/proc/{pid}").exists() for pid in pids(gateway).values())
    assert "Quill" not in gateway.log.read_text()


def test_a_board_shows_no_half_written_state() -> None:
    board, over = Board(2), threading.Event()

    def write() -> None:
        for n in range(3000):
            board.tell(2, {"n": n, "text": "x" * (n % 700)})
        over.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not over.is_set():
        state = board.told(2)
        assert state is None or len(state["text"]) == state["n"] % 700
    writer.join()
    assert board.told(1) is None
    board.wipe(2)
    assert board.told(2) is None
    with pytest.raises(ValueError, match="no worker 3"):
        board.told(3)
    with pytest.raises(ValueError, match="bytes"):
        board.tell(1, {"text": "x" * 20_000})
