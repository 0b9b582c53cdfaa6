"""The settings of the gateway alone."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr

__all__ = ["GatewaySettings"]


class GatewaySettings(BaseModel):
    """What the gateway lets in.

    With `key`, clients must send it as their bearer token, and their Authorization header is not
    passed on to the product. Requests larger than `max_body_bytes`, or with more than
    `max_text_chars` characters of text in them, get a 413. `admin_key` opens the routes under
    /admin, which without it are not there. Pages from `cors_origins` may call /v1 from a browser;
    "*" lets any.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: SecretStr | None = None
    admin_key: SecretStr | None = None
    cors_origins: tuple[str, ...] = ()
    max_body_bytes: int = Field(default=20_000_000, gt=0)
    max_text_chars: int = Field(default=2_000_000, gt=0)
