"""The settings of the gateway alone."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from boxed.settings import Settings, Where

__all__ = ["GatewaySettings", "gateway_settings"]


class GatewaySettings(BaseModel):
    """What the gateway lets in.

    With `key`, clients must send it as their bearer token, and their Authorization header is not
    passed on to the product. With `keys`, a file or a PostgreSQL URL, the virtual keys in it are
    let in beside it, each to one of `upstreams` or to the product. Requests larger than
    `max_body_bytes`, or with more than `max_text_chars` characters of text in them, get a 413.
    `admin_key`, and keys of the scope admin, open the routes under /admin and /metrics; with
    `open_metrics` anybody may read the figures. Each request goes as a trace to the OpenTelemetry
    collector at `traces`. Pages from `cors_origins` may call /v1 from a browser; "*" lets any.

    `conversations` says where what clients may go on from is kept: in "memory", in a file or a
    PostgreSQL database under `conversations_key` (64 hexadecimal digits), or not at all ("off");
    each entry for so many hours, all of them in so many bytes.

    `limit_field` is what the chats that Responses and Messages become call their limit of tokens.
    `embeddings` says what becomes of texts that name a forgotten subject: "mask" covers the names,
    "refuse" answers with an error; so do texts to read out, to rank, and what was heard. `images`
    says what becomes of prompts about a subject: "rewrite" draws without it, or "refuse".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: SecretStr | None = None
    keys: SecretStr | None = None
    upstreams: frozenset[str] = frozenset()
    admin_key: SecretStr | None = None
    open_metrics: bool = False
    traces: str | None = None
    cors_origins: tuple[str, ...] = ()
    max_body_bytes: int = Field(default=20_000_000, gt=0)
    max_text_chars: int = Field(default=2_000_000, gt=0)
    conversations: Where = "memory"
    conversations_key: SecretStr | None = None
    conversations_hours: float = Field(default=24, gt=0)
    conversations_bytes: int = Field(default=64 * 1024 * 1024, gt=0)
    conversations_count: int = Field(default=10_000, gt=0)
    embeddings: Literal["mask", "refuse"] = "mask"
    images: Literal["rewrite", "refuse"] = "rewrite"
    limit_field: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"


def gateway_settings(settings: Settings, **more: Any) -> GatewaySettings:
    """What any gateway of a box takes over from its settings, and `more` of the gateway's own.

    A gateway in process has no more: nobody but its own program can reach it.
    """
    return GatewaySettings(
        max_body_bytes=settings.max_body_bytes,
        max_text_chars=settings.max_text_chars,
        conversations=settings.conversations,
        conversations_key=settings.conversations_key,
        conversations_hours=settings.conversations_hours,
        conversations_bytes=settings.conversations_bytes,
        embeddings=settings.embeddings,
        images=settings.images,
        limit_field=settings.limit_field,
        **more,
    )
