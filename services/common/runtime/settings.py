"""What a process of a service is told from outside: environment variables `FORBEAR_*`, or files of a secrets folder.

`FORBEAR_<SERVICE>_X` wins over `FORBEAR_X`, for every setting. A start with missing, short or well-known secrets is
refused unless `FORBEAR_SANDBOX=1`.
"""

import os
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import InitSettingsSource

from services.common.kernel.services import Service
from services.common.runtime.secrets_policy import SANDBOX_SECRETS, refuse_weak_secrets

SERVICES = tuple(service.value for service in Service)
_PORTS = {service: 8101 + number for number, service in enumerate(SERVICES)}


#: Where the bank, the gateway and the issuer of a sandbox answer.
_SANDBOX = "http://127.0.0.1:8110"


def _local(service: str) -> str:
    return f"http://127.0.0.1:{_PORTS[service]}"


class ServiceSettings(BaseSettings):
    """Settings that every service has. One that needs more subclasses it as `services.<service>.settings.Settings`."""

    model_config = SettingsConfigDict(
        env_prefix="FORBEAR_", frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    service: str = Field(pattern=r"^[a-z]+$")
    role: str = "all"
    institution: str = Field(default="", description="name of the bank or credit union; part of borrower ids")
    sandbox: bool = False
    log_level: str = Field(default="INFO", pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")

    database_url: SecretStr = SecretStr("")
    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = "default"
    kafka_bootstrap: str = "127.0.0.1:9092"
    enable_idempotence: bool = Field(default=True, description="idempotent producer; off for the embedded broker")
    lapse_clock: Path | None = Field(default=None, description="file of the lapse clock; without it the system clock")
    pack_overlay: Path | None = Field(default=None, description="folder of the bank's own rules on top of the packs")

    http_host: str = "127.0.0.1"
    http_port: int = Field(default=0, ge=0, le=65535, description="0: the usual port of the service")
    metrics_port: int | None = Field(default=None, description="where roles without HTTP show /metrics")
    intake_url: str = _local("intake")
    contact_url: str = _local("contact")
    plans_url: str = _local("plans")
    followup_url: str = _local("followup")
    desk_url: str = _local("desk")
    core_url: str = _SANDBOX
    gateway_url: str = _SANDBOX

    issuer: str = Field(default="", description="OAuth2 issuer, as in the claim iss")
    jwks_url: str = Field(default="", description="the issuer's keys; default <issuer>/.well-known/jwks.json")
    token_url: str = Field(default="", description="where services get tokens; default <issuer>/token")
    audience: str = "forbear"

    client_secret: SecretStr = SecretStr("")
    data_key: SecretStr = Field(default=SecretStr(""), description="key ring of encrypted columns, id:base64,...")
    digest_key: SecretStr = Field(default=SecretStr(""), description="base64 of 32 bytes; keyed digests for look-ups")
    payload_keys: SecretStr = Field(default=SecretStr(""), description="key ring of Temporal payloads")
    gateway_webhook_secret: SecretStr = SecretStr("")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then FORBEAR_<SERVICE>_*, then the database derived from the common one, then FORBEAR_*, files."""
        service = str(init_settings().get("service", ""))
        own = EnvSettingsSource(settings_cls, env_prefix=f"FORBEAR_{service.upper()}_", env_ignore_empty=True)
        common = env_settings().get("database_url")
        derived = {"database_url": database_of(service, common)} if common else {}
        return init_settings, own, InitSettingsSource(settings_cls, derived), env_settings, file_secret_settings

    @model_validator(mode="before")
    @classmethod
    def _sandbox_defaults(cls, values: dict[str, Any]) -> dict[str, Any]:
        if str(values.get("sandbox", "")).lower() in ("1", "true", "yes", "on"):
            values = {**SANDBOX_SECRETS, "institution": "Sandbox Bank", "issuer": f"{_SANDBOX}/issuer"} | values
        service = str(values.get("service", ""))
        values["http_port"] = values.get("http_port") or _PORTS.get(service, 0)
        return values

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [name for name in ("database_url", "issuer", "institution") if not _text(getattr(self, name))]
        if missing:
            raise ValueError(f"missing settings: {', '.join('FORBEAR_' + name.upper() for name in missing)}")
        refuse_weak_secrets(self)
        return self

    @property
    def sqlalchemy_url(self) -> str:
        """The database address with the asyncpg driver named."""
        return asyncpg_url(self.database_url.get_secret_value())

    @property
    def jwks_address(self) -> str:
        return self.jwks_url or f"{self.issuer.rstrip('/')}/.well-known/jwks.json"

    @property
    def token_address(self) -> str:
        return self.token_url or f"{self.issuer.rstrip('/')}/token"

    @property
    def client_id(self) -> str:
        """The subject of this service's own tokens."""
        return f"svc-{self.service}"

    def url_of(self, service: str) -> str:
        """Base address of one of the five services. KeyError for another name."""
        if service not in SERVICES:
            raise KeyError(service)
        return str(getattr(self, f"{service}_url")).rstrip("/")


S = TypeVar("S", bound=ServiceSettings)


def load(settings_class: type[S], service: str, role: str = "all") -> S:
    """Read the settings of a service; a secrets folder may be named by `FORBEAR_SECRETS_DIR`."""
    return settings_class(service=service, role=role, _secrets_dir=os.environ.get("FORBEAR_SECRETS_DIR"))


def database_of(service: str, url: str) -> str:
    """The same server, with the service's own database `forbear_<service>`."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/forbear_{service}"))


def driverless(url: str) -> str:
    """The address without the driver that SQLAlchemy shall use, as asyncpg itself and other programs read it."""
    return asyncpg_url(url).replace("+asyncpg", "", 1)


def asyncpg_url(url: str) -> str:
    """The address with the driver that SQLAlchemy shall use."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("postgres", "postgresql", "postgresql+asyncpg"):
        raise ValueError("a database address starts with postgresql://")
    return f"postgresql+asyncpg://{rest}"


def _text(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
