"""Judging agreements from facts, and saying what has changed. All that can change a verdict comes through here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import Row

from services.common.contracts.events import bank
from services.common.contracts.events.agreements import (
    AgreementCompleted,
    AgreementRecovered,
    InstalmentMissed,
    InstalmentPaid,
)
from services.common.contracts.topics import all_topics
from services.common.contracts.workflows import agreement_workflow_id
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.calendar import DayCount
from services.followup.domain.instalments import judge
from services.followup.domain.verdict import AgreementVerdict, InstalmentState, InstalmentVerdict, Standing
from services.followup.models import Agreement, Instalment
from services.followup.repository import holds, postings
from services.followup.repository.followed import Followed
from services.followup.service import judgement
from services.followup.service.applying import Applying, keep
from services.followup.service.calendar import Calendar
from services.followup.service.clocks.counting import Clocks
from services.followup.service.notices import Notices
from services.followup.service.talks import close_talks
from services.followup.vocabulary import ACTIVE_STATES, AgreementState

_PAID = (InstalmentState.PAID, InstalmentState.CAUGHT_UP)


class Verdicts:
    """Judges agreements whose locks the caller holds."""

    def __init__(self, calendar: Calendar, notices: Notices, applying: Applying, clocks: Clocks) -> None:
        self._calendar = calendar
        self._notices = notices
        self._applying = applying
        self._clocks = clocks
        self._partitions = all_topics()[bank.PAYMENTS].partitions

    async def judge(
        self, uow: UnitOfWork, agreements: Sequence[Followed], until: Mapping[str, date] | None = None
    ) -> None:
        """Judge again with all facts there are, in one read for any number of agreements; the caller writes them.

        `until` has, by account, the day another agreement took over from the one that is judged.
        """
        accounts = {one.agreement.account_ref for one in agreements}
        facts = await postings.facts_of(uow.session, accounts, self._partitions)
        held = await holds.of_cases(uow.session, {one.agreement.case_id for one in agreements})
        for one in agreements:
            account_ref = one.agreement.account_ref
            own = facts.postings.get(account_ref, [])
            days = self._calendar.days(uow, one.agreement, held.get(one.agreement.case_id, ()))
            await self._judge_one(uow, one, own, facts.closed_through, (until or {}).get(account_ref), days)

    async def _judge_one(
        self,
        uow: UnitOfWork,
        judged: Followed,
        postings: Sequence[Row[Any]],
        closed: date | None,
        until: date | None,
        days: DayCount,
    ) -> None:
        agreement, lines = judged.agreement, judged.lines
        terms = judgement.terms_of(agreement)
        counted = judgement.postings_of(agreement, postings, until)
        verdict = judge(judgement.schedule_of(agreement, lines), counted, terms, closed, days)
        missed = await self._write_lines(uow, agreement, lines, verdict)
        agreement.unapplied = verdict.unapplied.amount
        keep(agreement, self._applying.applied(agreement, lines, counted))
        agreement.standing = verdict.standing
        await self._clocks.count(uow, agreement, lines, closed, days)
        if agreement.state not in ACTIVE_STATES:
            return
        await self._calendar.plan(uow, agreement, lines, judgement.next_days(verdict, terms, closed, days), days)
        await self._move(uow, agreement, lines, missed, days.is_paused(self._calendar.today(uow, agreement)))

    async def _write_lines(
        self, uow: UnitOfWork, agreement: Agreement, lines: Sequence[Instalment], verdict: AgreementVerdict
    ) -> bool:
        """Write the verdicts and say what was paid and missed since the last ones; whether anything was missed."""
        missed = False
        for line, found in zip(lines, verdict.instalments, strict=True):
            before = line.state
            _write(line, found)
            if agreement.state not in ACTIVE_STATES:
                continue
            if found.state in _PAID and before not in _PAID and found.paid_on is not None:
                await uow.emit(InstalmentPaid(**ids_of(agreement), number=line.number, on=found.paid_on))
            if found.state is InstalmentState.MISSED and before != InstalmentState.MISSED:
                missed = True
                await uow.emit(InstalmentMissed(**ids_of(agreement), number=line.number, shortfall=found.shortfall))
        return missed

    async def _move(
        self, uow: UnitOfWork, agreement: Agreement, lines: Sequence[Instalment], missed: bool, paused: bool
    ) -> None:
        standing = Standing(agreement.standing)
        if standing is Standing.COMPLETED:
            await self._complete(uow, agreement)
        elif standing is Standing.ON_TRACK and agreement.state == AgreementState.AT_RISK:
            await step(uow, agreement, AgreementState.ACTIVE)
            await self._notices.end(uow, agreement, "recovered")
            await uow.emit(AgreementRecovered(**ids_of(agreement)))
        elif standing in (Standing.AT_RISK, Standing.BROKEN_CANDIDATE):
            if agreement.state == AgreementState.ACTIVE:
                await step(uow, agreement, AgreementState.AT_RISK)
                await uow.nudge(agreement_workflow_id(agreement.agreement_id), agreement.case_id)
            if paused:
                await self._notices.pause(uow, agreement)
            else:
                await self._notices.go_on(uow, agreement, lines, missed)

    async def _complete(self, uow: UnitOfWork, agreement: Agreement) -> None:
        was_at_risk = agreement.state == AgreementState.AT_RISK
        await step(uow, agreement, AgreementState.COMPLETED)
        if was_at_risk:
            await self._notices.end(uow, agreement, "completed")
        await self._calendar.clear(uow, agreement)
        await close_talks(uow, agreement, "agreement_over")
        agreement.ended_at = uow.now()
        await uow.emit(AgreementCompleted(**ids_of(agreement)))
        await uow.nudge(agreement_workflow_id(agreement.agreement_id), agreement.case_id)


async def step(uow: UnitOfWork, agreement: Agreement, state: AgreementState) -> None:
    """Change the state of an agreement, with its version and an audit entry."""
    before, agreement.state = agreement.state, state.value
    agreement.version += 1
    await uow.audit(
        f"agreement.{state.value}",
        f"agreement/{agreement.agreement_id}",
        case_id=agreement.case_id,
        before={"state": before},
        after={"state": state.value},
        detail={"standing": agreement.standing, "terms": agreement.terms_version},
    )


def _write(line: Instalment, found: InstalmentVerdict) -> None:
    line.state = found.state.value
    line.last_good_day = found.last_good_day
    line.paid = found.paid.amount
    line.paid_in_time = found.paid_in_time.amount
    line.paid_on = found.paid_on


class Ids(TypedDict):
    """The references every event about an agreement carries."""

    case_id: UUID
    agreement_id: UUID
    round: int


def ids_of(agreement: Agreement) -> Ids:
    """The references of an agreement."""
    return {"case_id": agreement.case_id, "agreement_id": agreement.agreement_id, "round": agreement.round}
