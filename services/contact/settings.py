"""What contact is told from outside, beyond what every service is told."""

from typing import Any, Self

from pydantic import Field, model_validator

from services.common.runtime.settings import ServiceSettings

_SANDBOX = {"agent_alias": "8017", "call_back_number": "4000000000"}


class Settings(ServiceSettings):
    """Who speaks to borrowers. Without an alias and a number to call back nothing may be sent, so there is no start."""

    agent_alias: str = Field(default="", max_length=40, description="registered alias that signs messages")
    call_back_number: str = Field(default="", max_length=20, description="where a borrower can call back")
    phone_region: str = Field(default="CN", pattern="^[A-Z]{2}$", description="country of numbers without a prefix")

    @model_validator(mode="before")
    @classmethod
    def _sandbox_voice(cls, values: dict[str, Any]) -> dict[str, Any]:
        return (
            {**_SANDBOX, **values} if str(values.get("sandbox", "")).lower() in ("1", "true", "yes", "on") else values
        )

    @model_validator(mode="after")
    def _speaks(self) -> Self:
        missing = [name for name in ("agent_alias", "call_back_number") if not getattr(self, name)]
        if missing:
            raise ValueError(f"missing settings: {', '.join('FORBEAR_' + name.upper() for name in missing)}")
        return self
