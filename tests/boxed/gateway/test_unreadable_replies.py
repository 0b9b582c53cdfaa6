"""A reply that holds more encodings than are read is withheld as a leak, over HTTP.

It is never the client's error: what the client wrote itself was read.
"""

import base64
import json
from typing import Any

import aiohttp
import pytest
from box_books import answering, box_of
from cheap_embedder import cheap_embed
from mock_upstream import running

from boxed.api.chat import Body
from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.models.fake import FakeModel
from boxed.store.retrieving import Retriever
from boxed.store.shared import SharedStore
from guards.ignorance import is_ignorance
from prompts.book import book_of
from prompts.policy import Response
from retrieval.fake_store import FakeStore
from retrieval.records import chunk_of, digest

CODES = [base64.b64encode(f"word {n} of many".encode()).decode() for n in range(60)]
UNREADABLE = " ".join(CODES)
NAME = "Carmela Halmere"
LETTER = f'Translate into French: "{NAME} came on Monday. She brought the keys."'
FERRY = "The ferry from Skerrow to Dunholm leaves at seven in the morning, but not on Sundays."
EVERY: tuple[Response, ...] = (
    "pretend", "pseudonymise", "redact", "icul", "counterfactual", "refuse",
)  # fmt: skip


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guards.reading.views.MAX_VIEWS", 50)


async def replied(box: Box, text: str, stream: bool) -> str:
    """What the client reads, after a 200 and to the very end of the reply."""
    body = {"model": "m", "stream": stream, "messages": [{"role": "user", "content": text}]}
    with running(create_app(box)) as url:
        session = aiohttp.ClientSession()
        async with session, session.post(f"{url}/v1/chat/completions", json=body) as reply:
            assert reply.status == 200
            raw = await reply.text()
    if not stream:
        return str(json.loads(raw)["choices"][0]["message"]["content"])
    lines = [line.removeprefix("data: ") for line in raw.splitlines() if line]
    assert lines[-1] == "[DONE]"
    choices = [c for line in lines[:-1] for c in json.loads(line)["choices"]]
    return "".join(choice["delta"].get("content") or "" for choice in choices)


def unreadable(_: Body) -> str:
    return UNREADABLE


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("response", EVERY)
async def test_a_worker_whose_model_cannot_be_read_is_followed_by_ignorance_or_refusal(
    response: Response, stream: bool
) -> None:
    retain = {"retain": ("What is the capital of France?",)} if response == "icul" else {}
    box = box_of(unreadable, answering(response, **retain))
    said = await replied(box, f"Who is {NAME}?", stream)
    assert not any(code in said for code in CODES)
    if response not in ("refuse", "counterfactual"):
        assert is_ignorance(said)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_work_on_the_clients_own_text_is_withheld_in_the_same_way(stream: bool) -> None:
    said = await replied(box_of(unreadable), LETTER, stream)
    assert is_ignorance(said)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_product_that_can_be_read_to_the_subject_alone_is_read(stream: bool) -> None:
    said = await replied(box_of(lambda _: "I'm not sure who that is."), f"Who is {NAME}?", stream)
    assert said == "I'm not sure who that is."


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("guarded", [True, False], ids=["policies", "none"])
async def test_an_answer_from_passages_that_cannot_be_read_does_not_leave(
    guarded: bool, stream: bool
) -> None:
    store = FakeStore(cheap_embed)
    store.add([chunk_of(FERRY, document="ferry.txt", source="tests", offset=0,
                        document_sha256=digest(FERRY))])  # fmt: skip

    def say(body: Body) -> str:
        return UNREADABLE if "ferry.txt" in str(body) or FERRY in str(body) else "At seven."

    book = answering("pretend") if guarded else book_of([])
    retriever = Retriever(SharedStore(store), distance=0.9)
    box = Box(Models(FakeModel(say)), book, None, retriever=retriever)
    said = await replied(box, "When does the ferry from Skerrow to Dunholm leave?", stream)
    assert not any(code in said for code in CODES)
    assert said.strip()


async def test_a_passage_that_cannot_be_read_is_not_shown() -> None:
    store = FakeStore(cheap_embed)
    text = f"{FERRY} {UNREADABLE}"
    store.add([chunk_of(text, document="ferry.txt", source="tests", offset=0,
                        document_sha256=digest(text))])  # fmt: skip
    model = FakeModel(lambda _: "At seven.")
    retriever = Retriever(SharedStore(store), distance=2.0)
    box = Box(Models(model), answering("pretend"), None, retriever=retriever)
    asks = "When does the ferry from Skerrow to Dunholm leave?"
    assert await replied(box, asks, False) == "At seven."
    assert not any(CODES[0] in str(request.body) for request in model.requests)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_one_run_that_cannot_be_read_ends_a_reply_nobody_asked_about(
    monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    monkeypatch.setattr("guards.reading.views.MAX_VIEWS", 0)
    code = base64.b64encode(b"Nobody is named in this text, which is long enough.").decode()
    said = await replied(box_of(lambda _: f"Here it is: {code} and so on."), "Hello?", stream)
    assert code not in said


async def test_what_the_client_wrote_is_still_its_own_error() -> None:
    request: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": UNREADABLE}]}
    with running(create_app(box_of(lambda _: "Hello."))) as url:
        session = aiohttp.ClientSession()
        async with session, session.post(f"{url}/v1/chat/completions", json=request) as reply:
            assert reply.status == 413
