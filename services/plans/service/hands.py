"""Two pairs of eyes: who judges the evidence of a case is never who negotiates it, in whatever order and round."""

from uuid import UUID

from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.errors import ReviewerNegotiates
from services.plans.models import Evidence
from services.plans.repository import hands
from services.plans.service.context import channel_of


async def require_negotiates(uow: UnitOfWork, case_id: UUID) -> None:
    """Raise `ReviewerNegotiates` for a person of the bank who reviewed evidence of the case. Borrowers never did."""
    if channel_of(uow.caller) != "portal" and uow.caller.person in await hands.reviewers(uow.session, case_id):
        raise ReviewerNegotiates("somebody who reviewed no evidence of the case goes on with it")


async def require_reviews(uow: UnitOfWork, evidence: Evidence) -> None:
    """Raise `ReviewerNegotiates` for who uploaded the document or negotiates its case."""
    negotiators = await hands.negotiators(uow.session, evidence.case_id)
    if uow.caller.person in negotiators | {evidence.uploaded_by}:
        raise ReviewerNegotiates("who uploaded the document or negotiates the case does not review it")
