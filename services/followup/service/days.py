"""The bank closes its days: only then is an instalment missed, or an agreement at its end."""

from __future__ import annotations

from services.common.contracts.events.bank import PAYMENTS, DayClosed
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.repository import followed
from services.followup.service.verdicts import Verdicts


class Days:
    """Follows the bank's closed days, partition by partition."""

    def __init__(self, verdicts: Verdicts) -> None:
        self._verdicts = verdicts

    async def apply_closed(self, uow: UnitOfWork, received: Received[DayClosed]) -> None:
        """bank.day.closed: when the last partition has said it, judge the agreements that the day can change."""
        closing = await self._verdicts.close_day(uow, received.partition, received.payload.business_date)
        if closing is None or not closing.decides:
            return
        due = await followed.lock_due(uow.session, closing.through, PAYMENTS)
        if due:
            await self._verdicts.judge(uow, due)
            await followed.write(uow.session, due)
