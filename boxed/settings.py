"""Settings: a ``boxed.toml`` in the working folder, then ``BOXED_...`` variables, then flags.

    upstream = "embedded"          # or a base URL such as https://api.example.com/v1, local:NAME,
                                   # or gguf:FILE
    policies = "prompts"
    router = "auto"
    [roles]                        # other model instances for single roles
    router = "https://api.example.com/v1"

Secrets (``upstream_key``, ``upstream_keys``, ``gateway_key``, ``admin_key``, ``role_keys``,
``seal_key``, ``conversations_key``, ``ledger`` and ``keys`` with a password) belong in the
environment. The product's key goes to a role's endpoint only where that has the same host.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings.exceptions import SettingsError as SourceError

SETTINGS_FILE = "boxed.toml"
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s@*?#]+")
_DATABASES = ("postgresql://", "postgres://")


def _is_database(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(_DATABASES):
        raise ValueError("is no URL of a PostgreSQL database")
    return value


DatabaseUrl = Annotated[SecretStr, AfterValidator(_is_database)]
"""A URL that may hold a password."""
Where = Annotated[Literal["memory", "off"] | DatabaseUrl | Path, Field(union_mode="left_to_right")]
"""Where conversations are kept."""
Engine = Literal["auto", "transformers", "llama.cpp"]
"""What runs a local model's weights."""


class SettingsError(Exception):
    """A setting is wrong; the text names the setting, its value's fault and where it may stand."""


class Settings(BaseSettings):
    """Everything a running box depends on besides its prompt files."""

    model_config = SettingsConfigDict(env_prefix="BOXED_", extra="forbid", frozen=True)

    upstream: str = "embedded"
    upstream_key: SecretStr | None = None
    upstream_model: str | None = None
    engine: Engine = "auto"
    policies: Path | None = None
    allow_no_policies: bool = False
    tenants: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    drain_seconds: int = Field(default=120, ge=0)
    gateway_key: SecretStr | None = None
    keys: SecretStr | None = None
    upstreams: dict[str, str] = Field(default_factory=dict[str, str])
    upstream_models: dict[str, str] = Field(default_factory=dict[str, str])
    upstream_keys: dict[str, SecretStr] = Field(default_factory=dict[str, SecretStr])
    cors_origins: tuple[str, ...] = ()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"
    router: Literal["auto", "always", "never"] = "auto"
    semantic: bool = True
    embedder: str | None = None
    vectors: Path | None = None
    compiled: Path | None = None
    roles: dict[str, str] = Field(default_factory=dict[str, str])
    role_models: dict[str, str] = Field(default_factory=dict[str, str])
    role_keys: dict[str, SecretStr] = Field(default_factory=dict[str, SecretStr])
    connect_timeout: float = Field(default=5.0, gt=0)
    read_timeout: float = Field(default=120.0, gt=0)
    retries: int = Field(default=2, ge=0, le=10)
    pace: Literal["off", "answers", "all"] = "answers"
    max_body_bytes: int = Field(default=20_000_000, gt=0)
    max_text_chars: int = Field(default=2_000_000, gt=0)
    store: str | None = None
    store_records: Path = Path("boxed-records")
    ledger: SecretStr | None = None
    admin_key: SecretStr | None = None
    open_metrics: bool = False
    console: Literal["on", "off", "open"] = "on"
    reports: Path | None = None
    traces: str | None = Field(default=None, pattern=r"^https?://[^/\s@]+$")
    retrieval: Literal["auto", "never"] = "auto"
    retrieval_distance: float = Field(default=0.58, ge=0, le=2)
    passages: int = Field(default=4, ge=1, le=20)
    quote_limit: int = Field(default=40, ge=8)
    conversations: Where = "memory"
    conversations_key: SecretStr | None = None
    conversations_hours: float = Field(default=24, gt=0)
    conversations_bytes: int = Field(default=64 * 1024 * 1024, gt=0)
    embeddings: Literal["mask", "refuse"] = "mask"
    images: Literal["rewrite", "refuse"] = "rewrite"
    limit_field: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"
    seal_key: SecretStr | None = None
    seal_key_file: Path | None = None

    @field_validator("upstream_key")
    @classmethod
    def _none_if_empty(cls, value: SecretStr | None) -> SecretStr | None:
        # Compose files hand an unset variable on as an empty one.
        return value if value is not None and value.get_secret_value() else None

    @field_validator("gateway_key", "admin_key", "keys", "ledger")
    @classmethod
    def _is_something(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value():
            raise ValueError("is empty, which would let in whoever sends nothing; leave it out")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                raise ValueError(
                    f"{origin!r} is no origin; write scheme and host as in https://app.example.com"
                )
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags over environment over file."""
        file = TomlConfigSettingsSource(settings_cls, Path(SETTINGS_FILE))
        return (init_settings, env_settings, file)


def load_settings(**flags: Any) -> Settings:
    """The settings with the given flags on top (None: not given); raises ``SettingsError``."""
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise SettingsError(_told(error)) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{SETTINGS_FILE} is not valid TOML: {error}; mend that line") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{SETTINGS_FILE} is not UTF-8 text; save it as UTF-8") from None
    except SourceError:
        raise SettingsError(
            "a BOXED_... variable is not valid JSON; BOXED_ROLES, BOXED_ROLE_MODELS, "
            "BOXED_ROLE_KEYS, BOXED_UPSTREAMS, BOXED_UPSTREAM_MODELS and BOXED_UPSTREAM_KEYS are "
            'written as {"router": "..."}, BOXED_TENANTS and BOXED_CORS_ORIGINS as ["..."]'
        ) from None
    folder = settings.policies
    if folder is not None and (folder / SETTINGS_FILE).is_file() and (folder / "prompts").is_dir():
        raise SettingsError(
            f"setting 'policies': {folder} is a whole box, whose prompt folder is "
            f"{folder / 'prompts'}; name that"
        )
    for name in ("roles", "role_models", "role_keys"):
        unknown = sorted(set(getattr(settings, name)) - ROLES)
        if unknown:
            known = ", ".join(sorted(ROLES))
            raise SettingsError(
                f"setting '{name}': '{unknown[0]}' is not a role; the roles are {known}"
            )
    for name in ("upstream_models", "upstream_keys"):
        unknown = sorted(set(getattr(settings, name)) - set(settings.upstreams))
        if unknown:
            raise SettingsError(
                f"setting '{name}': '{unknown[0]}' is not in 'upstreams'; write its URL there"
            )
    return settings


def _told(error: ValidationError) -> str:
    """The first fault, without the value: it may be a key."""
    first = error.errors()[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        known = ", ".join(sorted(Settings.model_fields))
        return f"setting '{name}' is not known; delete it, or write one of {known}"
    said = first["msg"].removeprefix("Value error, ")
    fault = said[0].lower() + said[1:]
    variable = f"BOXED_{str(first['loc'][0]).upper()}"
    return (
        f"setting '{name}': {fault}; set it by a flag, in {SETTINGS_FILE} or in the variable "
        f"{variable}"
    )


ROLES = frozenset(
    ["router", "composer", "pretend", "pseudonymise", "redact", "icul", "counterfactual",
     "unlearned", "pass_through", "retrieve", "judge", "draft"]
)  # fmt: skip
