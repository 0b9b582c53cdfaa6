"""A Messages request as a chat request, so that one path screens, answers and guards both.

    as_chat({"model": "m", "max_tokens": 64, "system": "Be brief.",
             "messages": [{"role": "user", "content": "Hello"}]})
    -> {"model": "m", "messages": [system, user], "max_completion_tokens": 64}

Fields that this version has never heard of go on to the product, as they do in a chat, and are
screened like text.
"""

from __future__ import annotations

from typing import Any

from boxed.api.chat import Body
from boxed.api.fields import FieldError, a_list, a_text, an_object
from boxed.api.messages.blocks import messages_of, text_of_blocks

__all__ = ["as_chat"]

# Said in other words below, or without a meaning in a chat.
_SAID_ELSEWHERE = frozenset(
    ["messages", "system", "max_tokens", "stop_sequences", "tools", "tool_choice", "metadata",
     "stream", "thinking", "output_config", "output_format", "cache_control", "service_tier",
     "inference_geo", "speed"]
)  # fmt: skip
# A chat's own words, which would be heard beside those of this API.
_OF_CHATS = frozenset(
    ["n", "functions", "function_call", "response_format", "max_completion_tokens", "modalities",
     "audio", "logprobs", "suffix", "echo", "best_of", "stop", "prompt", "stream_options",
     "prediction", "web_search_options"]
)  # fmt: skip
_UNSEEN = {
    "container": "a container at the product",
    "mcp_servers": "tools that run at the product",
    "context_management": "compaction at the product",
}
_EFFORTS = {"max": "high", "xhigh": "high"}


def as_chat(body: Body, *, counts_only: bool = False) -> Body:
    """The same request as a chat; with ``counts_only`` without limits. Raises FieldError."""
    _refuse(body)
    limit = body.get("max_tokens")
    if not counts_only and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
        raise FieldError("'max_tokens' must be a whole number from 1 on.", "max_tokens")
    chat = {key: value for key, value in body.items() if key not in _SAID_ELSEWHERE}
    chat = {key: value for key, value in chat.items() if value is not None}
    first: list[Body] = []
    if body.get("system"):
        first = [{"role": "system", "content": text_of_blocks(body["system"], "system")}]
    said = messages_of(body.get("messages"))
    if not said:
        raise FieldError("'messages' must be a list with at least one message.", "messages")
    chat["messages"] = [*first, *said]
    if not counts_only:
        chat["max_completion_tokens"] = limit
    if body.get("stop_sequences"):
        chat["stop"] = [
            a_text(one, f"stop_sequences[{number}]")
            for number, one in enumerate(a_list(body["stop_sequences"], "stop_sequences"))
        ]
    user = an_object(body.get("metadata") or {}, "metadata").get("user_id")
    if isinstance(user, str):
        chat["user"] = user
    _format(body, chat)
    _tools(body, chat)
    if body.get("stream") and not counts_only:
        chat |= {"stream": body["stream"], "stream_options": {"include_usage": True}}
    return chat


def _refuse(body: Body) -> None:
    for field in _OF_CHATS & body.keys():
        raise FieldError(
            f"'{field}' is a field of chat completions; this API says it otherwise.", field
        )
    for field, what in _UNSEEN.items():
        if body.get(field) is not None:
            raise FieldError(
                f"'{field}' is not supported: it asks for {what}, which cannot be guarded.", field
            )


def _format(body: Body, chat: Body) -> None:
    """The schema of the reply, under its newer name or its older, and how long is thought."""
    config = an_object(body.get("output_config") or {}, "output_config")
    wanted = config.get("format") or body.get("output_format")
    if wanted is not None:
        form = an_object(wanted, "output_config.format")
        if form.get("type") != "json_schema":
            raise FieldError(
                "'output_config.format.type' must be json_schema.", "output_config.format.type"
            )
        schema = {"name": "answer", "strict": True, "schema": form.get("schema") or {}}
        chat["response_format"] = {"type": "json_schema", "json_schema": schema}
    effort = config.get("effort")
    if isinstance(effort, str):
        chat["reasoning_effort"] = _EFFORTS.get(effort, effort)


def _tools(body: Body, chat: Body) -> None:
    tools = [
        _tool(an_object(one, f"tools[{number}]"), f"tools[{number}]")
        for number, one in enumerate(a_list(body.get("tools") or [], "tools"))
    ]
    if not tools:
        return
    chat["tools"] = tools
    chosen = an_object(body.get("tool_choice") or {}, "tool_choice")
    kind = chosen.get("type")
    if kind in ("auto", "none"):
        chat["tool_choice"] = kind
    elif kind == "any":
        chat["tool_choice"] = "required"
    elif kind == "tool":
        name = a_text(chosen.get("name"), "tool_choice.name")
        chat["tool_choice"] = {"type": "function", "function": {"name": name}}
    elif kind is not None:
        raise FieldError("'tool_choice.type' must be auto, any, tool or none.", "tool_choice.type")
    if chosen.get("disable_parallel_tool_use"):
        chat["parallel_tool_calls"] = False


def _tool(tool: Body, where: str) -> Body:
    if tool.get("type", "custom") not in ("custom", None):
        raise FieldError(
            f"'{where}.type' must be custom; tools that run at the product are not supported.",
            f"{where}.type",
        )
    function: dict[str, Any] = {
        "name": a_text(tool.get("name"), f"{where}.name"),
        "parameters": an_object(tool.get("input_schema"), f"{where}.input_schema"),
    }
    if isinstance(tool.get("description"), str):
        function["description"] = tool["description"]
    if isinstance(tool.get("strict"), bool):
        function["strict"] = tool["strict"]
    return {"type": "function", "function": function}
