"""From the bytes of a request to a `ChatRequest`: parsed and checked once, at the edge.

The bytes travel on unchanged, so what is screened must be what the product will read. Where JSON
leaves that open (a key twice in one object, a key that some parsers read whatever its case) the
parsed body is sent instead, or the request is turned down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

import orjson

from boxed.api.chat import Body, ChatRequest, Endpoint, turns_of
from boxed.gateway.errors import invalid
from boxed.keys.caller import current

__all__ = ["chat_request", "forwarded", "parsed", "request_of", "tenant_of", "within_limit"]

_FORWARDED = {
    b"authorization": "Authorization",
    b"openai-organization": "OpenAI-Organization",
    b"openai-project": "OpenAI-Project",
}
_TENANT = b"x-boxed-tenant"
_DEEPEST = 100  # what reads a body goes into it level by level
_ESCAPED = re.compile(rb"\\.")
# Fields that decide what is screened or how it is answered.
_EXACT = frozenset({"messages", "prompt", "suffix", "stream", "model", "tools", "n", "stop"})
_EXACT_IN_MESSAGE = frozenset({"role", "content", "name", "tool_calls", "refusal", "text"})


def chat_request(
    raw: bytes, headers: Mapping[bytes, bytes], endpoint: Endpoint, *, own_key: bool
) -> ChatRequest:
    """The request of a client; raises RequestError.

    With `own_key` the Authorization header was meant for the gateway and stays here.
    """
    body = parsed(raw)
    sent = None if _has_repeated_keys(raw, body) else raw
    return request_of(body, headers, endpoint, own_key=own_key, raw=sent)


def request_of(
    body: Body,
    headers: Mapping[bytes, bytes],
    endpoint: Endpoint = "chat/completions",
    *,
    own_key: bool,
    raw: bytes | None = None,
) -> ChatRequest:
    """The request that asks `body`, checked; `raw` are its bytes. Raises RequestError."""
    _exact_keys(body, _EXACT, "")
    if endpoint == "chat/completions":
        _messages(body.get("messages"))
    else:
        _prompt(body.get("prompt"))
    if not isinstance(body.get("stream", False), bool | None):
        raise invalid("'stream' must be true or false.", "stream")
    return ChatRequest(body, raw, forwarded(headers, own_key), tenant_of(headers), endpoint)


def forwarded(headers: Mapping[bytes, bytes], own_key: bool) -> dict[str, str]:
    """The headers that go on to the product; never the key of a caller that it does not know."""
    own_key = own_key or current.get() is not None
    return {
        name: headers[key].decode("latin-1")
        for key, name in _FORWARDED.items()
        if key in headers and not (own_key and key == b"authorization")
    }


def tenant_of(headers: Mapping[bytes, bytes]) -> str | None:
    """The tenant that a request names, if any."""
    tenant = headers.get(_TENANT)
    return _text(tenant).strip() or None if tenant else None


def _text(header: bytes) -> str:
    """A header that proxies write in UTF-8 or, as HTTP once said, in Latin-1."""
    try:
        return header.decode()
    except UnicodeDecodeError:
        return header.decode("latin-1")


def within_limit(body: Body, most: int, param: str | None = None) -> None:
    """Raises RequestError where a request holds more than `most` characters of text to read.

    `param` is the client's field, where that is no chat's.
    """
    length = sum(len(turn.text) for turn in turns_of(body))
    if length > most:
        raise invalid(
            f"The request holds {length:,} characters of text, and at most {most:,} are read; "
            "send less, or raise max_text_chars.",
            param or ("prompt" if "prompt" in body else "messages"),
            status=413,
            code="text_too_long",
        )


def parsed(raw: bytes) -> Body:
    """The JSON object of a body; raises RequestError."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise invalid(
            "The body of your request is not valid JSON in UTF-8; send one JSON object."
        ) from None
    if not isinstance(body, dict):
        raise invalid("The body of your request must be a JSON object.")
    if raw.count(b"[") + raw.count(b"{") > _DEEPEST and _depth(body) > _DEEPEST:
        raise invalid(f"The body of your request is nested more than {_DEEPEST} deep.")
    return cast("Body", body)


def _depth(value: Any) -> int:
    """How deep lists and objects stand in one another."""
    depth, level = 0, [value]
    while level:
        depth += 1
        inner: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                inner += cast("dict[str, Any]", one).values()
            elif isinstance(one, list):
                inner += cast("list[Any]", one)
        level = [one for one in inner if isinstance(one, dict | list)]
    return depth


def _has_repeated_keys(raw: bytes, body: Body) -> bool:
    """Did parsing drop something? Then the bytes hold more quotation marks than the body needs."""
    return _quotes(raw) != _quotes(orjson.dumps(body))


def _quotes(text: bytes) -> int:
    """Quotation marks that begin or end a string."""
    if b"\\" in text:
        text = _ESCAPED.sub(b"", text)
    return text.count(b'"')


def _exact_keys(value: Mapping[str, Any], names: frozenset[str], place: str) -> None:
    for key in value:
        if key not in names and (folded := key.casefold()) in names:
            raise invalid(f"A field{place} differs from '{folded}' only in case.", folded)


def _messages(value: Any) -> None:
    if value is None:
        raise invalid("Missing required parameter: 'messages'.", "messages")
    if not isinstance(value, list) or not value:
        raise invalid("'messages' must be a list with at least one message.", "messages")
    for number, message in enumerate(cast("list[Any]", value)):
        place = f"messages[{number}]"
        if not isinstance(message, dict):
            raise invalid(f"'{place}' must be an object with a role and a content.", place)
        _message(cast("Body", message), place)


def _message(message: Body, place: str) -> None:
    _exact_keys(message, _EXACT_IN_MESSAGE, f" of {place}")
    if not isinstance(message.get("role"), str):
        raise invalid(f"'{place}.role' must be a string, such as 'user'.", f"{place}.role")
    content = message.get("content")
    if content is None or isinstance(content, str):
        return
    if not isinstance(content, list):
        raise invalid(
            f"'{place}.content' must be a string or a list of content parts.", f"{place}.content"
        )
    for number, part in enumerate(cast("list[Any]", content)):
        where = f"{place}.content[{number}]"
        if not isinstance(part, dict):
            raise invalid(f"'{where}' must be an object with a type.", where)
        _exact_keys(cast("Body", part), _EXACT_IN_MESSAGE, f" of {where}")
        text = cast("Body", part).get("text")
        if text is not None and not isinstance(text, str):
            raise invalid(f"'{where}.text' must be a string.", f"{where}.text")


def _prompt(value: Any) -> None:
    if value is None:
        raise invalid("Missing required parameter: 'prompt'.", "prompt")
    if isinstance(value, str):
        return
    prompts = cast("list[Any]", value) if isinstance(value, list) else []
    if not prompts or not all(isinstance(prompt, str) for prompt in prompts):
        raise invalid(
            "'prompt' must be a string or a list of strings; send text in place of token arrays.",
            "prompt",
        )
