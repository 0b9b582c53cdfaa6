"""One chat request as it travels through the box, and the texts inside it.

A request is the JSON body of OpenAI's chat-completions call. ``raw`` holds the client's own bytes
for as long as nothing in the body was changed, so that an untouched request reaches the product
byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from guards.verdicts import Turn

Body = dict[str, Any]
Endpoint = Literal["chat/completions", "completions"]


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What a client asked; ``headers`` holds only those that are passed on to the product."""

    body: Body
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    tenant: str | None = None
    endpoint: Endpoint = "chat/completions"

    def with_body(self, body: Body) -> ChatRequest:
        """The same request with another body; the client's bytes no longer apply."""
        return ChatRequest(body, None, self.headers, self.tenant, self.endpoint)


@dataclass(frozen=True, slots=True)
class ChatReply:
    """A whole reply: the chat-completion object, and the product's own bytes while unchanged."""

    body: Body
    raw: bytes | None = None


# Fields of a request that hold no text which a model reads.
_SETTINGS = frozenset(
    ["model", "stream", "stream_options", "n", "temperature", "top_p", "max_tokens",
     "max_completion_tokens", "seed", "logprobs", "top_logprobs", "logit_bias", "presence_penalty",
     "frequency_penalty", "service_tier", "reasoning_effort", "verbosity", "parallel_tool_calls",
     "store", "modalities", "echo", "best_of"]
)  # fmt: skip
_ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
# Content parts that hold pictures or sound, and the fields that do: they stay as they are.
_MEDIA = frozenset({"image_url", "input_image", "input_audio", "audio_url", "video_url"})
_MEDIA_FIELDS = frozenset({"image_url", "input_audio", "audio_url", "video_url"})
# Words of the API and of JSON schemas, which no policy means.
_KEYWORDS = frozenset(
    ["type", "text", "content", "function", "name", "arguments", "id", "description", "parameters",
     "properties", "required", "schema", "json_schema", "strict", "enum", "items", "title",
     "image_url", "url", "detail", "file", "refusal", "tool_calls", "additionalProperties"]
)  # fmt: skip
_TYPES = frozenset(
    ["text", "input_text", "function", "object", "string", "number", "integer", "array", "boolean",
     "null", "json_schema", "json_object", "file", "refusal", *_MEDIA]
)  # fmt: skip


def map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Copy a JSON value with every string in it changed, the keys of inner objects too.

    Media parts of a message's content and ``data:`` URIs that hold no text stay as they are.
    """
    if isinstance(value, str):
        return value if _is_binary(value) else change(value)
    if isinstance(value, list):
        return [map_texts(item, change) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return _map_fields(cast("dict[str, Any]", value), change)
    return value


def _map_fields(fields: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    kind = fields.get("type")
    media = isinstance(kind, str) and kind in _MEDIA
    out: dict[str, Any] = {}
    for key, item in fields.items():
        alone = (media and key in _MEDIA_FIELDS) or (
            key == "type" and isinstance(item, str) and item in _TYPES
        )
        named = key if alone or key in _KEYWORDS else change(key)
        out[named] = item if alone else map_texts(item, change)
    return out


def _is_binary(text: str) -> bool:
    return text.startswith("data:") and not text.startswith(("data:text/", "data:application/json"))


def map_request(body: Mapping[str, Any], change: Callable[[str], str]) -> Body:
    """Copy a request body with every text that a model may read changed.

    Those are all strings but roles, media and sampling settings, in messages, tools, a response
    format, stop words, a completions prompt and fields that this project does not know.
    """
    out: Body = {}
    for key, value in body.items():
        if key in _SETTINGS:
            out[key] = value
        elif key == "messages":
            out[key] = [_map_message(message, change) for message in value]
        else:
            out[key] = map_texts(value, change)
    return out


def _map_message(message: Mapping[str, Any], change: Callable[[str], str]) -> Body:
    return {
        key: value if key == "role" and value in _ROLES else map_texts(value, change)
        for key, value in message.items()
    }


def texts_in(value: Any) -> list[str]:
    """List every string of a JSON value and every key of it, in order, without media."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    map_texts(value, note)
    return found


def message_text(message: Mapping[str, Any]) -> str:
    """Join all text of one message: content and parts first, then name, tool calls and the rest."""
    content = message.get("content")
    texts = [content] if isinstance(content, str) else texts_in(content)
    for key, value in message.items():
        if key not in ("content", "role") or (key == "role" and value not in _ROLES):
            texts += texts_in(value)
    return "\n".join(texts)


def turns_of(body: Mapping[str, Any]) -> tuple[Turn, ...]:
    """Read every message of a request as a role and its text, turn n being message n.

    Text beside the messages (tools, a response format, unknown fields) is one system turn behind
    them. Each prompt of a completions request is a user turn.
    """
    if "messages" in body:
        messages = cast("Sequence[Mapping[str, Any]]", body["messages"])
        turns = [Turn(str(m.get("role", "user")), message_text(m)) for m in messages]
    else:
        turns = [Turn("user", text) for text in prompts_of(body)]
    beside = [
        text
        for key, value in body.items()
        if key not in _SETTINGS and key not in ("messages", "prompt")
        for text in texts_in(value)
    ]
    return (*turns, Turn("system", "\n".join(beside))) if beside else tuple(turns)


def prompts_of(body: Mapping[str, Any]) -> list[str]:
    """List the prompts of a completions request; raises ValueError for token arrays."""
    prompt = body.get("prompt", "")
    prompts = cast("list[Any]", prompt) if isinstance(prompt, list) else [prompt]
    if not all(isinstance(text, str) for text in prompts):
        raise ValueError("a prompt is not text; token arrays cannot be screened, send strings")
    return cast("list[str]", prompts)


def last_user(body: Mapping[str, Any]) -> int:
    """Find the index of the last user message; -1 if there is none."""
    messages = cast("Sequence[Mapping[str, Any]]", body.get("messages", ()))
    for index in range(len(messages) - 1, -1, -1):
        if messages[index].get("role") == "user":
            return index
    return -1


def last_user_text(body: Mapping[str, Any]) -> str:
    """Read the last user message, or the last prompt; empty if there is none."""
    if "messages" not in body:
        return (prompts_of(body) or [""])[-1]
    position = last_user(body)
    return message_text(body["messages"][position]) if position >= 0 else ""
