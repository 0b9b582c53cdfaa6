"""What operations see of a gateway: figures, traces and log lines; and what none of them holds.

Product, box, gateway and an OpenTelemetry collector over the network, with the official client.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path

import grpc
import httpx
import openai
import pytest
from box_books import policy
from mock_upstream import MockUpstream, Said, completion, events, running, said
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as sent
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as service
from places import ROOT
from polling import until
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from boxed.box import Box
from boxed.commands.logs import JsonLines
from boxed.deciding.snapshot import Models
from boxed.gateway.app import create_app
from boxed.gateway.settings import GatewaySettings
from boxed.models.openai_http import HttpModel
from prompts.book import book_of

BOOK = book_of([policy("mara-quill", "Mara Quill", scope=("Who is Mara Quill?",))])
KEY, ADMIN = "sk-gateway-5f3c", "sk-admin-77aa"
PLAIN, PLAIN_REPLY = "What is the capital of Wexolia?", "Drantmouth, of course."
NAMED = "Where was Mara Quill born?"
REFUSED = {"result": "refused", "status": "401"}
TRACE = "0af7651916cd43dd8448eb211c80319c"
SECRET = ("Wexolia", "capital", "Drantmouth", "Mara", "Quill", "born", "mara-quill", KEY, ADMIN,
          "typed-path", "odd-model")  # fmt: skip


class Collector(service.TraceServiceServicer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.spans = []
        self.raw = b""

    def Export(self, request, context):
        self.raw += request.SerializeToString()
        self.spans += [
            span for part in request.resource_spans for scope in part.scope_spans
            for span in scope.spans
        ]  # fmt: skip
        return sent.ExportTraceServiceResponse()


@pytest.fixture
def collector() -> Iterator[tuple[Collector, str]]:
    kept, server = Collector(), grpc.server(futures.ThreadPoolExecutor(2))
    service.add_TraceServiceServicer_to_server(kept, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield kept, f"http://127.0.0.1:{port}"
    server.stop(None)


class Kept(logging.Handler):
    """Log lines as both forms write them."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [record.getMessage(), JsonLines().format(record)]


@pytest.fixture
def lines() -> Iterator[list[str]]:
    kept, root = Kept(), logging.getLogger("boxed")
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    yield kept.lines
    root.removeHandler(kept)
    root.setLevel(level)


def settings(**more):
    return GatewaySettings(**{"key": SecretStr(KEY), "admin_key": SecretStr(ADMIN)} | more)


def ask(url: str, question: str, **more):
    client = openai.OpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0)
    turns = [{"role": "user", "content": question}]
    return client.chat.completions.create(model="odd-model", messages=turns, **more)


def figures(url: str) -> dict[tuple[str, frozenset], float]:
    reply = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {ADMIN}"})
    assert reply.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }


def value(found, name, **labels):
    return found.get((name, frozenset(labels.items())))


def some_of_everything(url: str, upstream: MockUpstream) -> None:
    upstream.script = [Said(completion(PLAIN_REPLY))]
    assert ask(url, PLAIN).choices[0].message.content == PLAIN_REPLY
    assert PLAIN_REPLY not in ask(url, NAMED).choices[0].message.content
    upstream.script = [Said(pieces=events(said("Drant", "mouth.")))]
    list(
        ask(
            url,
            PLAIN,
            stream=True,
            extra_headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"},
        )
    )
    upstream.script = [Said(json.dumps({"error": {"message": PLAIN}}).encode(), 400)]
    with pytest.raises(openai.BadRequestError):
        ask(url, PLAIN)
    assert httpx.post(f"{url}/v1/typed-path", headers={"Authorization": KEY}).status_code == 401


def test_figures_count_what_was_passed_guarded_and_refused(upstream):
    with running(
        create_app(Box(Models(HttpModel(upstream.url, retries=0)), BOOK), settings())
    ) as url:
        some_of_everything(url, upstream)
        # A request is counted once its last byte has left.
        until(lambda: value(figures(url), "boxed_requests_total", route="-", **REFUSED) == 1)
        found = figures(url)
    chat = "/v1/chat/completions"
    counted = {
        result: value(found, "boxed_requests_total", route=chat, result=result, status=status)
        for result, status in (("passed", "200"), ("guarded", "200"), ("refused", "400"))
    }
    assert counted == {"passed": 2, "guarded": 1, "refused": 1}
    assert value(found, "boxed_requests_total", route="-", **REFUSED) == 1
    assert value(found, "boxed_request_seconds_count", route=chat, result="passed") == 2
    assert value(found, "boxed_first_byte_seconds_count", route=chat, result="guarded") == 1
    assert value(found, "boxed_guarded_total", kind="person") == 1
    assert value(found, "boxed_phase_seconds_count", phase="screen") == 4
    assert value(found, "boxed_phase_seconds_count", phase="work") >= 1
    assert value(found, "boxed_book_info", digest=BOOK.digest[:12]) == 1
    assert value(found, "boxed_policies") == 1
    assert value(found, "boxed_ready") == 1
    assert value(found, "boxed_bytes_total", way="in") > 100
    # The request that reads the figures is the one that runs.
    assert value(found, "boxed_running") == 1


