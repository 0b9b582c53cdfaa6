"""Virtual keys as clients meet them: official clients, a gateway, two products, real HTTP."""

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anthropic
import httpx
import openai
import pytest
from box_books import policy
from mock_upstream import MockUpstream, Said, chunk, completion, events, running, said
from polling import until
from pydantic import SecretStr
from virtual_keys import id_of, make, revoke, set_tenant, spent_by

from boxed.box import Box
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.gateway.settings import GatewaySettings
from boxed.keys.records import Spent
from boxed.models.openai_http import HttpModel
from prompts.book import book_of

ANSWER = "Mara Quill lives in Skerrow."
BOOK = book_of(
    [policy("mara", "Mara Quill", "refuse", tenants=("Acme",)),
     policy("oran", "Oran Pell", "refuse", tenants=("Globex",))]
)  # fmt: skip
HI: Any = [{"role": "user", "content": "Tell me of the north."}]


@pytest.fixture
def other() -> Iterator[MockUpstream]:
    mock = MockUpstream()
    mock.start()
    mock.script = [Said(completion("The other product."))]
    yield mock
    mock.stop()


class Admin:
    def __init__(self) -> None:
        self.orders: list[Any] = []

    def order(self, body: Any) -> Any:
        self.orders.append(body)
        return {"object": "forget.done"}


@contextmanager
def gateway(
    location: str, upstream: MockUpstream, other: MockUpstream | None = None, **more: Any
) -> Iterator[str]:
    upstreams = {"own": HttpModel(other.url, "sk-of-own", retries=0)} if other else {}
    box = Box(Models(HttpModel(upstream.url, "sk-product", retries=0)), BOOK, upstreams=upstreams)
    forgetting = more.pop("forgetting", None)
    settings = GatewaySettings(
        keys=SecretStr(location), upstreams=frozenset(upstreams),
        **{name: SecretStr(key) for name, key in more.items()},
    )  # fmt: skip
    with running(create_app(box, settings, forgetting)) as url:
        yield url


def client_of(url: str, key: str, **more: Any) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, **more)


def ask(url: str, key: str, **more: Any) -> Any:
    return client_of(url, key).chat.completions.create(model="m", messages=HI, **more)


def text_of(url: str, key: str, **more: Any) -> str:
    return str(ask(url, key, **more).choices[0].message.content)


def test_a_key_brings_its_tenant_and_no_header_says_otherwise(
    location: str, upstream: MockUpstream
) -> None:
    upstream.script = [Said(completion(ANSWER))]
    # All before the gateway: one that runs may know nothing of a new key for a moment.
    acme, globex, bare = make(location, "ACME"), make(location, "globex"), make(location)
    with gateway(location, upstream) as url:
        assert text_of(url, globex) == ANSWER
        assert text_of(url, acme) != ANSWER
        assert text_of(url, acme, extra_headers={"X-Boxed-Tenant": "acme"}) != ANSWER
        with pytest.raises(openai.PermissionDeniedError) as raised:
            ask(url, acme, extra_headers={"X-Boxed-Tenant": "globex"})
        assert raised.value.code == "wrong_tenant"
        assert text_of(url, bare) != ANSWER  # no tenant meets every policy
        with pytest.raises(openai.PermissionDeniedError):
            ask(url, bare, extra_headers={"X-Boxed-Tenant": "globex"})


def test_the_clients_key_stays_and_the_upstreams_goes(
    tmp_path: Path, upstream: MockUpstream, other: MockUpstream
) -> None:
    location = str(tmp_path / "keys.sqlite")
    set_tenant(location, "globex", upstream="own")
    plain, own = make(location, "initech"), make(location, "Globex")
    account = {"OpenAI-Organization": "org-1", "OpenAI-Project": "proj-1"}
    with gateway(location, upstream, other, key="sk-gate") as url:
        assert text_of(url, plain, extra_headers=account) == "Hello."
        assert text_of(url, own, extra_headers=account) == "The other product."
        assert text_of(url, "sk-gate") == "Hello."
        stream = ask(url, own, stream=True)
        assert "".join(c.choices[0].delta.content or "" for c in stream if c.choices) == (
            "The other product."
        )
        client_of(url, plain).models.list()
    for mock, key in ((upstream, "sk-product"), (other, "sk-of-own")):
        assert mock.heard
        for heard in mock.heard:
            assert heard.headers["Authorization"] == f"Bearer {key}"
            assert not set(account) & set(heard.headers)
            assert "bx-" not in str(heard)


