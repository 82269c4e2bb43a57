"""A message that may leave: it exists only after its permit was used, and the gateways take nothing else."""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

SEPARATOR = "/"
MOST_WAYS = 99


@dataclass(frozen=True, slots=True)
class PermittedMessage:
    """Made by the permits service alone, in the transaction that used the permit.

    However often it is handed over under its `key`, it is one message. `reference` is its purpose, object and version,
    by which the recipient's side can tell what it is about. `tried` is how many channels it went by in vain before.
    """

    message_id: UUID
    permit_id: UUID
    channel: str
    reference: str
    language: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    tried: int = 0

    @property
    def key(self) -> str:
        """The idempotency key at the gateway."""
        return key_of(self.message_id, self.tried)


def key_of(message_id: UUID, tried: int) -> str:
    """The key of a message after so many channels in vain: one provider may serve several channels, and each of them
    is a hand-over of its own."""
    return f"{message_id}{SEPARATOR}{tried}" if tried else str(message_id)


def read_key(key: str) -> tuple[UUID, int]:
    """The message of a key, and how many channels it had gone by before. ValueError for what is none of our keys."""
    message_id, _, tried = key.partition(SEPARATOR)
    found = UUID(message_id), int(tried or 0)
    if key_of(*found) != key or found[1] > MOST_WAYS:
        raise ValueError("this is no key of a message")
    return found


class MessageGateway(Protocol):
    """What delivers messages. Unavailable: nobody knows whether it was taken, so it is asked before anything else."""

    async def send(self, message: PermittedMessage) -> str:
        """Hand a message over; the provider's id. GatewayRefused when it will never be taken."""

    async def find(self, channel: str, key: str) -> str | None:
        """The provider's id of a message handed over before; None when the gateway never took it."""
