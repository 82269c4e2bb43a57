"""The bank closes a day: what a clock has waited for is counted."""

from __future__ import annotations

from datetime import date

from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.repository import clocks, followed, holds
from services.followup.service.calendar import Calendar
from services.followup.service.clocks.counting import Clocks


class ClockDays:
    """Moves the clocks that the closing of a day moves, of agreements that are over too."""

    def __init__(self, calendar: Calendar, counting: Clocks) -> None:
        self._calendar = calendar
        self._counting = counting

    async def close(self, uow: UnitOfWork, through: date) -> None:
        """A day was closed that clocks wait for."""
        for agreement_id in await clocks.agreements_due(uow.session, through):
            found = await followed.lock_agreement(uow.session, agreement_id, uow.caller)
            assert found is not None, "a clock is of an agreement"
            agreement = found.agreement
            held = await holds.of_cases(uow.session, [agreement.case_id])
            days = self._calendar.days(uow, agreement, held.get(agreement.case_id, ()))
            await self._counting.count(uow, agreement, found.lines, through, days)
