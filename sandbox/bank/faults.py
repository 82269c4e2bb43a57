"""Faults the bank can be told to have: counted, for one account or for all."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from sandbox.bank import fault_repository as repository
from sandbox.bank.books import Loan
from sandbox.bank.errors import BankRefusal
from sandbox.store import Store, Tx


class FaultKind(StrEnum):
    """What can go wrong at the bank."""

    SLOW = "slow"  # every answer about the account takes `seconds` longer
    REFUSE = "refuse"  # a command is refused with `code`
    TIME_OUT_AFTER_ACCEPTING = "time_out_after_accepting"  # done, but the answer is lost: 504 after `seconds`
    SEND_TWICE = "send_twice"  # the feed says it twice
    SEND_LATE = "send_late"  # the feed says it `days` later, behind the close of its own day


class FaultOrder(BaseModel):
    """Body of POST /sandbox/bank/faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: FaultKind
    account_ref: str | None = Field(default=None, description="without it, all accounts")
    count: int | None = Field(default=None, ge=1, le=1_000_000, description="without it, until all faults are cleared")
    seconds: float = Field(default=0.0, ge=0, le=120)
    days: int = Field(default=1, ge=1, le=60)
    code: str = Field(default="error.msg.loan.not.eligible", min_length=1, max_length=100)


class LostAnswer(Exception):
    """The command is done and its answer never arrives."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault at the moment of its use."""

    seconds: float
    days: int
    code: str


async def take_in(tx: Tx, kind: FaultKind, loan: Loan) -> Fault | None:
    """Use up one fault inside the transaction that it spoils. A loan that was read without faults has none to use."""
    row = await repository.take(tx, kind, loan.account_ref) if loan.has_faults else None
    return None if row is None else Fault(**row)


class Faults:
    """The faults in force."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def order(self, order: FaultOrder) -> int:
        """Put a fault into force and give its number."""
        async with self._store.transaction() as tx:
            return await repository.add(
                tx, order.kind, order.account_ref, order.count, order.seconds, order.days, order.code
            )

    async def clear(self) -> int:
        """Take all faults away; returns how many there were."""
        async with self._store.transaction() as tx:
            return await repository.clear(tx)

    async def before(self, loan: Loan, *, command: bool) -> None:
        """Be slow, then refuse a command, when told so."""
        if slow := await self._take(FaultKind.SLOW, loan):
            await asyncio.sleep(slow.seconds)
        if command and (refuse := await self._take(FaultKind.REFUSE, loan)):
            raise BankRefusal(refuse.code, "The bank was told to refuse this.")

    async def after(self, loan: Loan) -> None:
        """Lose the answer of a command that is committed, when told so."""
        if lost := await self._take(FaultKind.TIME_OUT_AFTER_ACCEPTING, loan):
            await asyncio.sleep(lost.seconds)
            raise LostAnswer

    async def _take(self, kind: FaultKind, loan: Loan) -> Fault | None:
        if not loan.has_faults:
            return None
        async with self._store.reading() as tx:
            return await take_in(tx, kind, loan)
