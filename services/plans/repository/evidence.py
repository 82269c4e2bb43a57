"""Checklists, documents and their reviews."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.plans.domain.evidence import EvidenceItem, EvidenceState
from services.plans.models import Checklist, Evidence, EvidenceReview


async def get_checklist(session: AsyncSession, case_id: UUID, round_: int) -> Checklist | None:
    """The checklist of a round."""
    wanted = select(Checklist).where(col(Checklist.case_id) == case_id, col(Checklist.round) == round_)
    return (await session.scalars(wanted.execution_options(populate_existing=True))).one_or_none()


async def case_of(session: AsyncSession, evidence_id: UUID) -> UUID | None:
    """The case that a document belongs to."""
    return (
        await session.scalars(select(col(Evidence.case_id)).where(col(Evidence.evidence_id) == evidence_id))
    ).one_or_none()


async def get_evidence(session: AsyncSession, evidence_id: UUID) -> Evidence | None:
    """One document."""
    return await session.get(Evidence, evidence_id, populate_existing=True)


async def get_review(session: AsyncSession, evidence_id: UUID) -> EvidenceReview | None:
    """What a reviewer said of a document."""
    return await session.get(EvidenceReview, evidence_id)


async def of_case(session: AsyncSession, case_id: UUID) -> list[tuple[Evidence, EvidenceReview | None]]:
    """Every document of a case, of all rounds, in the order of arrival."""
    wanted = (
        select(Evidence, EvidenceReview)
        .outerjoin(EvidenceReview, col(EvidenceReview.evidence_id) == Evidence.evidence_id)
        .where(col(Evidence.case_id) == case_id)
        .order_by(col(Evidence.uploaded_at), col(Evidence.number))
    )
    rows = await session.execute(wanted.execution_options(populate_existing=True))
    return [(found, review) for found, review in rows.all()]


async def items_for(session: AsyncSession, checklist: Checklist) -> tuple[EvidenceItem, ...]:
    """What counts for a checklist: its own documents, and those of earlier rounds that were verified (ask once)."""
    return tuple(
        EvidenceItem(
            evidence_id=str(found.evidence_id),
            document_type=found.evidence_type,
            state=EvidenceState(found.state),
            valid_through=found.expires_on,
            uploaded_by=found.uploaded_by,
            reviewed_by=review.reviewer if review else None,
        )
        for found, review in await of_case(session, checklist.case_id)
        if found.checklist_id == checklist.checklist_id or found.state == EvidenceState.VERIFIED
    )