def test_a_reload_is_counted_and_its_book_named(upstream):
    box = Box(Models(HttpModel(upstream.url, retries=0)), BOOK)
    with running(create_app(box, settings())) as url:
        other = book_of([policy("jon-vale", "Jon Vale")])
        box.swap_book(other)
        found = figures(url)
    assert value(found, "boxed_reloads_total") == 1
    assert value(found, "boxed_book_info", digest=other.digest[:12]) == 1


@pytest.mark.parametrize(
    ("changes", "headers", "status"),
    [
        ({}, {}, 401),
        ({}, {"Authorization": f"Bearer {KEY}"}, 401),
        ({"admin_key": None}, {"Authorization": f"Bearer {ADMIN}"}, 404),
        ({}, {"Authorization": f"Bearer {ADMIN}"}, 200),
        ({"open_metrics": True}, {}, 200),
    ],
)
def test_figures_are_for_whoever_has_the_admin_key_unless_opened(
    upstream, changes, headers, status
):
    app = create_app(Box(Models(HttpModel(upstream.url)), BOOK), settings(**changes))
    with running(app) as url:
        assert httpx.get(f"{url}/metrics", headers=headers).status_code == status


def test_a_request_is_a_span_with_its_phases_below_the_client_s_own(upstream, collector):
    kept, endpoint = collector
    app = create_app(
        Box(Models(HttpModel(upstream.url, retries=0)), BOOK), settings(traces=endpoint)
    )
    with running(app) as url:
        some_of_everything(url, upstream)
    requests = [span for span in kept.spans if span.name == "chat boxed"]
    told = [{a.key: a.value for a in span.attributes} for span in requests]
    assert [one["boxed.result"].string_value for one in told] == [
        "passed", "guarded", "passed", "refused",
    ]  # fmt: skip
    guarded = requests[1]
    assert len(told[1]["boxed.policies"].array_value.values) == 1
    below = [span for span in kept.spans if span.parent_span_id == guarded.span_id]
    assert {"screen", "route", "work", "compose", "release"} <= {span.name for span in below}
    for span in below:
        assert guarded.start_time_unix_nano <= span.start_time_unix_nano
        assert span.end_time_unix_nano <= guarded.end_time_unix_nano
    assert requests[2].trace_id.hex() == TRACE
    assert requests[2].parent_span_id.hex() == "b7ad6b7169203331"


def test_no_sink_holds_a_prompt_a_reply_a_name_or_a_key(upstream, collector, lines):
    kept, endpoint = collector
    app = create_app(
        Box(Models(HttpModel(upstream.url, retries=0)), BOOK), settings(traces=endpoint)
    )
    with running(app) as url:
        some_of_everything(url, upstream)
        metrics = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {ADMIN}"}).text
    assert lines
    assert kept.raw
    for sink in (metrics, "\n".join(lines), kept.raw.decode("latin-1")):
        assert [word for word in SECRET if word.lower() in sink.lower()] == []


def test_a_collector_that_is_not_there_disturbs_no_answer(upstream):
    app = create_app(
        Box(Models(HttpModel(upstream.url)), BOOK), settings(traces="http://127.0.0.1:9")
    )
    upstream.script = [Said(completion(PLAIN_REPLY))]
    with running(app) as url:
        assert ask(url, PLAIN).choices[0].message.content == PLAIN_REPLY


def test_the_dashboard_asks_for_figures_that_there_are(upstream):
    board = json.loads((Path(ROOT) / "docs/grafana.json").read_text())
    asked = re.findall(r"boxed_\w+", json.dumps([panel["targets"] for panel in board["panels"]]))
    with running(create_app(Box(Models(HttpModel(upstream.url)), BOOK), settings())) as url:
        upstream.script = [Said(completion(PLAIN_REPLY))]
        ask(url, PLAIN)
        ask(url, NAMED)
        assert asked
        until(lambda: set(asked) <= {name for name, _ in figures(url)})
