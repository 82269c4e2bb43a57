"""What contact is told from outside, beyond what every service is told."""

from typing import Any, Self

from pydantic import Field, model_validator

from services.common.runtime.settings import ServiceSettings
from services.contact.domain.vocabulary import Channel

_SANDBOX = {
    "agent_alias": "8017",
    "call_back_number": "4000000000",
    "email_from": "service@sandbox-bank.example",
    "letter_seal": "SANDBOX-SEAL",
}


class Settings(ServiceSettings):
    """Who speaks to borrowers. Without an alias and a number to call back nothing may be sent, so there is no start."""

    agent_alias: str = Field(default="", max_length=40, description="registered alias that signs messages")
    call_back_number: str = Field(default="", max_length=20, description="where a borrower can call back")
    email_from: str = Field(default="", max_length=254, description="address that e-mail comes from; none: no e-mail")
    letter_seal: str = Field(default="", max_length=80, description="the e-seal that the print house keeps for letters")
    gateway_channels: tuple[Channel, ...] = Field(
        default=(Channel.SMS, Channel.EMAIL, Channel.PUSH, Channel.LETTER, Channel.PORTAL),
        description="channels that have a gateway",
    )
    gateway_urls: dict[Channel, str] = Field(
        default_factory=dict, description="addresses of gateways by channel, where it is not gateway_url"
    )
    public_url: str = Field(default="", description="where borrowers reach contact's pages; default contact_url")
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
        if not set(self.gateway_urls) <= set(self.gateway_channels):
            raise ValueError("a gateway has an address and its channel is not one of FORBEAR_GATEWAY_CHANNELS")
        return self

    @property
    def channels_set_up(self) -> frozenset[str]:
        """The channels that messages may take."""
        return frozenset(self.gateway_channels) - (frozenset() if self.email_from else {Channel.EMAIL})

    def gateway_address(self, channel: str) -> str:
        """Where the gateway of a channel answers."""
        return self.gateway_urls.get(Channel(channel), self.gateway_url)
