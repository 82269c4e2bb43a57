"""What an agreement waits for: the bank's next closing that matters, and the next reminder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from services.common.contracts.workflows import agreement_workflow_id
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.announcing import announced_on
from services.followup.domain.calendar import CALENDAR_DAYS, DayCount, instalment_days
from services.followup.domain.verdict import InstalmentState
from services.followup.models import Agreement, Instalment
from services.followup.repository.holds import Span
from services.followup.service.judgement import NextDays, days_of
from services.followup.service.pausing import pauses_of
from services.followup.service.policies import PackTerms, Policies, day_count
from services.followup.vocabulary import BANK_DAY, REMINDER

_OPEN_LINES = (InstalmentState.SCHEDULED, InstalmentState.DUE, InstalmentState.PART_PAID)


class Calendar:
    """Keeps the days of agreements. Callers hold the agreement's lock."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    def today(self, uow: UnitOfWork, agreement: Agreement) -> date:
        """The bank's day, where the agreement is."""
        return self._policies.pack(agreement.pack, uow.now()).today(uow.now())

    def days(self, uow: UnitOfWork, agreement: Agreement, holds: Iterable[Span]) -> DayCount:
        """Which days count for an agreement whose debtor had these holds."""
        return days_of(agreement, pauses_of(holds, self._policies.pack(agreement.pack, uow.now())))

    async def plan(
        self,
        uow: UnitOfWork,
        agreement: Agreement,
        lines: Sequence[Instalment],
        days: NextDays | None = None,
        count: DayCount = CALENDAR_DAYS,
    ) -> None:
        """Set what is waited for next; `days` are the bank days of a new verdict. Nobody is reminded in a pause."""
        pack = self._policies.pack(agreement.pack, uow.now())
        if days is not None:
            agreement.judge_on = days.judge_on
            await self._expect_closing(uow, agreement, days, pack)
        open_ = [line for line in lines if not self._is_paused(agreement, line, pack, count)]
        await self._expect_reminder(uow, agreement, open_, pack)

    async def clear(self, uow: UnitOfWork, agreement: Agreement) -> None:
        """The agreement has ended: wait for nothing of the calendar any more."""
        if agreement.verdict_on is not None:
            await uow.release(BANK_DAY, agreement.ref)
        if agreement.remind_at is not None:
            await uow.release(REMINDER, agreement.ref)
        agreement.judge_on = agreement.verdict_on = None
        agreement.remind_number = agreement.remind_at = None

    async def _expect_closing(self, uow: UnitOfWork, agreement: Agreement, days: NextDays, pack: PackTerms) -> None:
        if days.verdict_on == agreement.verdict_on:
            return
        agreement.verdict_on = days.verdict_on
        if days.verdict_on is None:
            await uow.meet(BANK_DAY, agreement.ref)
            return
        due = pack.closing_expected_by(days.verdict_on)
        await uow.oblige(Obligation(agreement.case_id, BANK_DAY, agreement.ref, "outside", due))

    async def _expect_reminder(
        self, uow: UnitOfWork, agreement: Agreement, lines: Sequence[Instalment], pack: PackTerms
    ) -> None:
        number, at = self._next_reminder(agreement, lines, pack, uow.now())
        if number == agreement.remind_number and at == agreement.remind_at:
            return
        agreement.remind_number, agreement.remind_at = number, at
        if at is None:
            await uow.release(REMINDER, agreement.ref)
            return
        workflow_id = agreement_workflow_id(agreement.agreement_id)
        await uow.oblige(Obligation(agreement.case_id, REMINDER, agreement.ref, "workflow", at, workflow_id))

    def _next_reminder(
        self, agreement: Agreement, lines: Sequence[Instalment], pack: PackTerms, now: datetime
    ) -> tuple[int | None, datetime | None]:
        """Number and instant of the next reminder. None for instalments that are paid, were reminded, are past due, or
        whose reminder would have come before the agreement did."""
        if not pack.reminds:
            return None, None
        today = pack.today(now)
        for line in lines:
            remind_on = self._remind_on(agreement, line, pack)
            waiting = not line.reminded and line.state in _OPEN_LINES
            if waiting and remind_on > agreement.activated_on and line.due_date >= today:
                return line.number, pack.reminder_at(remind_on)
        return None, None

    def _remind_on(self, agreement: Agreement, line: Instalment, pack: PackTerms) -> date:
        """The day of the policy, unless the law wants a payment announced on others (US-23)."""
        days = instalment_days(line.number, line.due_date, agreement.grace_days, pack.remind_days_before)
        day = days.remind_on
        terms = self._policies.announcement(agreement.pack, agreement.activated_on)
        if terms is None:
            return day
        return announced_on(day, line.due_date, agreement.activated_on, terms, day_count(agreement.pack, True))

    def _is_paused(self, agreement: Agreement, line: Instalment, pack: PackTerms, count: DayCount) -> bool:
        """Whether the day of the reminder of an instalment, or its due day, is in a pause."""
        return count.is_paused(self._remind_on(agreement, line, pack)) or count.is_paused(line.due_date)
