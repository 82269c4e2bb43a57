"""What goes wrong at the gateway on order, by channel: the next calls, or the fate of the next messages."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.gateway import repository
from sandbox.store import Store, Tx

Kind = Literal["busy", "refuse", "nobody", "lost_answer", "bounce"]


class GatewayFault(BaseModel):
    """Body of POST /sandbox/gateway/faults.

    `busy` takes nothing for the moment, `refuse` never takes the message, `nobody` has no such address, `lost_answer`
    takes it and does not say so, `bounce` takes it and sends it back later.
    """

    model_config = ConfigDict(extra="forbid")

    channel: Literal["sms", "email", "push", "letter", "portal"]
    kind: Kind
    times: int = Field(default=1, ge=1, le=1_000)


class GatewayFaults:
    """The orders, kept with everything else of the sandbox."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def order(self, fault: GatewayFault) -> None:
        """Have it happen to the next messages of a channel, after what was ordered before."""
        async with self._store.reading() as tx:
            await repository.add_fault(tx, fault.channel, fault.kind, fault.times)

    async def next(self, channel: str, tx: Tx) -> str | None:
        """What happens to this message; it happens once less then."""
        return await repository.take_fault(tx, channel)
