"""All gateways behind one port: each message goes to that of its channel, and what became of it is counted."""

from collections.abc import Awaitable, Iterable
from typing import Literal, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.common.kernel.errors import Unavailable
from services.contact.adapters.gateway_http import HttpGateway
from services.contact.errors import GatewayRefused
from services.contact.permitted import PermittedMessage

T = TypeVar("T")
NO_GATEWAY = "NO_GATEWAY"


class Figures:
    """What the gateways answer, by channel. `up` is 1 after an answer, and 0 after none."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._answers = Counter(
            "forbear_contact_gateway_answers",
            "Answers of the gateways to messages handed over",
            ["channel", "outcome"],
            registry=registry,
        )
        self._up = Gauge(
            "forbear_contact_gateway_up",
            "Whether the gateway of a channel answered when it was asked last",
            ["channel"],
            registry=registry,
        )

    def note(self, channel: str, outcome: Literal["accepted", "refused", "unheard"]) -> None:
        """Count an answer, or that there was none."""
        self._answers.labels(channel, outcome).inc()
        self._up.labels(channel).set(outcome != "unheard")


class Gateways:
    """The gateways that are set up. A channel without one refuses, so the next is tried."""

    def __init__(self, gateways: Iterable[HttpGateway], figures: Figures) -> None:
        self._gateways = {gateway.channel: gateway for gateway in gateways}
        self._figures = figures

    async def send(self, message: PermittedMessage) -> str:
        """Hand a message over in its channel. GatewayRefused for good; Unavailable when nobody knows."""
        accepted = await self._noted(message.channel, self._of(message.channel).send(message))
        self._figures.note(message.channel, "accepted")
        return accepted

    async def find(self, channel: str, key: str) -> str | None:
        """The provider's id of a message handed over in a channel before, or None. Unavailable without an answer."""
        return await self._noted(channel, self._of(channel).find(channel, key))

    async def _noted(self, channel: str, answer: Awaitable[T]) -> T:
        try:
            return await answer
        except GatewayRefused:
            self._figures.note(channel, "refused")
            raise
        except Unavailable:
            self._figures.note(channel, "unheard")
            raise

    def _of(self, channel: str) -> HttpGateway:
        if channel not in self._gateways:
            raise GatewayRefused(NO_GATEWAY)
        return self._gateways[channel]
