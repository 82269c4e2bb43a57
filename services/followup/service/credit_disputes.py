"""Disputes of the credit record: opened with the statutory time, decided with a reason, corrected and confirmed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from services.common.contracts.events.agreements import CreditCorrectionRequested
from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.workflows import CREDIT_DISPUTE_WATCH
from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.credit_disputes import answer_by
from services.followup.errors import (
    CaseNotKnown,
    CreditDisputeDecided,
    CreditDisputeOpen,
    CreditDisputeUnknown,
    NoCorrectionAwaited,
)
from services.followup.models import CreditDispute
from services.followup.repository import cases, credit_disputes, ends
from services.followup.schemas.credit_disputes import (
    ConfirmCorrection,
    CreditDisputeView,
    DecideCreditDispute,
    OpenCreditDispute,
)
from services.followup.schemas.credit_disputes import CreditDisputes as Listed
from services.followup.service.policies import DEFAULT, Policies
from services.followup.service.watch_disputes import oblige_confirmation, oblige_decision
from services.followup.vocabulary import (
    CORRECTION_LATE,
    CREDIT_CORRECTION,
    CREDIT_DISPUTE,
    DISPUTE_LATE,
    DisputeState,
)
from services.followup.workflows.messages import DisputeInput, dispute_workflow_id

DECIDERS = frozenset({"risk", "compliance"})
CONFIRMERS = DECIDERS | {"system"}


class CreditDisputes:
    """Opens, shows, decides and confirms."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def open(self, caller: Caller, case_id: UUID, body: OpenCreditDispute) -> Answer:
        """Somebody disputes their credit record, also after the case has ended. CaseNotKnown, CreditDisputeOpen,
        InvalidInput (a day that is still to come).
        """
        caller.require_any(ROLES)
        async with self._database.write(caller) as uow:
            await cases.lock_case(uow.session, case_id)
            known = await ends.triaged(uow.session, case_id)
            if known is None or not await ends.is_known(uow.session, case_id, caller):
                raise CaseNotKnown
            now = uow.now()
            clock = self._policies.pack(DEFAULT, now)
            if body.received_on > clock.today(now):
                raise InvalidInput("no such day", fields=[("#/received_on", "is today or before")])
            for other in await credit_disputes.lock_open(uow.session, case_id):
                if other.disputed == body.disputed and other.state == DisputeState.OPEN:
                    raise CreditDisputeOpen
            days = self._policies.answer_days(known.pack, known.product, body.received_on)
            answering = answer_by(body.received_on, days)
            number = await credit_disputes.count(uow.session, case_id) + 1
            dispute = CreditDispute(
                dispute_id=business_uuid("credit-dispute", str(case_id), str(number)),
                case_id=case_id,
                account_ref=known.account_ref,
                disputed=body.disputed,
                received_on=body.received_on,
                due_on=answering.due_on,
                rule=answering.rule,
                state=DisputeState.OPEN.value,
                opened_by=caller.person,
                opened_at=now,
            )
            await credit_disputes.put(uow.session, dispute)
            await self._ask(uow, dispute)
            start = DisputeInput(case_id=case_id, dispute_id=dispute.dispute_id)
            await uow.start(CREDIT_DISPUTE_WATCH, dispute_workflow_id(dispute.dispute_id), start, case_id)
            await _audit(uow, dispute, "opened", {"disputed": dispute.disputed, "rule": dispute.rule})
            return uow.answer(dispute_view(dispute), status=201, etag=dispute.version)

    async def of_case(self, caller: Caller, case_id: UUID) -> Listed:
        """The disputes of a case; none for one that is not known here, or not to be seen."""
        caller.require_any(ROLES)
        async with self._database.read() as session:
            found = await credit_disputes.of_case(session, case_id, caller)
        return Listed(items=[dispute_view(one) for one in found])

    async def get(self, caller: Caller, dispute_id: UUID) -> Answer:
        """One dispute. CreditDisputeUnknown."""
        caller.require_any(ROLES)
        async with self._database.read() as session:
            found = await credit_disputes.find(session, dispute_id, caller)
        if found is None:
            raise CreditDisputeUnknown
        return Answer(dispute_view(found), etag=found.version)

    async def decide(self, caller: Caller, dispute_id: UUID, body: DecideCreditDispute) -> Answer:
        """The record stands, or is to be corrected. CreditDisputeUnknown, CreditDisputeDecided, StaleVersion."""
        caller.require_any(DECIDERS)
        async with self._database.write(caller) as uow:
            dispute = await self._locked(uow, dispute_id)
            if dispute.state != DisputeState.OPEN:
                raise CreditDisputeDecided
            caller.require_version(dispute.version)
            now = uow.now()
            dispute.state, dispute.reason = DisputeState(body.decision).value, body.reason
            dispute.decided_by, dispute.decided_at, dispute.late_at = caller.person, now, None
            dispute.version += 1
            await uow.release(CREDIT_DISPUTE, dispute.ref)
            await uow.close_task(CREDIT_DISPUTE, dispute.task_ref, body.decision)
            await uow.close_task(DISPUTE_LATE, dispute.ref, body.decision)
            if dispute.state == DisputeState.CORRECTED:
                await self._correct(uow, dispute)
            await _audit(uow, dispute, body.decision, {"reason": body.reason})
            await uow.nudge(dispute_workflow_id(dispute_id), dispute.case_id)
            await uow.session.flush()
            return uow.answer(dispute_view(dispute), etag=dispute.version)

    async def confirm(self, caller: Caller, dispute_id: UUID, body: ConfirmCorrection) -> Answer:
        """The record was put right, as the core or who keeps it says. CreditDisputeUnknown, NoCorrectionAwaited,
        StaleVersion, InvalidInput (a day before the decision, or still to come).
        """
        caller.require_any(CONFIRMERS)
        async with self._database.write(caller) as uow:
            dispute = await self._locked(uow, dispute_id)
            if dispute.state != DisputeState.CORRECTED or dispute.decided_at is None:
                raise NoCorrectionAwaited
            caller.require_version(dispute.version)
            now = uow.now()
            clock = self._policies.pack(DEFAULT, now)
            if not clock.today(dispute.decided_at) <= body.confirmed_on <= clock.today(now):
                raise InvalidInput("no such day", fields=[("#/confirmed_on", "is between the decision and today")])
            dispute.state, dispute.confirmed_on = DisputeState.CONFIRMED.value, body.confirmed_on
            dispute.confirmed_by, dispute.confirmed_at = caller.person, now
            dispute.version += 1
            await uow.meet(CREDIT_CORRECTION, dispute.ref)
            await uow.close_task(CORRECTION_LATE, dispute.ref, "confirmed")
            await _audit(uow, dispute, "confirmed", {"confirmed_on": body.confirmed_on.isoformat()})
            await uow.nudge(dispute_workflow_id(dispute_id), dispute.case_id)
            await uow.session.flush()
            return uow.answer(dispute_view(dispute), etag=dispute.version)

    async def outlive(self, uow: UnitOfWork, said: CaseClosed) -> None:
        """case.closed: what a person may have of their credit record does not end with the case."""
        for dispute in await credit_disputes.lock_open(uow.session, said.case_id):
            if dispute.state == DisputeState.OPEN:
                dispute.asked += 1
                dispute.version += 1
                await self._ask(uow, dispute)
            else:
                await oblige_confirmation(uow, dispute, self._policies)
        await uow.session.flush()

    async def _correct(self, uow: UnitOfWork, dispute: CreditDispute) -> None:
        assert dispute.decided_at is not None and dispute.reason is not None
        clock, days = self._policies.pack(DEFAULT, uow.now()), self._policies.credit_disputes(uow.now()).confirm_days
        decided_on = clock.today(dispute.decided_at)
        dispute.confirm_by = decided_on + timedelta(days=days)
        told = {
            "case_id": dispute.case_id,
            "dispute_id": dispute.dispute_id,
            "account_ref": dispute.account_ref,
            "disputed": dispute.disputed,
            "reason_code": dispute.reason,
            "received_on": dispute.received_on,
            "decided_on": decided_on,
            "confirm_by": dispute.confirm_by,
        }
        await uow.emit(CreditCorrectionRequested.model_validate(told))
        await oblige_confirmation(uow, dispute, self._policies)

    async def _ask(self, uow: UnitOfWork, dispute: CreditDispute) -> None:
        deadline = await oblige_decision(uow, dispute, self._policies)
        await uow.open_task(
            NewTask(
                case_id=dispute.case_id,
                kind=CREDIT_DISPUTE,
                ref=dispute.task_ref,
                needs_role="risk",
                decide_path=f"/v1/credit-disputes/{dispute.dispute_id}/decision",
                reason="credit_record_disputed",
                deadline=deadline,
                workflow_id=dispute_workflow_id(dispute.dispute_id),
            )
        )

    async def _locked(self, uow: UnitOfWork, dispute_id: UUID) -> CreditDispute:
        found = await credit_disputes.lock(uow.session, dispute_id, uow.caller)
        if found is None:
            raise CreditDisputeUnknown
        return found


async def _audit(uow: UnitOfWork, dispute: CreditDispute, action: str, detail: dict[str, str]) -> None:
    subject = f"credit-dispute/{dispute.dispute_id}"
    await uow.audit(f"credit_dispute.{action}", subject, case_id=dispute.case_id, detail=detail)


def dispute_view(dispute: CreditDispute) -> CreditDisputeView:
    """A dispute as it is shown."""
    return CreditDisputeView.model_validate(dispute.model_dump(include=set(CreditDisputeView.model_fields)))
