"""Asking borrowers how their plan is going: planned when it begins, asked by its workflow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from services.common.contracts.events.contacts import InboundRecorded
from services.common.contracts.events.plans import PlanActivated
from services.common.contracts.workflows import DeliveryRequest, agreement_workflow_id
from services.common.kernel.ids import business_uuid
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.obligations import Obligation
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.check_ins import check_in_days
from services.followup.models import Agreement, Instalment
from services.followup.repository import cases
from services.followup.repository.care import check_ins
from services.followup.service.care.policies import CarePolicies
from services.followup.service.policies import DEFAULT, Policies
from services.followup.vocabulary import CHECK_IN, CHECK_IN_REPLY, CheckInState


class CheckIns:
    """Callers hold the agreement's lock."""

    def __init__(self, policies: Policies, care: CarePolicies) -> None:
        self._policies = policies
        self._care = care

    async def begin(self, uow: UnitOfWork, plan: PlanActivated) -> None:
        """A plan is in force: plan its first question. Nothing for a short plan, and for a case that has ended."""
        if await cases.has_ended(uow.session, plan.case_id):
            return
        days = [line.due_date for line in plan.schedule]
        await self._plan(uow, plan.case_id, plan.agreement_id, plan.pack, days)

    async def look(self, uow: UnitOfWork, agreement: Agreement, lines: Sequence[Instalment]) -> datetime | None:
        """Ask what is due of a running agreement; when the next question is, if there is one."""
        planned = await check_ins.lock_planned(uow.session, agreement.agreement_id)
        if planned is None or planned.due_at > uow.now():
            return planned.due_at if planned else None
        await check_ins.let_pass(uow.session, agreement.agreement_id, CheckInState.ASKED)
        planned.state, planned.asked_at, planned.version = CheckInState.ASKED.value, uow.now(), planned.version + 1
        await uow.session.flush()
        await uow.meet(CHECK_IN, agreement.ref)
        await uow.send_message(
            DeliveryRequest(
                case_id=agreement.case_id,
                purpose=CHECK_IN,
                object_ref=str(planned.check_in_id),
                version=1,
                template=CHECK_IN,
                params={},
                message_class="reminder",
            )
        )
        days = [line.due_date for line in lines]
        return await self._plan(uow, agreement.case_id, agreement.agreement_id, agreement.pack, days, planned.number)

    async def end(self, uow: UnitOfWork, agreement: Agreement) -> None:
        """The agreement is over: nothing is asked about it any more."""
        await check_ins.let_pass(uow.session, agreement.agreement_id, CheckInState.PLANNED, CheckInState.ASKED)
        await uow.release(CHECK_IN, agreement.ref)

    async def apply_inbound(self, uow: UnitOfWork, received: Received[InboundRecorded]) -> None:
        """contact.inbound_recorded: who was asked and wrote something has it read by a person, who says how it goes."""
        said = received.payload
        for check_in_id in await check_ins.asked_of(uow.session, said.case_id):
            days = self._care.terms(DEFAULT, uow.now()).check_ins.read_reply_days
            await uow.open_task(
                NewTask(
                    case_id=said.case_id,
                    kind=CHECK_IN_REPLY,
                    ref=str(check_in_id),
                    needs_role="agent",
                    decide_path=f"/v1/check-ins/{check_in_id}/answer",
                    reason="borrower_replied",
                    deadline=uow.now() + timedelta(days=days),
                )
            )

    async def _plan(
        self, uow: UnitOfWork, case_id: UUID, agreement_id: UUID, pack: str, due_dates: Sequence[date], last: int = 0
    ) -> datetime | None:
        """Plan the next question after the `last` one that was asked. Days that are over are not asked about."""
        terms, clock = self._care.terms(pack, uow.now()).check_ins, self._policies.pack(pack, uow.now())
        instants = [clock.at(day, terms.ask_at) for day in check_in_days(due_dates, terms)]
        coming = [at for at in instants if at > uow.now()]
        if not coming:
            return None
        number, ref = last + 1, str(agreement_id)
        check_in_id = business_uuid("check_in", ref, str(number))
        if await check_ins.plan(uow.session, check_in_id, agreement_id, case_id, number, coming[0]):
            workflow_id = agreement_workflow_id(agreement_id)
            await uow.oblige(Obligation(case_id, CHECK_IN, ref, "workflow", coming[0], workflow_id))
        return coming[0]
