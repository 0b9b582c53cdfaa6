"""What each route of the gateway takes, as the document at /openapi.json says it.

These models describe; they check nothing. Every one takes further fields, because the gateway hands
on what products know and it does not.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["BODIES", "SUMMARIES"]


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class Message(_Open):
    """One turn of a conversation."""

    role: str = Field(min_length=1, examples=["user"])
    content: str | list[dict[str, Any]] | None = None


class ChatRequest(_Open):
    """OpenAI's chat completions."""

    model: str
    messages: list[Message] = Field(min_length=1)
    stream: bool = False
    n: int | None = Field(default=None, ge=1, le=8)
    stop: str | list[str] | None = None
    max_completion_tokens: int | None = Field(default=None, ge=1)
    tools: list[dict[str, Any]] | None = None
    response_format: dict[str, Any] | None = None


class CompletionRequest(_Open):
    """OpenAI's completions; arrays of tokens are turned down."""

    model: str
    prompt: str | list[str]
    stream: bool = False
    max_tokens: int | None = Field(default=None, ge=1)


class ResponseRequest(_Open):
    """OpenAI's responses."""

    model: str
    input: str | list[dict[str, Any]]
    instructions: str | None = None
    stream: bool = False
    store: bool = True
    previous_response_id: str | None = None
    tools: list[dict[str, Any]] | None = None
    text: dict[str, Any] | None = None


class ConversationRequest(_Open):
    """The beginning of a conversation."""

    items: list[dict[str, Any]] | None = None
    metadata: dict[str, str] | None = None


class MessagesRequest(_Open):
    """Anthropic's messages."""

    model: str
    max_tokens: int = Field(ge=1)
    messages: list[Message] = Field(min_length=1)
    system: str | list[dict[str, Any]] | None = None
    stream: bool = False
    tools: list[dict[str, Any]] | None = None


class CountRequest(_Open):
    """A prompt of Anthropic's messages, to be counted."""

    model: str
    messages: list[Message] = Field(min_length=1)
    system: str | list[dict[str, Any]] | None = None


class EmbeddingRequest(_Open):
    """Texts to embed."""

    model: str
    input: str | list[str]
    encoding_format: Literal["float", "base64"] | None = None


class ModerationRequest(_Open):
    """Texts to judge."""

    input: str | list[str] | list[dict[str, Any]]
    model: str | None = None


class ForgetOrder(_Open):
    """A forget request: one of the ways to name what goes."""

    subject: str | None = None
    dry_run: bool = False
    withdraw: str | None = None


BODIES: dict[str, type[BaseModel]] = {
    "/v1/chat/completions": ChatRequest,
    "/v1/completions": CompletionRequest,
    "/v1/responses": ResponseRequest,
    "/v1/responses/input_tokens": ResponseRequest,
    "/v1/conversations": ConversationRequest,
    "/v1/messages": MessagesRequest,
    "/v1/messages/count_tokens": CountRequest,
    "/v1/embeddings": EmbeddingRequest,
    "/v1/moderations": ModerationRequest,
    "/admin/forget": ForgetOrder,
}
"""The body of a POST, by the route's path."""

SUMMARIES: dict[str, str] = {
    "/v1/chat/completions": "A guarded chat completion, whole or streamed",
    "/v1/completions": "A guarded completion, whole or streamed",
    "/v1/responses": "A guarded response, whole or streamed",
    "/v1/responses/input_tokens": "The tokens of a response's prompt",
    "/v1/responses/{id}": "A response that was kept",
    "/v1/conversations": "A new conversation",
    "/v1/conversations/{id}": "A conversation that was kept",
    "/v1/messages": "A guarded message, whole or streamed",
    "/v1/messages/count_tokens": "The tokens of a message's prompt",
    "/v1/embeddings": "Vectors of texts without forgotten names",
    "/v1/moderations": "The product's verdicts",
    "/v1/models": "The product's models",
    "/v1/models/{id}": "One of the product's models",
    "/healthz": "Whether the process lives",
    "/readyz": "Whether requests can be answered, and what is amiss",
    "/metrics": "Figures for Prometheus",
    "/admin/forget": "A forget request",
    "/openapi.json": "This document",
}
