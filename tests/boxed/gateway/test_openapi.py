"""The document that the gateway serves of itself, and what comes of requests made from it."""

import os
from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from box_books import policy
from hypothesis import HealthCheck, Phase, given, settings
from mock_upstream import running
from pydantic import SecretStr
from schemathesis.checks import CHECKS, load_all_checks

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.gateway.described import BODIES, SUMMARIES
from boxed.gateway.fake import FakeBox
from boxed.gateway.openapi import document
from boxed.gateway.settings import GatewaySettings
from boxed.models.fake import FakeModel
from prompts.book import book_of

pytestmark = pytest.mark.slow
EXAMPLES = int(os.environ.get("BOXED_FUZZ_EXAMPLES", "4"))
"""Requests of each route; `make fuzz` makes more."""
BOOK = book_of([policy("mara-quill", "Mara Quill", scope=("Who is Mara Quill?",))])
KEY = "sk-admin"
load_all_checks()
MET = CHECKS.get_by_names(["not_a_server_error", "content_type_conformance",
                           "response_schema_conformance"])  # fmt: skip


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    box = Box(Models(FakeModel(lambda body: "Certainly.")), BOOK)
    with running(create_app(box, GatewaySettings(admin_key=SecretStr(KEY)))) as url:
        yield url


def test_every_route_stands_in_it_with_its_methods() -> None:
    app = create_app(FakeBox())
    paths = document(app.routes)["paths"]
    for route in app.routes:
        path = route.path.replace("{id:path}", "{id}")  # type: ignore[attr-defined]
        methods = {method.lower() for method in route.methods - {"HEAD"}}  # type: ignore[attr-defined]
        assert set(paths[path]) == methods
    assert set(BODIES) <= set(SUMMARIES) <= set(paths)


def test_anybody_may_read_it() -> None:
    with running(create_app(FakeBox(), GatewaySettings(key=SecretStr("sk-1")))) as url:
        reply = httpx.get(f"{url}/openapi.json")
    assert reply.json()["openapi"] == "3.1.0"
    assert reply.json()["info"]["title"] == "Boxed"


def test_no_request_made_from_it_meets_a_fault(gateway: str) -> None:
    schema = schemathesis.openapi.from_url(f"{gateway}/openapi.json")
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck), derandomize="CI" in os.environ,
        )  # fmt: skip
        def ask(case: schemathesis.Case) -> None:
            nonlocal asked
            asked += 1
            if case.path in ("/metrics", "/admin/forget"):
                case.headers["Authorization"] = f"Bearer {KEY}"
            case.call_and_validate(checks=MET)

        ask()
    assert asked > EXAMPLES * 10


@pytest.mark.parametrize("path", sorted(BODIES))
def test_no_bytes_in_a_body_meet_a_fault(gateway: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    bodies = (b"", b"{", b"[]", b"null", b"7",
              b"\xff\xfe{}", b'{"model": 1}', b'{"messages": {}}', b'"x"',
              b'{"stream": "yes"}', b'{"input": [null], "messages": [null], "prompt": [null]}',
              b'{"model": "m", "messages": [{"role": "user", "content": [{"type": "text"}]}], '
              b'"max_tokens": 1e400}', b"[" * 3000, b'{"a":' * 3000)  # fmt: skip
    with httpx.Client(headers=headers) as client:
        for body in bodies:
            reply = client.post(f"{gateway}{path}", content=body)
            assert reply.status_code < 500, (path, body[:80], reply.text)
            assert reply.headers["content-type"].startswith("application/json")
