"""Agreements: begun by an activated plan, stopped by a closed case, read by people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.common.contracts.events.cases import CaseAssigned, CaseClosed
from services.common.contracts.events.plans import PlanActivated, PlanDebt
from services.common.contracts.workflows import agreement_workflow_id
from services.common.kernel.errors import NotFound
from services.common.kernel.money import Money
from services.common.runtime.assignees import assign
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.tasks import CASE_CLOSED
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.verdict import InstalmentState, Standing
from services.followup.errors import AccountHasAgreement, ScheduleDiffers
from services.followup.models import Agreement, Instalment
from services.followup.repository import agreements, cases, followed, holds
from services.followup.repository.followed import Followed
from services.followup.schemas import Agreements, AgreementView
from services.followup.service.clocks.counting import Clocks, marks_of
from services.followup.service.judgement import days_of
from services.followup.service.policies import Policies
from services.followup.service.promises.following import Promises
from services.followup.service.promises.judging import PromiseVerdicts
from services.followup.service.talks import Talks, close_talks
from services.followup.service.verdicts import Verdicts, step
from services.followup.service.views import agreement_view
from services.followup.vocabulary import ACTIVE_STATES, AgreementState


class AgreementsService:
    """Begins, stops and shows agreements."""

    def __init__(
        self,
        database: Database,
        policies: Policies,
        verdicts: Verdicts,
        promises: Promises,
        kept: PromiseVerdicts,
        talks: Talks,
        clocks: Clocks,
    ) -> None:
        self._database = database
        self._policies = policies
        self._verdicts = verdicts
        self._promises = promises
        self._kept = kept
        self._talks = talks
        self._clocks = clocks

    async def apply_activated(self, uow: UnitOfWork, received: Received[PlanActivated]) -> None:
        """plan.activated: agreement, instalments and what is waited for, in one transaction. Again: nothing.

        The end of the case may be heard of first: its agreement is stopped from its beginning then. ScheduleDiffers
        when the instalments, or the parts of the debt, do not sum to the total; AccountHasAgreement while another one
        is active.
        """
        plan = received.payload
        _require_sums(plan)
        await holds.lock_person(uow.session, plan.borrower_id)
        await followed.lock_account(uow.session, plan.account_ref)
        found = await followed.lock_agreements_of_account(uow.session, plan.account_ref)
        known = [one.agreement for one in found]
        if any(one.agreement_id == plan.agreement_id for one in known):
            return
        await cases.lock_case(uow.session, plan.case_id)
        ended = await cases.has_ended(uow.session, plan.case_id)
        if not ended and any(one.state in ACTIVE_STATES for one in known):
            raise AccountHasAgreement("an earlier agreement of this account is still active")
        agreement = self._agreement(uow, plan)
        await uow.audit(
            "agreement.begun",
            f"agreement/{plan.agreement_id}",
            case_id=plan.case_id,
            detail={"schedule_hash": plan.schedule_hash, "terms": agreement.terms_version},
        )
        if ended:
            await _stop(uow, agreement)
        await holds.owe(uow.session, plan.case_id, plan.borrower_id)
        new = Followed(agreement, _lines(agreement, plan))
        await self._verdicts.judge(uow, [new])
        await self._talks.begin_heard(uow, agreement)
        await followed.begin(uow.session, new)
        await self._clocks.begin(uow, agreement, plan)
        await self._kept.judge(uow, [plan.account_ref])

    async def apply_assigned(self, uow: UnitOfWork, received: Received[CaseAssigned]) -> None:
        """case.assigned: other agents do not see the agreements of the case from now on."""
        await assign(uow.session, received.payload.case_id, received.payload.assignee)

    async def apply_closed(self, uow: UnitOfWork, received: Received[CaseClosed]) -> None:
        """case.closed: what is still active stops, and nothing of the case is waited for any more."""
        case_id = received.payload.case_id
        await cases.lock_case(uow.session, case_id)
        await cases.end_case(uow.session, case_id, received.payload.closed_at)
        active = await followed.lock_active_of_case(uow.session, case_id)
        for agreement in (one.agreement for one in active):
            await _stop(uow, agreement)
            await uow.nudge(agreement_workflow_id(agreement.agreement_id), case_id)
        await followed.write(uow.session, active)
        await self._promises.end_case(uow, case_id)
        await uow.close_tasks(case_id, CASE_CLOSED)
        await uow.release_all(case_id)

    async def get(self, caller: Caller, agreement_id: UUID) -> AgreementView:
        """One agreement. NotFound, also for one of a case that is not to be seen."""
        caller.require_any(ROLES)
        async with self._database.read() as session:
            found = await agreements.show(session, agreement_id, caller)
        if found is None:
            raise NotFound("there is no agreement of this id")
        return agreement_view(*found)

    async def of_case(self, caller: Caller, case_id: UUID) -> Agreements:
        """The agreements of a case; none for a case that is not known here, or not to be seen."""
        caller.require_any(ROLES)
        async with self._database.read() as session:
            found = await agreements.show_of_case(session, case_id, caller)
        return Agreements(items=[agreement_view(*one) for one in found])

    def _agreement(self, uow: UnitOfWork, plan: PlanActivated) -> Agreement:
        version, terms = self._policies.terms(plan.pack, plan.activated_on)
        return Agreement(
            agreement_id=plan.agreement_id,
            case_id=plan.case_id,
            plan_id=plan.plan_id,
            plan_version=plan.version,
            account_ref=plan.account_ref,
            round=plan.round,
            state=AgreementState.ACTIVE.value,
            standing=Standing.ON_TRACK.value,
            currency=plan.total.currency,
            total=plan.total.amount,
            unapplied=Money.zero(plan.total.currency).amount,
            schedule_hash=plan.schedule_hash,
            core_reference=plan.core_reference,
            grace_days=terms.grace_days,
            tolerance_percent=terms.tolerance_percent,
            broken_after_missed=terms.broken_after_missed,
            broken_after_days=terms.broken_after_days,
            to_business_day=terms.to_business_day,
            terms_version=version,
            pack=plan.pack,
            language=plan.language,
            activated_on=plan.activated_on,
            marked=bool(marks_of(plan)),
            **_owed(plan.debt),
        )


def _require_sums(plan: PlanActivated) -> None:
    currency = plan.total.currency
    if Money.total((line.amount for line in plan.schedule), currency) != plan.total:
        raise ScheduleDiffers("the instalments do not sum to the total")
    if plan.debt is not None:
        costs = Money.total((line.interest for line in plan.schedule if line.interest is not None), currency)
        if plan.debt.principal + plan.debt.interest + plan.debt.fees + costs != plan.total:
            raise ScheduleDiffers("the parts of the debt do not sum to the total")


async def _stop(uow: UnitOfWork, agreement: Agreement) -> None:
    await step(uow, agreement, AgreementState.STOPPED)
    await close_talks(uow, agreement, "agreement_over")
    agreement.ended_at = uow.now()
    agreement.judge_on = agreement.verdict_on = None
    agreement.remind_number = agreement.remind_at = agreement.second_notice_at = None


def _owed(debt: PlanDebt | None) -> dict[str, Any]:
    if debt is None:
        return {}
    return {
        "product": debt.product,
        "late_since": debt.late_since,
        "owed_principal": debt.principal.amount,
        "owed_interest": debt.interest.amount,
        "owed_fees": debt.fees.amount,
    }


def _lines(agreement: Agreement, plan: PlanActivated) -> list[Instalment]:
    nothing, days = Money.zero(agreement.currency).amount, days_of(agreement)
    return [
        Instalment(
            agreement_id=agreement.agreement_id,
            number=line.number,
            due_date=line.due_date,
            last_good_day=days.last_good_day(line.due_date, agreement.grace_days),
            amount=line.amount.amount,
            state=InstalmentState.SCHEDULED.value,
            paid=nothing,
            paid_in_time=nothing,
            cost=line.interest.amount if line.interest else None,
        )
        for line in plan.schedule
    ]
