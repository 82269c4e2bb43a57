"""Talks about a running agreement: while one lasts nobody decides that the agreement is broken.

Callers hold the agreement's lock, and write it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from services.common.contracts.workflows import agreement_workflow_id
from services.common.runtime.obligations import Obligation
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.renegotiation import OPEN_TALKS, RenegotiationState, runs_at_once
from services.followup.models import Agreement, Renegotiation
from services.followup.repository import renegotiations as repository
from services.followup.service.notices import Notices
from services.followup.service.policies import PackTerms, Policies
from services.followup.vocabulary import ACTIVE_STATES

TALKS: Final = "talks"
"""Kind of the obligation to go on when talks took too long, with the agreement's id as ref."""

RENEGOTIATE: Final = "renegotiate"
"""Kind of the task of talking with a borrower who asks for more than was agreed."""

ACCEPT_RENEGOTIATION: Final = "accept_renegotiation"
"""Kind of the task of deciding whether to talk once more."""

R = RenegotiationState


class Talks:
    """Begins and ends talks."""

    def __init__(self, policies: Policies, notices: Notices) -> None:
        self._policies = policies
        self._notices = notices

    async def begin_heard(self, uow: UnitOfWork, agreement: Agreement) -> None:
        """Take up what was heard of an agreement; nothing of one that is over."""
        rows = await repository.lock_not_ended(uow.session, agreement.agreement_id)
        for row in rows:
            if row.state != R.HEARD:
                continue
            if agreement.state not in ACTIVE_STATES:
                await end_talk(uow, row, "agreement_over")
            elif runs_at_once(row.number, self._terms(uow, agreement).renegotiations_most):
                await self.run(uow, agreement, row)
            else:
                await self._ask(uow, agreement, row)
        await self.take_stock(uow, agreement, rows)

    async def run(self, uow: UnitOfWork, agreement: Agreement, row: Renegotiation) -> None:
        """Talks begin: somebody talks with the borrower."""
        terms = self._terms(uow, agreement)
        row.ends_at = uow.now() + timedelta(days=terms.renegotiation_days)
        await self._open(uow, row, RENEGOTIATE, "agent", "further_request", terms)
        await _move(uow, row, R.RUNNING)

    async def end_late(self, uow: UnitOfWork, agreement: Agreement) -> None:
        """Talks that took too long hold nothing up any more."""
        now = uow.now()
        if agreement.renegotiating_until is None or agreement.renegotiating_until > now:
            return
        rows = await repository.lock_not_ended(uow.session, agreement.agreement_id)
        for row in rows:
            if row.state == R.RUNNING and row.ends_at is not None and row.ends_at <= now:
                await end_talk(uow, row, "time_over")
        await self.take_stock(uow, agreement, rows)

    async def take_stock(self, uow: UnitOfWork, agreement: Agreement, rows: Sequence[Renegotiation]) -> None:
        """Set on the agreement what its requests come to, and let what waited for their end go on."""
        before = agreement.renegotiating, agreement.renegotiating_until
        ends = [row.ends_at for row in rows if row.state == R.RUNNING and row.ends_at is not None]
        agreement.renegotiating = any(row.state in OPEN_TALKS for row in rows)
        agreement.renegotiating_until = max(ends, default=None)
        if (agreement.renegotiating, agreement.renegotiating_until) == before:
            return
        agreement.version += 1
        workflow_id = agreement_workflow_id(agreement.agreement_id)
        if (until := agreement.renegotiating_until) is None:
            await uow.meet(TALKS, agreement.ref)
        else:
            await uow.oblige(Obligation(agreement.case_id, TALKS, agreement.ref, "workflow", until, workflow_id))
        if agreement.state in ACTIVE_STATES:
            await self._notices.ask_for_decision(uow, agreement)
            # The workflow sleeps until the next thing that is due: that may be another one now.
            await uow.nudge(workflow_id, agreement.case_id)

    async def _ask(self, uow: UnitOfWork, agreement: Agreement, row: Renegotiation) -> None:
        terms = self._terms(uow, agreement)
        await self._open(uow, row, ACCEPT_RENEGOTIATION, "supervisor", "too_many_requests", terms)
        await _move(uow, row, R.ASKED)

    async def _open(
        self, uow: UnitOfWork, row: Renegotiation, kind: str, needs_role: str, reason: str, terms: PackTerms
    ) -> None:
        await uow.open_task(
            NewTask(
                case_id=row.case_id,
                kind=kind,
                ref=str(row.request_id),
                needs_role=needs_role,
                decide_path=f"/v1/renegotiations/{row.request_id}/decision",
                reason=reason,
                deadline=uow.now() + timedelta(days=terms.answer_request_days),
            )
        )

    def _terms(self, uow: UnitOfWork, agreement: Agreement) -> PackTerms:
        return self._policies.pack(agreement.pack, uow.now())


async def end_talk(uow: UnitOfWork, row: Renegotiation, reason: str) -> None:
    """Talks about a request are over, for whatever reason."""
    row.ended_for = reason
    await uow.close_any((RENEGOTIATE, ACCEPT_RENEGOTIATION), str(row.request_id), reason)
    await _move(uow, row, R.ENDED)


async def close_talks(uow: UnitOfWork, agreement: Agreement, reason: str) -> None:
    """The agreement is over: nothing of it is talked about any more."""
    if not agreement.renegotiating:
        return
    for row in await repository.lock_not_ended(uow.session, agreement.agreement_id):
        await end_talk(uow, row, reason)
    agreement.renegotiating, agreement.renegotiating_until = False, None
    await uow.release(TALKS, agreement.ref)


async def _move(uow: UnitOfWork, row: Renegotiation, state: RenegotiationState) -> None:
    before, row.state, row.version = row.state, state.value, row.version + 1
    await repository.write(uow.session, row)
    await uow.audit(
        f"renegotiation.{state.value}",
        f"renegotiation/{row.request_id}",
        case_id=row.case_id,
        before={"state": before},
        after={"state": state.value},
        detail={"number": row.number, "ended_for": row.ended_for},
    )
