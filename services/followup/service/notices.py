"""Notices of missed instalments: the messages, whether one was served, and the person who serves it otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from services.common.contracts.workflows import DeliveryRequest, agreement_workflow_id
from services.common.kernel.money import Money
from services.common.runtime.obligations import Obligation
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.verdict import InstalmentState, Standing
from services.followup.models import Agreement, Instalment
from services.followup.service.policies import Policies
from services.followup.vocabulary import (
    DECISION,
    MISSED_NOTICE,
    NOTICE,
    PLAN_AT_RISK,
    REMINDER,
    SECOND_NOTICE,
    SERVE_NOTICE,
    NoticeState,
)


class Notices:
    """Callers hold the agreement's lock."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def remind(self, uow: UnitOfWork, agreement: Agreement, line: Instalment) -> None:
        """Have the one reminder of an instalment sent."""
        line.reminded = True
        missing = agreement.money(line.amount - line.paid)
        await uow.send_message(
            DeliveryRequest(
                case_id=agreement.case_id,
                purpose=REMINDER,
                object_ref=f"{agreement.agreement_id}:{line.number}",
                version=1,
                template=REMINDER,
                params=_params(agreement, line, missing),
                message_class="reminder",
            )
        )

    async def begin(self, uow: UnitOfWork, agreement: Agreement, lines: Sequence[Instalment]) -> None:
        """The agreement has left its track: have somebody look after it, send the first notice and plan the second."""
        agreement.episode_from = agreement.notices + 1
        await self._have_looked_after(uow, agreement)
        await self.send(uow, agreement, lines)
        await self._plan_second(uow, agreement)

    async def go_on(self, uow: UnitOfWork, agreement: Agreement, lines: Sequence[Instalment], missed: bool) -> None:
        """Do what an agreement that is off its track needs; `missed`: one more instalment is."""
        if agreement.notice_state == NoticeState.NONE:
            await self.begin(uow, agreement, lines)
        elif missed:
            await self.send(uow, agreement, lines)
        elif agreement.second_notice_at is None and agreement.notices == agreement.episode_from:
            # A pause came between the first and the second.
            await self._plan_second(uow, agreement)
        await self.ask_for_decision(uow, agreement)

    async def pause(self, uow: UnitOfWork, agreement: Agreement) -> None:
        """Nobody has to pay now: what is planned is planned anew after the pause."""
        if agreement.second_notice_at is not None:
            agreement.second_notice_at = None
            await uow.release(SECOND_NOTICE, agreement.ref)
        await uow.release(DECISION, agreement.ref)

    async def _plan_second(self, uow: UnitOfWork, agreement: Agreement) -> None:
        pack = self._policies.pack(agreement.pack, uow.now())
        agreement.second_notice_at = uow.now() + timedelta(days=pack.second_notice_after_days)
        workflow_id = agreement_workflow_id(agreement.agreement_id)
        due = agreement.second_notice_at
        await uow.oblige(Obligation(agreement.case_id, SECOND_NOTICE, agreement.ref, "workflow", due, workflow_id))

    async def send(self, uow: UnitOfWork, agreement: Agreement, lines: Sequence[Instalment]) -> None:
        """Have a notice sent about everything that is missed."""
        missed = [line for line in lines if line.state == InstalmentState.MISSED]
        shortfall = Money.total((agreement.money(line.amount - line.paid) for line in missed), agreement.currency)
        agreement.notices += 1
        await uow.send_message(
            DeliveryRequest(
                case_id=agreement.case_id,
                purpose=MISSED_NOTICE,
                object_ref=f"{agreement.agreement_id}:{agreement.notices}",
                version=1,
                template=MISSED_NOTICE,
                params=_params(agreement, missed[0], shortfall),
                message_class="arrangement",
            )
        )
        if agreement.notice_state != NoticeState.SERVED:
            await self._expect(uow, agreement)

    async def send_second(self, uow: UnitOfWork, agreement: Agreement, lines: Sequence[Instalment]) -> None:
        """Have the second notice of an episode sent."""
        agreement.second_notice_at = None
        await uow.meet(SECOND_NOTICE, agreement.ref)
        await self.send(uow, agreement, lines)

    async def served(self, uow: UnitOfWork, agreement: Agreement) -> None:
        """A notice of this episode has reached the borrower."""
        agreement.notice_state = NoticeState.SERVED
        await uow.meet(NOTICE, agreement.ref)
        await uow.close_task(SERVE_NOTICE, task_ref(agreement), "served")
        await self.ask_for_decision(uow, agreement)

    async def failed(self, uow: UnitOfWork, agreement: Agreement, reason: str) -> None:
        """No message could carry the notice: a person serves it by letter or visit."""
        agreement.notice_state = NoticeState.FAILED
        await uow.release(NOTICE, agreement.ref)
        pack = self._policies.pack(agreement.pack, uow.now())
        await uow.open_task(
            NewTask(
                case_id=agreement.case_id,
                kind=SERVE_NOTICE,
                ref=task_ref(agreement),
                needs_role="agent",
                decide_path=f"/v1/agreements/{agreement.agreement_id}/notices",
                reason=reason,
                deadline=uow.now() + timedelta(days=pack.serve_notice_days),
            )
        )

    async def ask_for_decision(self, uow: UnitOfWork, agreement: Agreement) -> None:
        """Wake the workflow when nothing stands between the agreement and the decision that it is broken."""
        if agreement.standing != Standing.BROKEN_CANDIDATE or agreement.renegotiating:
            await uow.release(DECISION, agreement.ref)
            return
        if agreement.notice_state != NoticeState.SERVED:
            return
        workflow_id = agreement_workflow_id(agreement.agreement_id)
        await uow.oblige(Obligation(agreement.case_id, DECISION, agreement.ref, "workflow", uow.now(), workflow_id))
        await uow.nudge(workflow_id, agreement.case_id)

    async def end(self, uow: UnitOfWork, agreement: Agreement, outcome: str) -> None:
        """Nothing is missed any more, or the agreement has ended: nothing is left to serve."""
        await uow.close_any((SERVE_NOTICE, PLAN_AT_RISK), task_ref(agreement), outcome)
        agreement.notice_state = NoticeState.NONE
        agreement.second_notice_at = None
        for kind in (SECOND_NOTICE, NOTICE, DECISION):
            await uow.release(kind, agreement.ref)

    async def _have_looked_after(self, uow: UnitOfWork, agreement: Agreement) -> None:
        """Ask an agent to talk with the borrower before anything is decided: there may be help that fits."""
        pack = self._policies.pack(agreement.pack, uow.now())
        await uow.open_task(
            NewTask(
                case_id=agreement.case_id,
                kind=PLAN_AT_RISK,
                ref=task_ref(agreement),
                needs_role="agent",
                decide_path=f"/v1/agreements/{agreement.agreement_id}/risk",
                reason="instalment_missed",
                deadline=uow.now() + timedelta(days=pack.answer_request_days),
            )
        )

    async def _expect(self, uow: UnitOfWork, agreement: Agreement) -> None:
        if agreement.notice_state == NoticeState.FAILED:
            return
        agreement.notice_state = NoticeState.PENDING
        pack = self._policies.pack(agreement.pack, uow.now())
        due = uow.now() + timedelta(days=pack.notice_days)
        await uow.oblige(Obligation(agreement.case_id, NOTICE, agreement.ref, "outside", due))


def task_ref(agreement: Agreement) -> str:
    """The ref of the tasks of the present episode of an agreement that is off its track."""
    return f"{agreement.agreement_id}:{agreement.episode_from}"


def _params(agreement: Agreement, line: Instalment, missing: Money) -> dict[str, str]:
    return {
        "account_ref": agreement.account_ref,
        "number": str(line.number),
        "due_date": line.due_date.isoformat(),
        "last_good_day": line.last_good_day.isoformat(),
        "amount": str(missing.amount),
        "currency": missing.currency,
    }
