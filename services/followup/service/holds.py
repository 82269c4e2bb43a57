"""Holds that reach followup: on their days nobody has to pay, so nothing is missed or broken and no notice goes out."""

from __future__ import annotations

from uuid import UUID

from services.common.contracts.events.cases import HoldLifted, HoldPlaced
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.repository import followed, holds
from services.followup.service.promises.following import Promises
from services.followup.service.verdicts import Verdicts

VERDICT = "verdict"


def pauses_verdicts(event: HoldPlaced) -> bool:
    """Whether nobody has to pay under a hold."""
    return VERDICT in event.blocks


class Holds:
    """Follows the holds of persons; agreements and promises are judged again by each thing that is said."""

    def __init__(self, verdicts: Verdicts, promises: Promises) -> None:
        self._verdicts = verdicts
        self._promises = promises

    async def apply_placed(self, uow: UnitOfWork, received: Received[HoldPlaced]) -> None:
        """hold.placed: also when its end moves."""
        said = received.payload
        await holds.lock_person(uow.session, said.borrower_id)
        values = said.model_dump(include={"hold_id", "borrower_id", "starts_at", "ends_at"})
        await holds.place(uow.session, values | {"known_at": uow.now()})
        await self._judge(uow, said.borrower_id)

    async def apply_lifted(self, uow: UnitOfWork, received: Received[HoldLifted]) -> None:
        """hold.lifted: days count again."""
        said = received.payload
        await holds.lock_person(uow.session, said.borrower_id)
        if await holds.lift(uow.session, said.hold_id, said.lifted_at, uow.now()):
            await self._judge(uow, said.borrower_id)

    async def _judge(self, uow: UnitOfWork, borrower_id: UUID) -> None:
        for case_id in await holds.cases_of(uow.session, borrower_id):
            active = await followed.lock_active_of_case(uow.session, case_id)
            if active:
                await self._verdicts.judge(uow, active)
                await followed.write(uow.session, active)
        await self._promises.pause(uow, borrower_id)
