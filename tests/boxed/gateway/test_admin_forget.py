"""POST /admin/forget on a real store."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cheap_embedder import cheap_embed
from pydantic import SecretStr

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.forgetting.service import ForgetService
from boxed.gateway.app import create_app
from boxed.gateway.fake import FakeBox
from boxed.gateway.settings import GatewaySettings
from boxed.models.fake import FakeModel
from boxed.settings import Settings
from boxed.store.retrieving import Retriever
from boxed.store.shared import SharedStore
from prompts.book import load_book
from retrieval.chroma.store import ChromaStore, open_store
from retrieval.ingesting.ingest import ingest

ADMIN = {"Authorization": "Bearer sk-admin"}
TEXTS = {
    "jane.txt": "Jane Roe was born in the mill at Dunmore and she counted herons for thirty years.",
    "herons.txt": "Herons nest in March. They stand in shallow water and wait for small fish.",
    "mill.txt": "The mill at Dunmore grinds oats and barley. Its wheel was mended in the spring.",
}


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[SharedStore[ChromaStore]]:
    (tmp_path / "corpus").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "corpus" / name).write_text(text)
    store = open_store(tmp_path / "store", cheap_embed)
    ingest([tmp_path / "corpus"], store)
    yield (shared := SharedStore(store))
    shared.close()


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    folder = tmp_path / "prompts"
    (folder / "policies").mkdir(parents=True)
    return folder


def client(box: Any, service: Any, **keys: str) -> httpx.AsyncClient:
    settings = GatewaySettings(**{name: SecretStr(key) for name, key in keys.items()})
    app = create_app(box, settings, service)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")


def boxed_with(
    shared: SharedStore[ChromaStore], prompts: Path
) -> tuple[Box, ForgetService, FakeModel]:
    model = FakeModel(lambda body: "Jane Roe did." if "Roe" in str(body) else "Hm.")
    box = Box(Models(model), load_book(prompts), retriever=Retriever(shared, distance=0.9))
    settings = Settings(policies=prompts)
    reload = lambda: box.swap_book(load_book(prompts))  # noqa: E731
    return box, ForgetService(shared, settings, cheap_embed, reload), model


async def test_a_subject_is_forgotten_while_the_gateway_serves(
    shared: SharedStore[ChromaStore], prompts: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    box, service, model = boxed_with(shared, prompts)
    question = {
        "model": "m", "messages": [{"role": "user", "content": "Who counted herons at the mill?"}]
    }  # fmt: skip
    async with client(box, service, key="sk-gate", admin_key="sk-admin") as http:
        gate = {"Authorization": "Bearer sk-gate"}
        before = await http.post("/v1/chat/completions", json=question, headers=gate)
        assert "Jane Roe did." in before.text
        ask = {"subject": "Jane Roe", "dry_run": True}
        dry = await http.post("/admin/forget", json=ask, headers=ADMIN)
        assert dry.status_code == 200
        assert (dry.json()["erase"], dry.json()["object"]) == (1, "forget.closure")
        assert "herons" not in dry.text
        slow = asyncio.create_task(
            http.post("/admin/forget", json={"subject": "Jane Roe"}, headers=ADMIN)
        )
        alive = await http.get("/healthz")
        assert alive.status_code == 200
        done = (await slow).json()
        assert done["receipt"]["number"] == "R-000001"
        assert done["receipt"]["erased"] == 1
        after = await http.post("/v1/chat/completions", json=question, headers=gate)
        assert "Roe" not in after.text
        assert "Roe was born" not in str(model.requests[-1].body)
        direct = {"messages": [{"role": "user", "content": "Where was Jane Roe born?"}]}
        told = await http.post("/v1/chat/completions", json=direct, headers=gate)
        assert "mill" not in told.text
        taken = await http.post("/admin/forget", json={"withdraw": "R-000001"}, headers=ADMIN)
        assert taken.json()["policies"] == 1
        assert box.snapshot.book.policies == ()
    assert "Roe" not in caplog.text.replace("Where was Jane Roe born?", "")


async def test_a_dry_run_shows_also_what_takes_most_of_the_store(
    shared: SharedStore[ChromaStore], prompts: Path
) -> None:
    _, service, _ = boxed_with(shared, prompts)
    most = {"subject": "Jane Roe", "aliases": ["Herons nest"], "policy": False}
    async with client(FakeBox(), service, admin_key="sk-admin") as http:
        dry = await http.post("/admin/forget", json={**most, "dry_run": True}, headers=ADMIN)
        assert dry.status_code == 200
        assert (dry.json()["erase"], dry.json()["takes_most"]) == (2, True)
        few = {"subject": "Jane Roe", "dry_run": True}
        assert not (await http.post("/admin/forget", json=few, headers=ADMIN)).json()["takes_most"]
        refused = await http.post("/admin/forget", json=most, headers=ADMIN)
        assert refused.status_code == 409
        assert "yes_all" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"subject": "Nobody Atall", "policy": False}, 404, "matches_nothing"),
        ({"about": "x", "subject": "Jane Roe"}, 400, None),
        ({"subject": "Jane Roe", "dryrun": True}, 400, None),
        ({"subject": 7}, 400, None),
        ({}, 400, None),
        ([], 400, None),
        ({"withdraw": "R-000009"}, 400, "not_possible"),
        ({"withdraw": "R-000009", "dry_run": True}, 400, None),
        ({"subject": "Jane Roe", "sealed": True}, 400, "not_possible"),
    ],
)
async def test_errors_have_the_apis_shape_and_hold_no_content(
    shared: SharedStore[ChromaStore], prompts: Path, body: Any, status: int, code: str | None
) -> None:
    _, service, _ = boxed_with(shared, prompts)
    async with client(FakeBox(), service, admin_key="sk-admin") as http:
        answer = await http.post("/admin/forget", json=body, headers=ADMIN)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code
    assert "Roe" not in error["message"]
    with shared.reading() as store:
        assert store is not None
        assert store.count() == 3


async def test_without_an_admin_key_the_route_is_not_there() -> None:
    class Never:
        def order(self, body: Any) -> Any:
            raise AssertionError("must not be reached")

    unknown = None
    for keys, headers in (({}, ADMIN), ({"key": "sk-gate"}, {"Authorization": "Bearer sk-gate"})):
        async with client(FakeBox(), Never(), **keys) as http:
            for method in ("POST", "GET"):
                answer = await http.request(method, "/admin/forget", headers=headers)
                assert answer.status_code == 404
                unknown = unknown or answer.json()
                assert answer.json() == unknown
            assert (await http.get("/nowhere", headers=headers)).json() == unknown
    async with client(FakeBox(), Never(), key="sk-gate", admin_key="sk-admin") as http:
        for headers in ({}, {"Authorization": "Bearer sk-gate"}, {"Authorization": "sk-admin"}):
            answer = await http.post("/admin/forget", json={}, headers=headers)
            assert answer.status_code == 401
            assert answer.json()["error"]["code"] == "invalid_api_key"


async def test_what_may_be_her_is_listed_and_goes_when_it_is_asked_for(
    shared: SharedStore[ChromaStore], prompts: Path, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("J. Roe asks for a new roof on the heron watch.")
    with shared.alone() as store:
        ingest([tmp_path / "letter.txt"], store)
    box, service, _ = boxed_with(shared, prompts)
    ask: dict[str, Any] = {"subject": "Jane Roe", "policy": False}
    async with client(box, service, key="sk-gate", admin_key="sk-admin") as http:
        done = (await http.post("/admin/forget", json=ask, headers=ADMIN)).json()
        [doubtful] = done["closure"]["undecided"]
        assert doubtful["reason"] == "initial and surname"
        assert done["receipt"]["undecided"] == 1
        again = await http.post("/admin/forget", json=ask, headers=ADMIN)
        assert (again.status_code, again.json()["error"]["code"]) == (409, "undecided")
        chosen = {**ask, "also": [doubtful["id"]]}
        last = (await http.post("/admin/forget", json=chosen, headers=ADMIN)).json()
        assert (last["receipt"]["erased"], last["receipt"]["undecided"]) == (1, 0)
