"""``GET /openapi.json``: the routes that are there, for clients, gateways and fuzzers.

It is made of the route table, so no route is missing; what a route takes stands in ``described``,
and one that is not described there takes any JSON object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

import orjson
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from boxed.gateway.asgi import send_json
from boxed.gateway.described import BODIES, SUMMARIES

__all__ = ["OPENAPI", "OpenApi", "document"]

OPENAPI = "/openapi.json"
_CONVERTER = re.compile(r"\{(\w+):\w+\}")
_PARAMETER = re.compile(r"\{(\w+)\}")
_REFERENCE = "#/components/schemas/{model}"
_UNKEYED = frozenset({"/healthz", "/readyz", OPENAPI})
_OF_TEXT = frozenset({"/metrics"})
_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type"],
            "properties": {"message": {"type": ["string", "null"]}, "type": {"type": "string"}},
        }
    },
}


class OpenApi:
    """The route; the document is made when it is first asked for."""

    def __init__(self, routes: Callable[[], Sequence[BaseRoute]]) -> None:
        self._routes = routes
        self._made: bytes | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        scope["route_name"] = OPENAPI
        if self._made is None:
            self._made = orjson.dumps(document(self._routes()))
        await send_json(send, 200, self._made)


def document(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """An OpenAPI document of the routes."""
    models = sorted(set(BODIES.values()), key=lambda model: model.__name__)
    _, schemas = models_json_schema(
        [(model, "validation") for model in models], ref_template=_REFERENCE
    )
    paths: dict[str, Any] = {}
    for route in routes:
        if not isinstance(route, Route):
            continue
        path = _CONVERTER.sub(r"{\1}", route.path)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            paths.setdefault(path, {})[method.lower()] = _operation(path, method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Boxed",
            "version": version("boxed"),
            "description": "OpenAI's and Anthropic's APIs, with what is to be forgotten held back.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {**schemas.get("$defs", {}), "Error": _ERROR},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"key": []}],
    }


def _operation(path: str, method: str) -> dict[str, Any]:
    name = re.sub(r"\W+", "_", f"{method.lower()}{path}").strip("_")
    found: dict[str, Any] = {"operationId": name, "responses": _responses(path)}
    if path in SUMMARIES:
        found["summary"] = SUMMARIES[path]
    if path in _UNKEYED:
        found["security"] = []
    parameters = [
        {"name": word, "in": "path", "required": True, "schema": {"type": "string"}}
        for word in _PARAMETER.findall(path)
    ]
    if path.startswith("/v1/"):
        tenant = {"name": "X-Boxed-Tenant", "in": "header", "schema": {"type": "string"}}
        parameters.append({**tenant, "description": "Whose policies are met; a key may say it."})
    if parameters:
        found["parameters"] = parameters
    if method == "POST":
        found["requestBody"] = {"required": True, "content": {"application/json": _body(path)}}
    return found


def _body(path: str) -> dict[str, Any]:
    model = BODIES.get(path)
    if model is None:
        return {"schema": {"type": "object"}}
    return {"schema": {"$ref": _REFERENCE.format(model=model.__name__)}}


def _responses(path: str) -> dict[str, Any]:
    any_object = {"application/json": {"schema": {"type": "object"}}}
    good: dict[str, Any] = any_object
    if path in _OF_TEXT:
        good = {"text/plain": {"schema": {"type": "string"}}}
    elif path.startswith("/v1/"):
        good = {**any_object, "text/event-stream": {}}
    return {
        "200": {"description": "The answer", "content": good},
        "default": {
            "description": "An error, in the shape of the API",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        },
    }
