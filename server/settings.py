"""Everything that can be set from outside, read once from the environment and frozen."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from server.feeds.addresses import Network, network_of
from server.notices.smtp import server_of
from server.push.vapid import key_problem

_ORIGIN = re.compile(r"^https?://[^\s/?#@]+$")
_ADDRESS = re.compile(r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+$")
_CHECKOUT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting has a value that cannot be used; `str()` names it and says what was expected."""


class Settings(BaseSettings):
    """The settings of one process, by the names of their environment variables."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 for the whole network."""

    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on; 0 takes any free one."""

    data_dir: Path = Path(".data")
    """What the demo keeps: the embedded Postgres, its secret and its password."""

    database_url: SecretStr | None = None
    """A Postgres 15 or newer; without it, one is embedded in `data_dir`."""

    redis_url: SecretStr | None = None
    """Carries events between processes; without it, one process keeps them to itself."""

    demo_password: SecretStr | None = Field(default=None, min_length=8)
    """The password of the demo's members; without it, one is made up and kept in `data_dir`."""

    secret_key: SecretStr | None = Field(default=None, min_length=32)
    """Signs access tokens. Only the demo makes one up."""

    fast_sockets: bool = True
    """Whether websockets of the studio's clients leave ASGI behind after their handshake."""

    run_worker: bool = True
    """Whether a server does the work of `production-tool worker` as well."""

    solver_processes: int = Field(default=2, ge=0, le=64)
    """Plans that one process has searched at once, each in a child process; 0 leaves it to others."""

    solver_memory_mb: int = Field(default=1024, ge=64, le=1 << 20)
    """What one search may occupy, in megabytes; a plan that needs more is refused."""

    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Web origins beside our own that may use the API, separated by commas."""

    webhook_networks: Annotated[tuple[Network, ...], NoDecode] = ()
    """Private networks that webhooks may be posted into, as in 10.0.0.0/8, separated by commas."""

    vapid_private_key: SecretStr | None = None
    """Signs web pushes; `production-tool vapid` makes one. Without it none are sent; the demo has its own."""

    vapid_contact: str = Field(default="", max_length=300)
    """Whom push services may write to when pushes go wrong: a mailto: or https: address."""

    public_url: str | None = None
    """Where people reach this server, as in https://studio.example: links in messages lead there."""

    smtp_url: SecretStr | None = None
    """The mail server, as in smtp://user:password@host:587 or smtps://…:465. Without it nothing is mailed."""

    mail_from: str = Field(default="", max_length=320)
    """The address e-mails come from; the studio's name stands before it."""

    mail_outbox: Path | None = None
    """Where e-mails are kept as files if there is no mail server; else in an embedded database's folder."""

    mail_preview: bool = False
    """Whether `/mail` shows that folder to whoever asks, as the demo does."""

    notice_still_seconds: float = Field(default=10, ge=0, le=3_600)
    """People are told of changes once a studio was still so long …"""

    notice_window_seconds: float = Field(default=60, ge=0, le=3_600)
    """… at the latest so long after the first of them: what came and went in between is not told."""

    forwarded_allow_ips: str = "127.0.0.1"
    """Proxies whose `X-Forwarded-*` headers are believed, separated by commas."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"

    web_dist: Path = _CHECKOUT / "clients" / "web" / "dist"
    """The studio's app, built."""

    phone_dist: Path = _CHECKOUT / "clients" / "phone" / "dist"
    """The artists' app, built."""

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("webhook_networks", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        if isinstance(value, str):
            try:
                return tuple(network_of(part) for part in value.split(",") if part.strip())
            except ValueError as error:
                raise ValueError("expected networks such as 10.0.0.0/8,192.168.1.7") from error
        return value

    @field_validator("vapid_private_key", mode="after")
    @classmethod
    def _is_key(cls, value: SecretStr | None) -> SecretStr | None:
        wrong = key_problem(value.get_secret_value()) if value else None
        if wrong:
            raise ValueError(wrong)
        return value

    @field_validator("vapid_contact", mode="after")
    @classmethod
    def _is_contact(cls, value: str) -> str:
        if value and not value.startswith(("mailto:", "https://")):
            raise ValueError("expected mailto:somebody@studio.example or https://studio.example")
        return value

    @field_validator("public_url", mode="after")
    @classmethod
    def _is_origin(cls, value: str | None) -> str | None:
        if value is not None and not _ORIGIN.match(value.rstrip("/")):
            raise ValueError("expected https://studio.example, without a path")
        return value.rstrip("/") if value is not None else None

    @field_validator("smtp_url", mode="after")
    @classmethod
    def _is_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            server_of(value.get_secret_value())
        return value

    @field_validator("mail_from", mode="after")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not _ADDRESS.match(value):
            raise ValueError("expected an address alone, as in schedule@studio.example")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("database_url", mode="after")
    @classmethod
    def _is_postgres(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("postgres://", "postgresql://")):
            raise ValueError("expected postgresql://user:password@host:port/database")
        return value

    @field_validator("redis_url", mode="after")
    @classmethod
    def _is_redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("expected redis://host:port/0")
        return value


def load_settings(overrides: Mapping[str, object] | None = None) -> Settings:
    """The settings of the environment, with `overrides` by field name. Raises `SettingsError`."""
    try:
        return Settings.model_validate({**Settings().model_dump(), **(overrides or {})})
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    """The first fault by the name of its variable; the value stays out, it may be a secret."""
    fault = error.errors(include_url=False, include_input=False)[0]
    name = str(fault["loc"][0]).upper()
    message = fault["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    origin = "" if name in os.environ else " (from the command line)"
    return f"{name}{origin} cannot be used: {message}"
