"""Whose policies a request meets, by the header that a proxy sets; over real HTTP."""

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from box_books import policy
from mock_upstream import MockUpstream, Said, completion, running

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.models.openai_http import HttpModel
from prompts.book import book_of

ANSWER = "Mara Quill lives in Skerrow."
BOOK = book_of(
    [policy("mara", "Mara Quill", "refuse", tenants=("Acme", "Müller & Söhne")),
     policy("oran", "Oran Pell", "refuse", tenants=("Globex",))]
)  # fmt: skip


@pytest.fixture
def address(upstream: MockUpstream) -> Iterator[str]:
    upstream.script = [Said(completion(ANSWER))]
    box = Box(Models(HttpModel(upstream.url)), BOOK, tenants=["Initech"])
    with running(create_app(box)) as url:
        yield url


def ask(address: str, *headers: tuple[str, bytes]) -> tuple[int, Any]:
    place = urlsplit(address)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=30)
    body = json.dumps({"messages": [{"role": "user", "content": "Tell me of the north."}]}).encode()
    connection.putrequest("POST", "/v1/chat/completions")
    for name, value in (*headers, ("Content-Length", str(len(body)).encode())):
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer


def told(address: str, tenant: bytes | None) -> bool:
    headers = () if tenant is None else (("X-Boxed-Tenant", tenant),)
    status, answer = ask(address, *headers)
    assert status == 200
    return ANSWER in str(answer)


@pytest.mark.parametrize(
    "tenant",
    [b"acme", b"ACME", b"Acme ", "MÜLLER & söhne".encode(), "müller & söhne".encode("latin-1")],
)
def test_a_tenant_meets_its_policies_in_any_capitals(address: str, tenant: bytes) -> None:
    assert not told(address, tenant)


@pytest.mark.parametrize("tenant", [b"globex", b"GLOBEX", b"initech", b"INITECH"])
def test_another_known_tenant_does_not(address: str, tenant: bytes) -> None:
    assert told(address, tenant)


@pytest.mark.parametrize("tenant", [None, b"", b" ", b"acne", b"acme, globex", b"globex2", b"\xff"])
def test_an_unknown_tenant_meets_every_policy(address: str, tenant: bytes | None) -> None:
    assert not told(address, tenant)


@pytest.mark.parametrize("name", ["X-Boxed-Tenant", "x-boxed-tenant", "Authorization"])
def test_two_headers_are_an_error(address: str, name: str) -> None:
    status, answer = ask(address, ("X-Boxed-Tenant" if name[0] != "A" else name, b"acme"),
                         (name, b"globex"))  # fmt: skip
    assert status == 400
    assert "only once" in answer["error"]["message"]
    assert "globex" not in str(answer)
