"""Telling others what a borrower asks for."""

from uuid import UUID

from services.common.contracts.events.cases import ReliefRequested
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.models import CollectionsCase, ReliefRequest
from services.intake.policies import Policies


async def say_requested(
    uow: UnitOfWork,
    case: CollectionsCase,
    request: ReliefRequest,
    policies: Policies,
    agreement_id: UUID | None = None,
) -> None:
    """Tell others of a request: assessment follows from it, unless more is asked for under an agreement in force."""
    await uow.emit(
        ReliefRequested(
            case_id=case.case_id,
            request_id=request.request_id,
            request_type=request.request_type,
            round=case.round,
            requested_on=policies.cases(uow.now()).today(uow.now()),
            agreement_id=agreement_id,
        )
    )