@pytest.mark.parametrize("stream", [False, True])
def test_all_that_is_asked_for_a_key_is_asked_of_its_upstream(
    tmp_path: Path, upstream: MockUpstream, other: MockUpstream, stream: bool
) -> None:
    location = str(tmp_path / "keys.sqlite")
    text = make(location, "acme", upstream="own")
    other.script = [Said(completion("Nobody of that name is known to me."))]
    asked: Any = [{"role": "user", "content": "Who is Mara Quill? And who is Ada Lovelace?"}]
    with gateway(location, upstream, other) as url:
        client = client_of(url, text)
        reply = client.chat.completions.create(model="m", messages=asked, stream=stream)
        answer = "".join(map(str, reply)) if stream else str(reply)
    assert answer
    assert len(other.heard) >= 2  # the parts, and what the product's form is learnt from
    assert upstream.heard == []
    assert spent_by(location, text).tokens > 0


def test_a_key_of_an_upstream_that_is_not_set_up_reaches_no_other(
    tmp_path: Path, upstream: MockUpstream
) -> None:
    location = str(tmp_path / "keys.sqlite")
    text = make(location, upstream="gone")
    with gateway(location, upstream) as url, pytest.raises(openai.InternalServerError) as raised:
        ask(url, text)
    assert raised.value.code == "upstream_not_set_up"
    assert upstream.heard == []


def test_who_is_not_let_in_is_told_so_in_the_apis_own_shape(
    location: str, upstream: MockUpstream
) -> None:
    admin, old = make(location, scope="admin"), make(location, expires=1)
    good = make(location)
    with gateway(location, upstream, key="sk-gate") as url:
        for key in (old, "sk-wrong", good[:-1] + ("a" if good[-1] != "a" else "b"), "bx-"):
            with pytest.raises(openai.AuthenticationError) as raised:
                ask(url, key)
            assert raised.value.code == "invalid_api_key"
            assert key not in str(raised.value.body) or len(key) < 4
        for headers in ({}, {"Authorization": "Basic Zm9v"}, {"Authorization": good}):
            reply = httpx.post(f"{url}/v1/chat/completions", json={"messages": HI}, headers=headers)
            assert reply.status_code == 401
        with pytest.raises(openai.PermissionDeniedError) as denied:
            ask(url, admin)
        assert denied.value.code == "insufficient_scope"
        claude = anthropic.Anthropic(base_url=url, api_key="sk-wrong", max_retries=0)
        with pytest.raises(anthropic.AuthenticationError) as refused:
            claude.messages.create(model="m", max_tokens=5, messages=HI)
        assert refused.value.body["error"]["type"] == "authentication_error"  # type: ignore[index]
        claude = anthropic.Anthropic(base_url=url, api_key=good, max_retries=0)
        assert claude.messages.create(model="m", max_tokens=5, messages=HI).role == "assistant"
    assert len(upstream.heard) == 1


def test_a_revoked_key_is_refused_within_seconds(location: str, upstream: MockUpstream) -> None:
    text, stays = make(location), make(location)
    with gateway(location, upstream) as url:
        assert text_of(url, text) == "Hello."
        revoke(location, text)

        def is_refused() -> bool:
            try:
                ask(url, text)
            except openai.AuthenticationError as error:
                return "revoked" in str(error)
            return False

        until(is_refused, 4)
        assert text_of(url, stays) == "Hello."


def test_too_many_requests_a_minute(location: str, upstream: MockUpstream) -> None:
    text = make(location, requests_a_minute=2)
    with gateway(location, upstream) as url:
        for _ in range(2):
            ask(url, text)
        with pytest.raises(openai.RateLimitError) as raised:
            ask(url, text)
        assert raised.value.code == "rate_limit_exceeded"
        assert 1 <= int(raised.value.response.headers["retry-after"]) <= 60
        claude = anthropic.Anthropic(base_url=url, api_key=text, max_retries=0)
        with pytest.raises(anthropic.RateLimitError) as limited:
            claude.messages.create(model="m", max_tokens=5, messages=HI)
        assert limited.value.body["error"]["type"] == "rate_limit_error"  # type: ignore[index]
        assert "retry-after" in limited.value.response.headers
    assert len(upstream.heard) == 2


