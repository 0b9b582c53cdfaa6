"""A Responses request as a chat request, so that one path screens, answers and guards both.

    as_chat({"model": "m", "instructions": "Be brief.", "input": "Hello", "stream": True})
    -> {"model": "m", "messages": [system, user], "stream": True, "stream_options": {...}}

Fields that this version has never heard of go on to the product, as they do in a chat, and are
screened like text. What would change who answers, or what a reply is, is refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from boxed.api.chat import Body
from boxed.api.fields import FieldError, a_list, a_text, an_object
from boxed.api.responses.items import messages_of

__all__ = ["as_chat", "says_something"]

# Said in other words below, echoed to the client only, or without a meaning in a chat.
_SAID_ELSEWHERE = frozenset(
    ["input", "instructions", "text", "reasoning", "tools", "tool_choice", "max_output_tokens",
     "top_logprobs", "include", "stream", "stream_options", "metadata", "store", "truncation",
     "previous_response_id", "conversation", "background", "max_tool_calls", "prompt_cache_options",
     "prompt_cache_retention", "background_options"]
)  # fmt: skip
# A chat's own words, which would be heard beside those of this API.
_OF_CHATS = frozenset(
    ["messages", "n", "functions", "function_call", "response_format", "max_tokens",
     "max_completion_tokens", "modalities", "audio", "logprobs", "suffix", "echo", "best_of",
     "prediction", "web_search_options"]
)  # fmt: skip
# With these the product would do or read what nobody here can see.
_UNSEEN = {
    "prompt": "a template that the product keeps",
    "context_management": "compaction at the product",
    "moderation": "moderation at the product",
    "multi_agent": "agents at the product",
}


def as_chat(body: Body, earlier: Sequence[Body] = ()) -> Body:
    """The same request as a chat, behind the messages of ``earlier``; raises FieldError."""
    _refuse(body)
    if not says_something(body) and not earlier:
        raise FieldError("Missing required parameter: 'input'.", "input")
    chat = {key: value for key, value in body.items() if key not in _SAID_ELSEWHERE}
    chat = {key: value for key, value in chat.items() if value is not None}
    first: list[Body] = []
    if body.get("instructions") is not None:
        said = a_text(body["instructions"], "instructions")
        first = [{"role": "system", "content": said}]
    asked = messages_of(body["input"]) if says_something(body) else []
    chat["messages"] = [*first, *earlier, *asked]
    if body.get("max_output_tokens") is not None:
        chat["max_completion_tokens"] = body["max_output_tokens"]
    _told_how(body, chat)
    _tools(body, chat)
    if body.get("stream"):
        chat |= {"stream": body["stream"], "stream_options": {"include_usage": True}}
    return chat


def says_something(body: Body) -> bool:
    """Does a request have an input of its own?"""
    return body.get("input") not in (None, [])


def _refuse(body: Body) -> None:
    for field in _OF_CHATS & body.keys():
        raise FieldError(
            f"'{field}' is a field of chat completions; this API says it otherwise.",
            field,
            "unknown_parameter",
        )
    for field, what in _UNSEEN.items():
        if body.get(field) is not None:
            raise FieldError(
                f"'{field}' is not supported: it asks for {what}, which cannot be guarded.",
                field,
                "unsupported_parameter",
            )
    if body.get("background"):
        raise FieldError(
            "'background' is not supported; ask without it, streamed if it takes long.",
            "background",
            "unsupported_parameter",
        )


def _told_how(body: Body, chat: Body) -> None:
    """The format of the reply, how long the model thinks, and log-probabilities."""
    text = an_object(body.get("text") or {}, "text")
    if text.get("verbosity") is not None:
        chat["verbosity"] = text["verbosity"]
    wanted = an_object(text.get("format") or {"type": "text"}, "text.format")
    if wanted.get("type") == "json_schema":
        schema = {key: value for key, value in wanted.items() if key != "type"}
        chat["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif wanted.get("type") == "json_object":
        chat["response_format"] = {"type": "json_object"}
    elif wanted.get("type") != "text":
        raise FieldError(
            "'text.format.type' must be text, json_object or json_schema.", "text.format.type"
        )
    reasoning = an_object(body.get("reasoning") or {}, "reasoning")
    if reasoning.get("effort") is not None:
        chat["reasoning_effort"] = reasoning["effort"]
    included = a_list(body.get("include") or [], "include")
    if body.get("top_logprobs") is not None or "message.output_text.logprobs" in included:
        chat |= {"logprobs": True, "top_logprobs": body.get("top_logprobs") or 0}


def _tools(body: Body, chat: Body) -> None:
    chosen = body.get("tool_choice")
    tools = [
        _tool(an_object(one, f"tools[{number}]"), f"tools[{number}]")
        for number, one in enumerate(a_list(body.get("tools") or [], "tools"))
    ]
    if isinstance(chosen, dict):
        chosen, tools = _choice(an_object(chosen, "tool_choice"), tools)
    if tools:
        chat["tools"] = tools
        if chosen is not None:
            chat["tool_choice"] = chosen
    else:
        # Products turn down a choice among no tools.
        chat.pop("parallel_tool_calls", None)


def _tool(tool: Body, where: str) -> Body:
    if tool.get("type") != "function":
        raise FieldError(
            f"'{where}.type' must be function; tools that run at the product are not supported.",
            f"{where}.type",
            "unsupported_value",
        )
    a_text(tool.get("name"), f"{where}.name")
    kept = {key: value for key, value in tool.items() if key != "type" and value is not None}
    return {"type": "function", "function": kept}


def _choice(chosen: Body, tools: list[Body]) -> tuple[Any, list[Body]]:
    """The choice as a chat says it, and the tools that are left to choose from."""
    if chosen.get("type") == "function":
        name = a_text(chosen.get("name"), "tool_choice.name")
        return {"type": "function", "function": {"name": name}}, tools
    if chosen.get("type") == "allowed_tools":
        allowed = [
            an_object(one, f"tool_choice.tools[{number}]").get("name")
            for number, one in enumerate(a_list(chosen.get("tools"), "tool_choice.tools"))
        ]
        left = [tool for tool in tools if tool["function"]["name"] in allowed]
        return chosen.get("mode") or "auto", left
    raise FieldError(
        "'tool_choice.type' must be function or allowed_tools.",
        "tool_choice.type",
        "unsupported_value",
    )
