"""Documents that serve a further case of the borrower who handed them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.plans.models import Evidence, EvidenceReuse
from services.plans.repository.rows import columns, put, take

# Shared with others who link it; who revokes it waits, and whoever links it then finds it revoked.
SOURCE = Sql(
    f"""
    SELECT {columns(Evidence, "e")}, c.borrower_id, (
        SELECT reviewer FROM evidence_review r WHERE r.evidence_id = e.evidence_id
    ) AS reviewer
    FROM evidence e JOIN plan_case c USING (case_id) WHERE evidence_id = :evidence_id FOR SHARE OF e
    """  # noqa: S608 - made of constants
)
REUSABLE = Sql(
    f"""
    SELECT {columns(Evidence, "e")} FROM plan_case c JOIN evidence e USING (case_id)
    WHERE c.borrower_id = :borrower_id AND c.case_id <> :case_id AND e.state = 'VERIFIED' AND e.expires_on >= :day
        AND NOT EXISTS (SELECT FROM evidence_reuse u WHERE u.case_id = :case_id AND u.evidence_id = e.evidence_id)
    ORDER BY e.uploaded_at, e.evidence_id
    """  # noqa: S608 - made of constants
)
SERVES = Sql("SELECT case_id FROM evidence_reuse WHERE evidence_id = :evidence_id ORDER BY case_id")
LINKED = Sql("SELECT EXISTS (SELECT FROM evidence_reuse WHERE evidence_id = :evidence_id AND case_id = :case_id)")
CASE_OF = Sql("SELECT case_id FROM evidence WHERE evidence_id = :evidence_id")


@dataclass(frozen=True, slots=True)
class Source:
    """A document where it was handed in: whose case that is, and who reviewed it."""

    row: Evidence
    borrower_id: UUID
    reviewer: str | None


async def source(session: AsyncSession, evidence_id: UUID) -> Source | None:
    """A document that nobody revokes before this transaction ends."""
    row = (await SOURCE.run(session, {"evidence_id": evidence_id})).mappings().one_or_none()
    return None if row is None else Source(take(Evidence, "e", row), row["borrower_id"], row["reviewer"])


async def reusable(session: AsyncSession, case_id: UUID, borrower_id: UUID, day: date) -> Sequence[Evidence]:
    """What counts on `day` in other cases of the borrower and does not serve this one yet, oldest first."""
    values = {"case_id": case_id, "borrower_id": borrower_id, "day": day}
    return [take(Evidence, "e", row) for row in (await REUSABLE.run(session, values)).mappings().all()]


async def serves(session: AsyncSession, evidence_id: UUID) -> Sequence[UUID]:
    """The further cases that a document serves."""
    return (await SERVES.run(session, {"evidence_id": evidence_id})).scalars().all()


async def touched(session: AsyncSession, evidence_id: UUID) -> Sequence[UUID]:
    """Every case that a document is in or serves, in the order in which they are locked."""
    own = (await CASE_OF.run(session, {"evidence_id": evidence_id})).scalars().all()
    return sorted({*own, *await serves(session, evidence_id)})


async def linked(session: AsyncSession, case_id: UUID, evidence_id: UUID) -> bool:
    """Whether a document serves a case already."""
    return bool((await LINKED.run(session, {"case_id": case_id, "evidence_id": evidence_id})).scalar_one())


async def link(session: AsyncSession, row: EvidenceReuse) -> None:
    """Have a document serve a locked case."""
    await put(session, row)
