"""Replies in the API's own shapes: a text as a chat completion, a reply as chunks, and back."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any, cast

from boxed.api.chat import Body
from boxed.api.json_instance import instance_of

_PIECE = re.compile(r"\S+\s*|\s+")


def completion(text: str, model: str) -> Body:
    """A chat-completion object with one choice that says ``text``."""
    message = {"role": "assistant", "content": text}
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex[:24]}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    }


def fixed_reply(text: str, request: Body, others: Sequence[str] = ()) -> Body:
    """A reply without a model, one choice for each that was asked for.

    The first says ``text``. The next say ``others`` in turn, as a model's drafts would differ, but
    not at temperature 0. Where the client demanded JSON, each is wrapped so that it still parses.
    """
    body = completion(in_format(text, request), str(request.get("model", "")))
    first = body["choices"][0]
    count = request.get("n")
    same = not others or request.get("temperature") == 0
    said = (text,) if same else (text, *others)
    body["choices"] = [
        {
            **first,
            "index": i,
            "message": {"role": "assistant", "content": in_format(said[i % len(said)], request)},
        }
        for i in range(count if isinstance(count, int) and count > 1 else 1)
    ]
    return body


def wants_json(request: Body) -> bool:
    """Did the client demand a reply that parses as JSON?"""
    wanted = request.get("response_format")
    if not isinstance(wanted, dict):
        return False
    return cast("dict[str, Any]", wanted).get("type") in ("json_object", "json_schema")


def in_format(text: str, request: Body) -> str:
    """``text``, or where the client demanded JSON a value that fits, with ``text`` in it."""
    if not wants_json(request):
        return text
    wanted = cast("dict[str, Any]", request["response_format"])
    if wanted["type"] == "json_object":
        return json.dumps({"answer": text}, ensure_ascii=False)
    schema = (wanted.get("json_schema") or {}).get("schema") or {}
    return json.dumps(instance_of(schema, text), ensure_ascii=False)


def still_json(text: str, request: Body) -> str:
    """``text`` if the client demanded no JSON or this is some, else a value with it inside."""
    if not wants_json(request):
        return text
    try:
        json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return in_format(text, request)
    return text


def joined_texts(texts: Sequence[str], request: Body) -> str:
    """Answers to the parts of a message as one: one below the other, or as one JSON value."""
    said = list(dict.fromkeys(part for text in texts if (part := text.strip())))
    if not wants_json(request) or len(said) < 2:
        return "\n\n".join(said)
    values = [json.loads(still_json(text, request)) for text in said]
    return json.dumps(reduce(_merged, values), ensure_ascii=False)


def _merged(one: Any, other: Any) -> Any:
    """Two values of one schema as a third: fields and items together, words one after the other."""
    if isinstance(one, dict) and isinstance(other, dict):
        ours, theirs = cast("Body", one), cast("Body", other)
        both = {key: _merged(ours[key], theirs[key]) for key in ours if key in theirs}
        return {**ours, **theirs, **both}
    if isinstance(one, list) and isinstance(other, list):
        return [*cast("list[Any]", one), *cast("list[Any]", other)]
    if isinstance(one, str) and isinstance(other, str) and one != other:
        return f"{one} {other}".strip()
    return one


def text_of(body: Body) -> str:
    """The content of the first choice, or the empty string."""
    choices = body.get("choices") or [{}]
    return str((choices[0].get("message") or {}).get("content") or choices[0].get("text") or "")


def texts_of_choices(body: Body) -> list[str]:
    """The content of every choice, empty where a choice has none."""
    return [text_of({"choices": [choice]}) for choice in body.get("choices") or []]


def with_texts(body: Body, texts: Sequence[str]) -> Body:
    """The same reply with other contents in its choices, and no calls of tools."""
    choices: list[Body] = []
    for index, (choice, text) in enumerate(zip(body["choices"], texts, strict=False)):
        message = {"role": "assistant", "content": text}
        reason = choice.get("finish_reason") or "stop"
        reason = "stop" if reason in ("tool_calls", "function_call") else reason
        choices.append({"index": index, "message": message, "finish_reason": reason})
    return {**body, "choices": choices}


def added_usage(bodies: list[Body]) -> Body:
    """Token counts of several model calls, added up."""
    total = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    for body in bodies:
        for key in total:
            value = (body.get("usage") or {}).get(key)
            total[key] += value if isinstance(value, int) else 0
    return total


def streamed(body: Body, endpoint: str, include_usage: bool) -> list[Body]:
    """What a product answered whole, as the stream that was asked for; nothing is taken on trust.

    A completion's choices stay as they are, and so do those that are chunks already.
    """
    choices: list[Body] = body["choices"]
    if endpoint == "chat/completions" and not any("delta" in choice for choice in choices):
        sound = [{"index": n, **one, "message": _message(one)} for n, one in enumerate(choices)]
        out = list(chunks({**body, "choices": sound}, include_usage))
    else:
        out = [{**body}]
    known = ("id", "object", "created", "model", "choices", "usage", "system_fingerprint")
    rest = {key: value for key, value in body.items() if key not in known}
    return [{**out[0], **rest}, *out[1:]] if out else []


def _message(choice: Body) -> Body:
    """The message of a choice, without tool calls that are none."""
    message = choice.get("message")
    fields = cast("Body", message) if isinstance(message, dict) else {}
    calls = fields.get("tool_calls")
    whole = isinstance(calls, list) and all(isinstance(one, dict) for one in cast("Any", calls))
    return fields if whole else {k: v for k, v in fields.items() if k != "tool_calls"}


def chunks(body: Body, include_usage: bool) -> Iterator[Body]:
    """A whole reply as a client of a stream would receive it."""
    head = {k: body[k] for k in ("id", "created", "model", "system_fingerprint") if k in body}
    head["object"] = "chat.completion.chunk"
    for choice in body["choices"]:
        index, message = choice["index"], choice["message"]
        yield _chunk(head, index, {"role": "assistant", "content": ""})
        for key, value in message.items():
            if key == "content" and isinstance(value, str) and choice.get("logprobs"):
                yield _chunk(head, index, {"content": value}, logprobs=choice["logprobs"])
            elif key == "content" and isinstance(value, str):
                pieces = cast("list[str]", _PIECE.findall(value))
                yield from (_chunk(head, index, {"content": piece}) for piece in pieces)
            elif key == "tool_calls" and value:
                listed = cast("list[Body]", value)
                calls = [{**call, "index": n} for n, call in enumerate(listed)]
                yield _chunk(head, index, {"tool_calls": calls})
            elif key not in ("role", "tool_calls") and value:
                yield _chunk(head, index, {key: value})
        yield _chunk(head, index, {}, choice.get("finish_reason") or "stop")
    if include_usage:
        yield {**head, "choices": [], "usage": body.get("usage")}


def _chunk(head: Body, index: int, delta: Body, finish: str | None = None, **more: Any) -> Body:
    return {**head, "choices": [{"index": index, "delta": delta, "finish_reason": finish, **more}]}
