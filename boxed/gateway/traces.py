"""Each request as an OpenTelemetry trace, by the conventions for generative AI, without content.

    traces = Traces("http://collector:4317")
    traces.tell(handled)
    traces.close()

A request is one span, with a span for each phase below it; where the client sent a ``traceparent``
the request is a child of the client's span. Attributes are counts and words of the gateway's own:
the conventions' messages, and models as clients wrote them, are never set.
"""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from boxed.gateway.handled import Handled

__all__ = ["Traces"]

_PATIENCE = 3
"""Seconds that a collector may take; the gateway's end waits no longer for one that is dead."""
_OPERATIONS = {
    "/v1/chat/completions": "chat",
    "/v1/responses": "chat",
    "/v1/messages": "chat",
    "/v1/completions": "text_completion",
    "/v1/embeddings": "embeddings",
}


class Traces:
    """Sends a trace for each answered request; what a collector does not take is dropped."""

    def __init__(self, endpoint: str, exporter: SpanExporter | None = None) -> None:
        """``endpoint`` is an OTLP collector's for gRPC, such as http://collector:4317."""
        sent = exporter or OTLPSpanExporter(
            endpoint=endpoint, insecure=not endpoint.startswith("https://"), timeout=_PATIENCE
        )
        self._provider = TracerProvider(resource=Resource.create({"service.name": "boxed"}))
        self._provider.add_span_processor(BatchSpanProcessor(sent))
        self._tracer = self._provider.get_tracer("boxed.gateway")
        self._parents = TraceContextTextMapPropagator()

    def tell(self, handled: Handled) -> None:
        """Make the spans of one request; routes that ask no model are passed over."""
        operation = _OPERATIONS.get(handled.route)
        if operation is None:
            return
        parent = self._parents.extract({"traceparent": handled.parent})
        audit = handled.audit
        prompt, said = audit.tokens()
        span = self._tracer.start_span(
            f"{operation} boxed",
            parent,
            SpanKind.SERVER,
            {
                "gen_ai.operation.name": operation,
                "gen_ai.provider.name": "boxed",
                "gen_ai.usage.input_tokens": prompt,
                "gen_ai.usage.output_tokens": said,
                "http.route": handled.route,
                "http.response.status_code": handled.status,
                "boxed.request.id": handled.id,
                "boxed.result": handled.result,
                "boxed.book": audit.book,
                "boxed.policies": sorted(audit.trace.policies),
                "boxed.policy.kinds": sorted(audit.trace.kinds),
                "boxed.workers": audit.trace.workers,
                "boxed.model_calls": audit.trace.model_calls,
                "boxed.views": audit.tally.views,
                "boxed.bytes.in": handled.bytes_in,
                "boxed.bytes.out": handled.bytes_out,
            },
            start_time=handled.began,
        )
        if handled.result == "failed":
            span.set_status(Status(StatusCode.ERROR))
        inside = trace.set_span_in_context(span)
        for phase in audit.trace.phases:
            child = self._tracer.start_span(phase.name, inside, start_time=phase.began)
            child.end(phase.ended)
        span.end(handled.ended)

    def close(self) -> None:
        """Send what waits, and stop."""
        self._provider.shutdown()
