"""SQL of what is written back when cases end well."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.sql import Sql
from services.followup.models import CrmSummary

_PAST = Sql(
    """
    SELECT count(DISTINCT a.agreement_id) AS plans,
        count(*) FILTER (WHERE i.state IN ('MISSED', 'CAUGHT_UP')) AS missed, max(a.language) AS language
    FROM agreement a JOIN instalment i USING (agreement_id) WHERE a.case_id = :case_id
    """
)


class Past(NamedTuple):
    """How many plans a case had, how many of their instalments were not paid in time, and the language of them."""

    plans: int
    missed: int
    language: str | None


async def put(session: AsyncSession, summary: CrmSummary) -> None:
    """Keep that a summary is to be written."""
    session.add(summary)
    await session.flush()


async def lock(session: AsyncSession, case_id: UUID) -> CrmSummary | None:
    """The summary of a case, locked."""
    query = select(CrmSummary).where(col(CrmSummary.case_id) == case_id).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def waiting(session: AsyncSession) -> Sequence[UUID]:
    """The cases whose summary is not written yet."""
    query = select(col(CrmSummary.case_id)).where(col(CrmSummary.reference).is_(None))
    return (await session.execute(query.order_by(col(CrmSummary.case_id)))).scalars().all()


async def past(session: AsyncSession, case_id: UUID) -> Past:
    """What a case was like."""
    row = (await _PAST.run(session, {"case_id": case_id})).one()
    return Past(row.plans, row.missed, row.language)
