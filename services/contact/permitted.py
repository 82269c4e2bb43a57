"""A message that may leave: it exists only after its permit was used, and the gateway takes nothing else."""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PermittedMessage:
    """Made by the permits service alone, in the transaction that used the permit.

    The gateway's idempotency key is the message id: however often it is handed over, it is one message. `reference` is
    its purpose, object and version, by which the recipient's side can tell what it is about.
    """

    message_id: UUID
    permit_id: UUID
    channel: str
    reference: str
    to: str = field(repr=False)
    text: str = field(repr=False)

    @property
    def key(self) -> str:
        return str(self.message_id)


class MessageGateway(Protocol):
    """What delivers messages. Unavailable: nobody knows whether it was taken, so it is asked before anything else."""

    async def send(self, message: PermittedMessage) -> str:
        """Hand a message over; the provider's id. GatewayRefused when it will never be taken."""

    async def find(self, key: str) -> str | None:
        """The provider's id of a message handed over before; None when the gateway never took it."""