def test_a_months_tokens_are_counted_and_end(location: str, upstream: MockUpstream) -> None:
    text = make(location, "initech", tokens_a_month=5)
    with gateway(location, upstream) as url:
        for _ in range(3):
            ask(url, text)  # of two tokens, as the product says
        with pytest.raises(openai.RateLimitError) as raised:
            ask(url, text)
        assert raised.value.code == "insufficient_quota"
        assert int(raised.value.response.headers["retry-after"]) > 0
        assert raised.value.response.headers["x-should-retry"] == "false"
        client_of(url, text).models.list()
    assert spent_by(location, text) == Spent(6, 4)
    assert spent_by(location, tenant="Initech") == Spent(6, 4)
    with gateway(location, upstream) as url, pytest.raises(openai.RateLimitError):
        ask(url, text)


@pytest.mark.parametrize("counted", [True, False])
def test_what_a_stream_uses_is_counted_or_reckoned(
    tmp_path: Path, upstream: MockUpstream, counted: bool
) -> None:
    location = str(tmp_path / "keys.sqlite")
    text = make(location)
    usage = {"usage": {"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42}}
    last = [{**chunk({}), "choices": [], **usage}] if counted else []
    upstream.script = [Said(pieces=events([*said("word " * 20, "more " * 20), *last]))]
    with gateway(location, upstream) as url:
        chunks = list(ask(url, text, stream=True))
        assert len(chunks) >= 3
        with client_of(url, text).responses.stream(model="m", input="Tell me.") as stream:
            assert "word" in stream.get_final_response().output_text
    used = spent_by(location, text)
    assert used.requests == 2
    if counted:
        assert used.tokens == 84
    else:
        assert 2 * 50 <= used.tokens <= 2 * 70


def test_a_client_that_leaves_a_stream_pays_for_what_it_had(
    tmp_path: Path, upstream: MockUpstream
) -> None:
    location = str(tmp_path / "keys.sqlite")
    text = make(location)
    pieces = events(said(*["word " * 40] * 50))
    upstream.script = [Said(pieces=pieces, pause=0.05)]
    with gateway(location, upstream) as url:
        stream = ask(url, text, stream=True)
        for _, _ in zip(range(4), stream, strict=False):
            pass
        stream.response.close()
        assert upstream.given_up.wait(10)
        until(lambda: spent_by(location, text).tokens > 0)
        used = spent_by(location, text).tokens
        assert 100 <= used < 50 * 50
        # One that does not wait for a whole answer pays for its question.
        upstream.script = [Said(completion("Hello."), delay=5)]
        with pytest.raises(openai.APITimeoutError):
            client_of(url, text, timeout=0.3).chat.completions.create(
                model="m", messages=[{"role": "user", "content": "north " * 500}]
            )
        until(lambda: spent_by(location, text).tokens >= used + 700)


def test_a_product_that_fails_costs_nothing(tmp_path: Path, upstream: MockUpstream) -> None:
    location = str(tmp_path / "keys.sqlite")
    text = make(location, tokens_a_month=10)
    upstream.script = [Said(b"{}", 500)]
    with gateway(location, upstream) as url:
        for stream in (True, False):
            with pytest.raises(openai.InternalServerError):
                ask(url, text, stream=stream)
    assert spent_by(location, text) == Spent(0, 2)


@pytest.mark.parametrize("status", [400, 401, 500])
def test_a_product_that_repeats_its_key_is_not_quoted(
    tmp_path: Path, upstream: MockUpstream, status: int
) -> None:
    location = str(tmp_path / "keys.sqlite")
    text = make(location)
    error = {"message": "Bad key sk-product for this model.", "code": "sk-product"}
    upstream.script = [Said(json.dumps({"error": error}).encode(), status)]
    with gateway(location, upstream) as url:
        for stream in (True, False):
            with pytest.raises(openai.APIStatusError) as raised:
                ask(url, text, stream=stream)
            assert "sk-product" not in raised.value.response.text


def test_many_at_once_cannot_pass_a_budget_together(location: str, upstream: MockUpstream) -> None:
    text = make(location, tokens_a_month=60)
    upstream.script = [Said(completion("Hello."), delay=0.01)]
    with gateway(location, upstream) as url, ThreadPoolExecutor(12) as threads:

        def one(_: int) -> str:
            try:
                ask(url, text)
            except openai.RateLimitError as error:
                return str(error.code)
            return "answered"

        results = list(threads.map(one, range(150)))
    answered = results.count("answered")
    # Each is of two tokens, and whatever is let in beyond the budget is under way when it ends.
    assert 30 <= answered <= 31
    assert spent_by(location, text).tokens == 2 * answered
    assert set(results) <= {"answered", "rate_limit_exceeded", "insufficient_quota"}
    assert "insufficient_quota" in results


def test_admin_routes_take_keys_of_the_scope_admin(location: str, upstream: MockUpstream) -> None:
    admin, chat, forgetting = make(location, scope="admin"), make(location), Admin()
    with gateway(location, upstream, forgetting=forgetting) as url:

        def order(key: str) -> tuple[int, Any]:
            reply = httpx.post(
                f"{url}/admin/forget", json={}, headers={"Authorization": f"Bearer {key}"}
            )
            return reply.status_code, reply.json()

        assert order(admin) == (200, {"object": "forget.done"})
        assert order(chat)[0] == 403
        assert order("sk-nobody")[0] == 401
        assert order(admin[:-1] + "!")[0] == 401
    assert len(forgetting.orders) == 1
    with gateway(location, upstream, admin_key="sk-admin", forgetting=forgetting) as url:
        assert order("sk-admin")[0] == order(admin)[0] == 200


def test_what_one_key_keeps_another_does_not_meet(tmp_path: Path, upstream: MockUpstream) -> None:
    location = str(tmp_path / "keys.sqlite")
    one, two = make(location, "initech"), make(location, "initech")
    with gateway(location, upstream) as url:
        first = client_of(url, one).responses.create(model="m", input="Hi.")
        client_of(url, one).responses.retrieve(first.id)
        with pytest.raises(openai.NotFoundError):
            client_of(url, two).responses.retrieve(first.id)


def test_a_storage_that_is_gone_is_told_and_health_routes_stay_open(
    tmp_path: Path, upstream: MockUpstream
) -> None:
    location = str(tmp_path / "keys.sqlite")
    text = make(location)
    with gateway(location, upstream) as url:
        assert text_of(url, text) == "Hello."
        for file in tmp_path.glob("keys.sqlite*"):
            file.unlink()
        until(lambda: text_of(url, text) == "Hello." and "keys" in httpx.get(
            f"{url}/readyz").json().get("degraded", []), 8)  # fmt: skip
        assert httpx.get(f"{url}/healthz").status_code == 200


def test_no_log_answer_or_file_holds_a_key(
    tmp_path: Path, upstream: MockUpstream, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    location = str(tmp_path / "keys.sqlite")
    good, old = make(location, "initech"), make(location, revoked=1)
    wrong = good[:20] + old[20:]
    replies: list[str] = []
    with gateway(location, upstream, key="sk-gate-secret") as url:
        for key in (good, old, wrong, "sk-gate-secret", "sk-mine"):
            for path, body in (
                ("chat/completions", {"messages": HI}), ("messages", {"messages": HI}),
                ("responses", {"input": "Hi."}), ("nowhere", {}),
            ):  # fmt: skip
                reply = httpx.post(f"{url}/v1/{path}", json=body, headers={
                    "Authorization": f"Bearer {key}", "X-Api-Key": key})  # fmt: skip
                replies.append(reply.text + json.dumps(dict(reply.headers)))
        until(lambda: spent_by(location, good).requests > 0)
    stored = "".join(
        file.read_bytes().decode("latin-1") for file in tmp_path.iterdir() if file.is_file()
    )
    assert id_of(good) in stored
    assert f"key={id_of(good)}" in caplog.text
    for key in (good, old, wrong, "sk-gate-secret", "sk-mine"):
        for secret in (key, key[-30:]):
            assert secret not in stored
            assert secret not in caplog.text
            assert not any(secret in reply for reply in replies)
