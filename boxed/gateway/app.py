"""The gateway's routes: OpenAI's API in front of a box.

app = create_app(box, GatewaySettings(key=SecretStr("sk-gateway")))
POST /v1/chat/completions, POST /v1/completions, GET /v1/models, GET /v1/models/{id},
/v1/responses and /v1/conversations, /v1/messages (Anthropic's), /v1/embeddings,
/v1/moderations, /v1/images, /v1/audio, /v1/rerank,
GET /healthz (the process lives), GET /readyz (requests can be answered; what is amiss),
POST /admin/forget (with a key of its own, and a store), GET /metrics (with that key),
GET /openapi.json (all of these), / and /console (where a console is served beside it)
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from boxed.api.chat import Body, Endpoint
from boxed.gateway.admin import ADMIN_FORGET, AdminForget
from boxed.gateway.asgi import headers_of, read_body, send_json
from boxed.gateway.contract import Beside, BoxLike, Fellows, Forgetting
from boxed.gateway.conversing import Conversing
from boxed.gateway.cors import Cors
from boxed.gateway.door import Door, keyring_of
from boxed.gateway.envelope import Envelope
from boxed.gateway.errors import invalid, unknown_url
from boxed.gateway.event_stream import EventStream, together
from boxed.gateway.exchange import answered, readable, send_stream
from boxed.gateway.health import Health, Live, State
from boxed.gateway.kept import kept_by
from boxed.gateway.messages import Messages, MessageTokens
from boxed.gateway.metrics import METRICS, Metrics, MetricsRoute
from boxed.gateway.openapi import OPENAPI, OpenApi
from boxed.gateway.parse import chat_request, within_limit
from boxed.gateway.pictures import Pictures
from boxed.gateway.ranking import Rerank
from boxed.gateway.responses import Conversations, KeptResponse, Responses, ResponseTokens
from boxed.gateway.settings import GatewaySettings
from boxed.gateway.sound import Speech, Transcripts
from boxed.gateway.vectors import Embeddings, Moderations
from boxed.keys.keyring import Keyring
from boxed.models.batches import batches_of

if TYPE_CHECKING:
    from boxed.gateway.traces import Traces

__all__ = ["create_app"]

# The admin route asks for a key of its own.
_OPEN = frozenset({"/healthz", "/readyz", OPENAPI, ADMIN_FORGET, METRICS})
_BESIDE = "/console/"


def create_app(
    box: BoxLike,
    settings: GatewaySettings | None = None,
    forgetting: Forgetting | None = None,
    fellows: Fellows | None = None,
    beside: Beside | None = None,
) -> Starlette:
    """The ASGI app in front of `box`, which it closes when it is shut down.

    With `forgetting` and an admin key, forget requests are carried out. `fellows` are the worker
    processes that this one is among; /readyz and /metrics then speak for all of them. `beside` has
    its routes beside the APIs, and is told of every request. Raises KeptError where conversations
    cannot be kept as the settings say, and KeyStoreError where virtual keys cannot be read.
    """
    chosen = settings or GatewaySettings()
    kept = kept_by(chosen)
    keyring = keyring_of(chosen)
    door = Door(chosen, keyring)
    state = State(box, keyring, fellows)
    metrics, traces = Metrics(state), _traces(chosen)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        try:
            async with _counting(keyring), state.telling():
                yield
        finally:
            if kept is not None:
                kept.close()
            if traces is not None:
                await asyncio.to_thread(traces.close)
            await box.close()

    app = Starlette(
        routes=[
            *_asked(box, chosen, Conversing(kept, box)),
            *_administered(chosen, forgetting, door, metrics),
            *(() if beside is None else beside.routes(door)),
            Route("/healthz", Live(), methods=["GET"]),
            Route("/readyz", Health(state), methods=["GET"]),
            Route(OPENAPI, OpenApi(lambda: app.routes), methods=["GET"]),
        ],
        middleware=_around(chosen, door, metrics, traces, beside),
        exception_handlers={404: _unknown_route, 405: _wrong_method},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


def _around(
    settings: GatewaySettings,
    door: Door,
    metrics: Metrics,
    traces: Traces | None,
    beside: Beside | None,
) -> list[Middleware]:
    """What every request passes on its way in and out."""
    envelope = Middleware(
        Envelope,
        door=door,
        open_paths=_OPEN if beside is None else _OPEN | {"/"},
        open_below=() if beside is None else (_BESIDE,),
        sinks=[told.tell for told in (metrics, traces, beside) if told is not None],
        around=metrics.running.track_inprogress,
    )
    if not settings.cors_origins:
        return [envelope]
    return [Middleware(Cors, origins=settings.cors_origins), envelope]


def _asked(box: BoxLike, settings: GatewaySettings, conversing: Conversing) -> tuple[Route, ...]:
    """What clients ask."""
    return (
        Route("/v1/chat/completions", _Completions(box, settings, "chat/completions"),
              methods=["POST"]),
        Route("/v1/completions", _Completions(box, settings, "completions"), methods=["POST"]),
        Route("/v1/messages", Messages(box, settings), methods=["POST"]),
        Route("/v1/messages/count_tokens", MessageTokens(box, settings), methods=["POST"]),
        Route("/v1/embeddings", Embeddings(box, settings), methods=["POST"]),
        Route("/v1/moderations", Moderations(box, settings), methods=["POST"]),
        *_others(box, settings),
        *_responses(box, settings, conversing),
        Route("/v1/models", _Models(box), methods=["GET"]),
        Route("/v1/models/{id:path}", _Models(box), methods=["GET"]),
    )  # fmt: skip


def _others(box: BoxLike, settings: GatewaySettings) -> Iterator[Route]:
    """Pictures, sound and rankings."""
    for path in ("images/generations", "images/edits"):
        yield Route(f"/v1/{path}", Pictures(box, settings, path), methods=["POST"])
    for path in ("audio/transcriptions", "audio/translations"):
        yield Route(f"/v1/{path}", Transcripts(box, settings, path), methods=["POST"])
    yield Route("/v1/audio/speech", Speech(box, settings), methods=["POST"])
    yield Route("/v1/rerank", Rerank(box, settings), methods=["POST"])


def _administered(
    settings: GatewaySettings,
    forgetting: Forgetting | None,
    door: Door,
    metrics: Metrics,
) -> tuple[Route, ...]:
    """What operators ask, each behind a key of its own."""
    return (
        Route(ADMIN_FORGET, AdminForget(forgetting, settings, door), methods=["POST"]),
        Route(METRICS, MetricsRoute(metrics, settings, door), methods=["GET"]),
    )


def _traces(settings: GatewaySettings) -> Traces | None:
    if settings.traces is None:
        return None
    # OpenTelemetry takes half a second to import; a gateway that sends no traces does without.
    made: Traces = importlib.import_module("boxed.gateway.traces").Traces(settings.traces)
    return made


@asynccontextmanager
async def _counting(keyring: Keyring | None) -> AsyncGenerator[None]:
    """While the app runs, what keys use is written down; at its end the last of it."""
    if keyring is None:
        yield
        return
    running = asyncio.create_task(keyring.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await keyring.close()


def _responses(
    box: BoxLike, settings: GatewaySettings, conversing: Conversing
) -> tuple[Route, ...]:
    kept, held = KeptResponse(conversing), Conversations(settings, conversing)
    return (
        Route("/v1/responses", Responses(box, settings, conversing), methods=["POST"]),
        Route("/v1/responses/input_tokens", ResponseTokens(box, settings, conversing),
              methods=["POST"]),
        Route("/v1/responses/{id}", kept, methods=["GET", "DELETE"]),
        Route("/v1/conversations", held, methods=["POST"]),
        Route("/v1/conversations/{id}", held, methods=["GET", "DELETE"]),
    )  # fmt: skip


class _Completions:
    """Both completion routes, whole and streamed."""

    def __init__(self, box: BoxLike, settings: GatewaySettings, endpoint: Endpoint) -> None:
        self._box = box
        self._limit = settings.max_body_bytes
        self._most_text = settings.max_text_chars
        self._own_key = settings.key is not None
        self._endpoint: Endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route_name"] = f"/v1/{self._endpoint}"
        headers = headers_of(scope)
        raw = await read_body(receive, headers, self._limit)
        request = chat_request(raw, headers, self._endpoint, own_key=self._own_key)
        within_limit(request.body, self._most_text)
        with readable():
            if request.body.get("stream"):
                stream = EventStream(batches_of(self._box, request), together)
                await send_stream(stream, scope, receive, send)
            else:
                reply = await answered(self._box, request, receive)
                await send_json(send, 200, reply.body if reply.raw is None else reply.raw)


class _Models:
    """The model list, or one model of it."""

    def __init__(self, box: BoxLike) -> None:
        self._box = box

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route_name"] = "/v1/models"
        listed = await self._box.models()
        wanted = scope["path_params"].get("id")
        if wanted is None:
            await send_json(send, 200, listed)
            return
        for model in cast("list[Any]", listed.get("data") or []):
            if isinstance(model, dict) and cast("Body", model).get("id") == wanted:
                await send_json(send, 200, cast("Body", model))
                return
        raise invalid(
            "The model does not exist; GET /v1/models lists those that do.",
            "model",
            status=404,
            code="model_not_found",
        )


async def _unknown_route(request: Request, error: Exception) -> Response:
    raise unknown_url()


async def _wrong_method(request: Request, error: Exception) -> Response:
    if request.url.path in (ADMIN_FORGET, METRICS):
        raise unknown_url()  # as if it were not there, which without a key it is not
    raise invalid(
        "Not allowed to use this method on this URL; completions take POST, models GET.",
        status=405,
        code="method_not_allowed",
    )
