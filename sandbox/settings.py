"""What the sandbox process is told from outside: `FORBEAR_SANDBOX_*`, and what it shares with the services."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.common.runtime.secrets_policy import SANDBOX_SECRETS
from services.common.runtime.settings import SERVICES, driverless


class SandboxSettings(BaseSettings):
    """Settings of `python -m sandbox serve`."""

    model_config = SettingsConfigDict(
        env_prefix="FORBEAR_", frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    sandbox_database_url: SecretStr = Field(description="PostgreSQL database of the sandbox, forbear_sandbox")
    sandbox_http_host: str = "127.0.0.1"
    sandbox_http_port: int = Field(default=8110, ge=1, le=65535)
    sandbox_seed: int = Field(default=1, description="seed of everything the outside world leaves to chance")
    sandbox_time_zone: str = Field(default="Asia/Shanghai", description="where the bank's business day begins")

    lapse_clock: Path | None = None
    kafka_bootstrap: str = "127.0.0.1:9092"
    enable_idempotence: bool = Field(default=True, description="idempotent producer; off for the embedded broker")
    sandbox_people: bool = Field(default=True, description="whether borrowers and staff act by themselves")
    intake_url: str = "http://127.0.0.1:8101"
    contact_url: str = "http://127.0.0.1:8102"
    plans_url: str = "http://127.0.0.1:8103"
    followup_url: str = "http://127.0.0.1:8104"
    desk_url: str = "http://127.0.0.1:8105"
    issuer: str = Field(default="", description="the claim iss; default this process's own /issuer")
    audience: str = "forbear"
    client_secret: SecretStr = SecretStr(SANDBOX_SECRETS["client_secret"])
    gateway_webhook_secret: SecretStr = SecretStr(SANDBOX_SECRETS["gateway_webhook_secret"])

    @property
    def database_dsn(self) -> str:
        """The database address as asyncpg reads it."""
        return driverless(self.sandbox_database_url.get_secret_value())

    @property
    def service_urls(self) -> dict[str, str]:
        """Base addresses of the five services."""
        return {name: getattr(self, f"{name}_url").rstrip("/") for name in SERVICES}

    @property
    def issuer_url(self) -> str:
        """The issuer as it stands in tokens."""
        return self.issuer.rstrip("/") or f"http://{self.sandbox_http_host}:{self.sandbox_http_port}/issuer"
