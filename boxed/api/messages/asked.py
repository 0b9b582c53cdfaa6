"""A chat request as Anthropic's Messages request, for a product that speaks nothing else.

Sampling that this API has not (``n``, ``seed``, penalties, log-probabilities) is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from boxed.api.chat import Body, message_text
from boxed.api.fields import maybe_list, maybe_object

__all__ = ["as_messages"]

_DEFAULT_LIMIT = 4096
_SAID_ELSEWHERE = frozenset(
    ["messages", "max_tokens", "max_completion_tokens", "stop", "tools", "tool_choice", "user",
     "response_format", "reasoning_effort", "parallel_tool_calls", "stream", "stream_options"]
)  # fmt: skip
_UNKNOWN_THERE = frozenset(
    ["n", "seed", "logprobs", "top_logprobs", "logit_bias", "presence_penalty",
     "frequency_penalty", "verbosity", "store", "modalities", "audio", "service_tier",
     "prompt_cache_key", "safety_identifier", "functions", "function_call"]
)  # fmt: skip
_CHOICES: Mapping[str, Body] = {
    "auto": {"type": "auto"},
    "none": {"type": "none"},
    "required": {"type": "any"},
}


def as_messages(body: Body) -> Body:
    """The request's body; unknown fields stay."""
    skipped = _SAID_ELSEWHERE | _UNKNOWN_THERE
    out: Body = {key: value for key, value in body.items() if key not in skipped}
    limit = body.get("max_completion_tokens") or body.get("max_tokens")
    out["max_tokens"] = limit if isinstance(limit, int) else _DEFAULT_LIMIT
    told = [message_text(one) for one in body["messages"] if one.get("role") in _TELLING]
    if told:
        out["system"] = "\n\n".join(told)
    out["messages"] = _turns(body["messages"])
    if (stop := body.get("stop")) is not None:
        out["stop_sequences"] = [stop] if isinstance(stop, str) else stop
    if isinstance(body.get("user"), str):
        out["metadata"] = {"user_id": body["user"]}
    _format(body, out)
    _tools(body, out)
    return out


_TELLING = ("system", "developer")


def _turns(messages: list[Body]) -> list[Body]:
    """Messages in turns of the two: what tools gave is the user's."""
    out: list[Body] = []
    for message in messages:
        role = message.get("role")
        if role in _TELLING:
            continue
        said = "assistant" if role == "assistant" else "user"
        blocks = _assistants(message) if role == "assistant" else _users(message)
        if out and out[-1]["role"] == said:
            out[-1]["content"] += blocks
        elif blocks:
            out.append({"role": said, "content": blocks})
    return out


def _users(message: Body) -> list[Body]:
    content = message.get("content")
    if message.get("role") == "tool":
        text = content if isinstance(content, str) else message_text({"content": content})
        return [
            {"type": "tool_result", "tool_use_id": message.get("tool_call_id"), "content": text}
        ]
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content else []
    return [_block(maybe_object(part)) for part in maybe_list(content)]


def _assistants(message: Body) -> list[Body]:
    content = message.get("content")
    text = content if isinstance(content, str) else message_text({"content": content})
    # This API takes no block without a text, and none that ends in a blank at the very end.
    blocks: list[Body] = [{"type": "text", "text": text.rstrip()}] if text.strip() else []
    for call in map(maybe_object, maybe_list(message.get("tool_calls"))):
        function = maybe_object(call.get("function"))
        given = _object(function.get("arguments"))
        blocks.append(
            {"type": "tool_use", "id": call.get("id"), "name": function.get("name"), "input": given}
        )
    return blocks


def _block(part: Mapping[str, Any]) -> Body:
    kind = part.get("type")
    if kind == "image_url":
        return {"type": "image", "source": _source(str(maybe_object(part[kind]).get("url")))}
    if kind == "file":
        file = maybe_object(part.get("file"))
        return {"type": "document", "source": _source(str(file.get("file_data")))}
    return {"type": "text", "text": str(part.get("text", ""))}


def _source(address: str) -> Body:
    head, comma, data = address.partition(";base64,")
    if comma and head.startswith("data:"):
        return {"type": "base64", "media_type": head.removeprefix("data:"), "data": data}
    return {"type": "url", "url": address}


def _object(arguments: Any) -> Any:
    try:
        value = json.loads(arguments)
    except (ValueError, TypeError):
        return {}
    return value if isinstance(value, dict) else {}


def _format(body: Body, out: Body) -> None:
    config: Body = dict(maybe_object(out.get("output_config")))
    wanted = maybe_object(body.get("response_format"))
    if wanted.get("type") == "json_schema":
        schema = maybe_object(wanted.get("json_schema")).get("schema") or {}
        config["format"] = {"type": "json_schema", "schema": schema}
    if isinstance(effort := body.get("reasoning_effort"), str):
        config["effort"] = effort
    if config:
        out["output_config"] = config


def _tools(body: Body, out: Body) -> None:
    tools = [maybe_object(maybe_object(one).get("function")) for one in body.get("tools") or ()]
    if not tools:
        return
    out["tools"] = [
        {
            "name": tool.get("name"),
            "input_schema": tool.get("parameters") or {"type": "object"},
            **({"description": tool["description"]} if tool.get("description") else {}),
        }
        for tool in tools
    ]
    chosen = body.get("tool_choice")
    choice: Body = {}
    if isinstance(chosen, str) and chosen in _CHOICES:
        choice = dict(_CHOICES[chosen])
    elif isinstance(chosen, dict):
        name = maybe_object(maybe_object(chosen).get("function")).get("name")
        choice = {"type": "tool", "name": name}
    if body.get("parallel_tool_calls") is False:
        choice = {"type": "auto", **choice, "disable_parallel_tool_use": True}
    if choice:
        out["tool_choice"] = choice
