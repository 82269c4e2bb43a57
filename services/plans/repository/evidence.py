"""Checklists, documents and their reviews."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.plans.domain.evidence import EvidenceItem, EvidenceState
from services.plans.models import Evidence, EvidenceReview

# Both run at every step: made once, with the values as parameters.
_OF_CASE = (
    select(Evidence, EvidenceReview)
    .outerjoin(EvidenceReview, col(EvidenceReview.evidence_id) == col(Evidence.evidence_id))
    .where(col(Evidence.case_id) == bindparam("case_id"))
    .order_by(col(Evidence.uploaded_at), col(Evidence.number))
)
_COUNTING = _OF_CASE.where(
    or_(col(Evidence.checklist_id) == bindparam("checklist_id"), col(Evidence.state) == EvidenceState.VERIFIED.value)
).with_only_columns(
    col(Evidence.evidence_id),
    col(Evidence.evidence_type),
    col(Evidence.state),
    col(Evidence.expires_on),
    col(Evidence.uploaded_by),
    col(EvidenceReview.reviewer),
    maintain_column_froms=True,
)


async def get_evidence(session: AsyncSession, evidence_id: UUID) -> Evidence | None:
    """One document."""
    return await session.get(Evidence, evidence_id, populate_existing=True)


async def get_review(session: AsyncSession, evidence_id: UUID) -> EvidenceReview | None:
    """What a reviewer said of a document."""
    return await session.get(EvidenceReview, evidence_id)


async def of_case(session: AsyncSession, case_id: UUID) -> list[tuple[Evidence, EvidenceReview | None]]:
    """Every document of a case, of all rounds, in the order of arrival."""
    rows = await session.execute(_OF_CASE, {"case_id": case_id}, execution_options={"populate_existing": True})
    return [(found, review) for found, review in rows.all()]


async def items_for(session: AsyncSession, case_id: UUID, checklist_id: UUID) -> tuple[EvidenceItem, ...]:
    """What counts for a checklist: its own documents, and those of earlier rounds that were verified (ask once)."""
    rows = await session.execute(_COUNTING, {"case_id": case_id, "checklist_id": checklist_id})
    return tuple(item_of(row, row.reviewer) for row in rows)


def item_of(document: Evidence | Row[*tuple[Any, ...]], reviewer: str | None) -> EvidenceItem:
    """What a document and its review say, as the rules take it."""
    return EvidenceItem(
        evidence_id=str(document.evidence_id),
        document_type=document.evidence_type,
        state=EvidenceState(document.state),
        valid_through=document.expires_on,
        uploaded_by=document.uploaded_by,
        reviewed_by=reviewer,
    )
