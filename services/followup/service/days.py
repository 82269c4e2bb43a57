"""The bank closes its days: only then is an instalment missed, a promise broken, or an agreement at its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.common.contracts.events.bank import PAYMENTS, DayClosed
from services.common.contracts.topics import all_topics
from services.common.runtime.caller import Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.errors import DayNotOver
from services.followup.repository import days, followed
from services.followup.schemas import BankDay, BankDayView
from services.followup.service.clocks.closing import ClockDays
from services.followup.service.policies import DEFAULT, Policies
from services.followup.service.postings.recording import MAY_POST
from services.followup.service.promises.following import Promises
from services.followup.service.verdicts import Verdicts
from services.followup.vocabulary import Channel


class Days:
    """Follows the bank's closed days, partition by partition; a file or a call closes a day on all of them."""

    def __init__(
        self, database: Database, policies: Policies, verdicts: Verdicts, promises: Promises, clocks: ClockDays
    ) -> None:
        self._database = database
        self._policies = policies
        self._verdicts = verdicts
        self._promises = promises
        self._clocks = clocks
        self._partitions = all_topics()[PAYMENTS].partitions

    async def apply_closed(self, uow: UnitOfWork, received: Received[DayClosed]) -> None:
        """bank.day.closed: when the last partition has said it, judge what the day can change."""
        await self._close(uow, [received.partition], received.payload.business_date, Channel.FEED)

    async def close(self, caller: Caller, body: BankDay) -> Answer:
        """A core without a feed says that it has posted everything of a day. DayNotOver for one that still runs."""
        caller.require_any(MAY_POST)
        async with self._database.write(caller) as uow:
            through = await self.close_everywhere(uow, body.business_date, Channel.API)
            return uow.answer(BankDayView(business_date=body.business_date, closed_through=through))

    async def close_everywhere(self, uow: UnitOfWork, day: date, source: Channel) -> date:
        """Close a day on every partition; the last day that is closed now. DayNotOver."""
        if day >= self._policies.pack(DEFAULT, uow.now()).today(uow.now()):
            raise DayNotOver("a day is closed once it is over", fields=[("#/business_date", "is not over")])
        through = await self._close(uow, range(self._partitions), day, source)
        await uow.audit("day.closed", f"bank-day/{day}", detail={"source": source.value})
        assert through is not None
        return through

    async def _close(self, uow: UnitOfWork, partitions: Sequence[int], day: date, source: Channel) -> date | None:
        closing = await days.close_day(uow.session, partitions, day, source, uow.now(), self._partitions)
        if closing is None:
            return None
        if closing.decides:
            due = await followed.lock_due(uow.session, closing.through, PAYMENTS)
            if due:
                await self._verdicts.judge(uow, due)
                await followed.write(uow.session, due)
        if closing.ends_promises:
            await self._promises.close_day(uow, closing.through)
        if closing.moves_clocks:
            await self._clocks.close(uow, closing.through)
        return closing.through
