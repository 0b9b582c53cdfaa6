"""How a chat-completions request asks to sample, parsed once with the API's own bounds."""

from __future__ import annotations

from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from boxed.api.chat import Body
from boxed.models.protocol import UpstreamError

DEFAULT_MAX_TOKENS = 256


class Sampling(BaseModel):
    """The sampling fields of a request; every other field is ignored, as the API does."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    n: int | None = Field(default=None, ge=1, le=16)
    seed: int | None = Field(default=None, ge=-(2**62), le=2**62)
    stop: tuple[str, ...] = ()
    logprobs: bool | int | None = None
    top_logprobs: int | None = Field(default=None, ge=0, le=20)

    @field_validator("stop", mode="before")
    @classmethod
    def _as_tuple(cls, value: Any) -> Any:
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        return tuple(cast("list[Any]", value)) if isinstance(value, list) else value

    @property
    def limit(self) -> int:
        """The most tokens to generate."""
        return self.max_completion_tokens or self.max_tokens or DEFAULT_MAX_TOKENS

    @property
    def heat(self) -> float:
        """Temperature; local models answer greedily unless asked otherwise."""
        return self.temperature if self.temperature is not None else 0.0


def sampling_of(body: Body) -> Sampling:
    """Parse; raises ``UpstreamError`` (400) that names the field."""
    try:
        return Sampling.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        message = f"Invalid value for '{field}': {first['msg']}."
        detail = {"message": message, "type": "invalid_request_error", "param": field, "code": None}
        raise UpstreamError(400, {"error": detail}) from None
