"""One address of data: who asks is let in, JSON is read, and faults are told in the API's shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl

import orjson
from pydantic import BaseModel, ValidationError
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from boxed.api.chat import Body
from boxed.console.access import Access, Way
from boxed.gateway.asgi import headers_of, read_body, send_json
from boxed.gateway.errors import RequestError, invalid
from boxed.keys.errors import KeyStoreError
from boxed.models.errors import error_body
from boxed.settings import SettingsError
from prompts.errors import BookError, PromptError
from retrieval.ledger.errors import LedgerError
from retrieval.store import StoreError

__all__ = ["API", "Asked", "Serve", "data_route", "fields_of", "not_there"]

API = "/console/api"
_LIMIT = 4_000_000
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for data: how its sender got in, and what it says. ``key`` is a key's public id."""

    way: Way
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[bytes, bytes]
    body: Mapping[str, Any]
    key: str


Serve = Callable[[Asked], Awaitable[Body]]


def data_route(access: Access, path: str, method: str, serve: Serve) -> Route:
    """The route ``path`` below the API's address; ``serve`` answers, or raises RequestError."""
    return Route(f"{API}{path}", _Data(access, f"{API}{path}", serve), methods=[method])


def fields_of(model: type[BaseModel], asked: Asked) -> Any:
    """The body as a ``model``; raises RequestError that quotes no value."""
    try:
        return model.model_validate(asked.body)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or None
        raise invalid(f"The field '{field}' is not as it must be: {first['msg']}.", field) from None


def not_there(what: str) -> RequestError:
    """What was asked for is not there."""
    return invalid(f"There is no such {what}; it may have been removed meanwhile.", status=404)


class _Data:
    def __init__(self, access: Access, name: str, serve: Serve) -> None:
        self._access = access
        self._name = name
        self._serve = serve

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route_name"] = self._name
        way = await self._access.enter(scope)
        headers = headers_of(scope)
        body = _object(await read_body(receive, headers, _LIMIT))
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        asked = Asked(way, scope["path_params"], query, headers, body, scope.get("key_id", ""))
        try:
            told = await self._serve(asked)
        except BookError as error:
            raise _bad_files(error.errors) from None
        except SettingsError as error:
            raise invalid(str(error), code="not_possible") from None
        except (StoreError, LedgerError, KeyStoreError) as error:
            raise _failed(str(error)) from None
        except OSError as error:
            raise _failed(f"The disk failed: {error.strerror or 'no reason given'}.") from None
        await send_json(send, 200, told, _HEADERS)


def _object(raw: bytes) -> dict[str, Any]:
    if not raw:
        return {}
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise invalid("The body is not a JSON object.")
    return cast("dict[str, Any]", body)


def _bad_files(faults: tuple[PromptError, ...]) -> RequestError:
    """Faults in the words of `boxed policy check`; they go to whoever edits, and into no log."""
    body = error_body("\n".join(map(str, faults)), "invalid_request_error", code="bad_file")
    body["error"]["faults"] = [
        {"line": fault.line, "problem": fault.problem, "remedy": fault.remedy} for fault in faults
    ]
    return RequestError(422, body)


def _failed(message: str) -> RequestError:
    return RequestError(503, error_body(message, "server_error", code="not_carried_out"))
