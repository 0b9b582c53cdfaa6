"""``GET /metrics``: the gateway in numbers, for Prometheus.

    metrics = Metrics(state)
    metrics.tell(handled)          # after each request
    metrics.text()                 # what Prometheus reads

Labels come from short lists of the gateway's own: no name, model or path that a client wrote.
Worker processes count in files that they share, so each gives the sum of all, the dead included.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector
from starlette.types import Receive, Scope, Send

from boxed.gateway.asgi import send_bytes
from boxed.gateway.door import Door
from boxed.gateway.errors import unknown_url
from boxed.gateway.handled import Handled
from boxed.gateway.health import State
from boxed.gateway.settings import GatewaySettings

__all__ = ["METRICS", "Metrics", "MetricsRoute"]

METRICS = "/metrics"
_KIND = b"text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """Counts what is handled; one for each gateway."""

    def __init__(self, state: State) -> None:
        """``state`` is looked at when the figures are read."""
        made = CollectorRegistry()
        by = ("route", "result")
        self._requests = Counter(
            "boxed_requests", "Requests by what became of them.", (*by, "status"), registry=made
        )
        self._seconds = Histogram(
            "boxed_request_seconds", "From a request's arrival to its last byte.", by,
            buckets=_SECONDS, registry=made,
        )  # fmt: skip
        self._first = Histogram(
            "boxed_first_byte_seconds", "From a request's arrival to the first byte of its reply.",
            by, buckets=_SECONDS, registry=made,
        )  # fmt: skip
        self._phases = Histogram(
            "boxed_phase_seconds", "What the box's own phases and the product took.", ("phase",),
            buckets=_SECONDS, registry=made,
        )  # fmt: skip
        self._kinds = Counter(
            "boxed_guarded", "Requests that concerned a policy, by its kind.", ("kind",),
            registry=made,
        )  # fmt: skip
        self._workers = Counter(
            "boxed_answers", "Parts answered, by worker.", ("worker",), registry=made
        )
        self._bytes = Counter("boxed_bytes", "Bytes read and sent.", ("way",), registry=made)
        self._views = Counter(
            "boxed_views", "Decoded views of texts that were searched.", registry=made
        )
        self._tokens = Counter(
            "boxed_tokens", "Tokens of all calls to models, as these counted them.", ("part",),
            registry=made,
        )  # fmt: skip
        self._calls = Counter("boxed_model_calls", "Calls to models.", registry=made)
        self.running = Gauge(
            "boxed_running", "Requests being handled now.", multiprocess_mode="livesum",
            registry=made,
        )  # fmt: skip
        self._registry = made
        if state.fellows is not None:
            self._registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(self._registry)
        self._registry.register(_State(state))

    def tell(self, handled: Handled) -> None:
        """Count one request."""
        by, trace = (handled.route, handled.result), handled.audit.trace
        self._requests.labels(*by, str(handled.status)).inc()
        self._seconds.labels(*by).observe((handled.ended - handled.began) / 1e9)
        if handled.first_byte:
            self._first.labels(*by).observe((handled.first_byte - handled.began) / 1e9)
        for phase in trace.phases:
            self._phases.labels(phase.name).observe((phase.ended - phase.began) / 1e9)
        for kind in trace.kinds:
            self._kinds.labels(kind).inc()
        for worker in trace.workers:
            self._workers.labels(worker).inc()
        self._bytes.labels("in").inc(handled.bytes_in)
        self._bytes.labels("out").inc(handled.bytes_out)
        self._views.inc(handled.audit.tally.views)
        prompt, said = handled.audit.tokens()
        self._tokens.labels("prompt").inc(prompt)
        self._tokens.labels("reply").inc(said)
        self._calls.inc(trace.model_calls)

    def text(self) -> bytes:
        """All figures in Prometheus's text form."""
        return generate_latest(self._registry)


class _State(Collector):
    """How the gateway stands at the moment of reading: of its workers, the one that is worst."""

    def __init__(self, state: State) -> None:
        self._state = state

    def collect(self) -> Generator[Any]:
        every = list(self._state.every().values())
        book = InfoMetricFamily("boxed_book", "The book in force.", labels=("digest",))
        for digest in sorted({state["book"] for state in every}):
            book.add_metric((digest,), {})
        yield book
        policies = min((state["policies"] for state in every), default=0)
        yield GaugeMetricFamily("boxed_policies", "Policies in force.", policies)
        reloads = max((state["reloads"] for state in every), default=0)
        yield CounterMetricFamily("boxed_reloads", "Books put in force.", reloads)
        ready = float(all(state["reason"] is None for state in every))
        yield GaugeMetricFamily("boxed_ready", "1 while requests can be answered.", ready)
        for name, told in (("stale", "some policy file"), ("degraded", "a model")):
            yield GaugeMetricFamily(
                f"boxed_{name}",
                f"1 while {told} is not as it should be.",
                float(any(name in state["amiss"] for state in every)),
            )
        yield GaugeMetricFamily("boxed_workers", "Processes that serve.", len(every))


class MetricsRoute:
    """The route: for administrators, or for all where the settings say so."""

    def __init__(self, metrics: Metrics, settings: GatewaySettings, door: Door) -> None:
        self._metrics, self._open, self._door = metrics, settings.open_metrics, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; without anybody who may ask it is as if it were not there."""
        scope["route_name"] = METRICS
        if not self._open:
            if not self._door.takes_admins:
                raise unknown_url()
            await self._door.enter_admin(scope)
        await send_bytes(send, 200, self._metrics.text(), _KIND)
