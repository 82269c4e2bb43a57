"""SQL of programmes that opened, and of the running plans that are screened for them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.sql import Sql
from services.followup.models import ReliefProgramme, Screening

# A plan is locked against a second screening by the programme's row; nothing of it changes.
_UNSCREENED = Sql(
    """
    SELECT a.agreement_id, a.case_id, a.pack, coalesce(t.pack, a.pack) AS packs, coalesce(t.product, '') AS product,
        a.activated_on, count(*) FILTER (WHERE i.state IN ('SCHEDULED', 'DUE', 'PART_PAID', 'MISSED')) AS open_lines
    FROM agreement a JOIN instalment i USING (agreement_id) LEFT JOIN triaged_case t ON t.case_id = a.case_id
    WHERE a.state IN ('active', 'at_risk') AND NOT EXISTS (
        SELECT FROM screening s WHERE s.programme_id = :programme_id AND s.agreement_id = a.agreement_id)
    GROUP BY a.agreement_id, t.pack, t.product ORDER BY a.agreement_id LIMIT :most
    """
)
_FOR_CASE = Sql(
    """
    SELECT p.code, p.relief_type, p.closes_on FROM screening s JOIN relief_programme p USING (programme_id)
    WHERE s.case_id = :case_id AND s.result = 'eligible' AND (p.closes_on IS NULL OR p.closes_on >= :today)
    ORDER BY p.opens_on, p.code
    """
)


async def put(session: AsyncSession, programme: ReliefProgramme) -> None:
    """Keep a programme that opened."""
    session.add(programme)
    await session.flush()


async def is_known(session: AsyncSession, code: str) -> bool:
    """Whether a programme of this code opened before."""
    query = select(func.count()).where(col(ReliefProgramme.code) == code)
    return bool((await session.execute(query)).scalar_one())


async def lock(session: AsyncSession, programme_id: UUID) -> ReliefProgramme | None:
    """One programme, locked."""
    query = select(ReliefProgramme).where(col(ReliefProgramme.programme_id) == programme_id).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def unscreened(session: AsyncSession, programme_id: UUID, most: int) -> Sequence[RowMapping]:
    """Running plans that a locked programme was not asked about."""
    return (await _UNSCREENED.run(session, {"programme_id": programme_id, "most": most})).mappings().all()


async def keep(session: AsyncSession, found: Sequence[Screening]) -> None:
    """Keep what was found."""
    session.add_all(found)
    await session.flush()


async def counted(session: AsyncSession, programme_id: UUID) -> Mapping[str, int]:
    """How many plans have each result."""
    query = select(col(Screening.result), func.count()).where(col(Screening.programme_id) == programme_id)
    rows = (await session.execute(query.group_by(col(Screening.result)))).all()
    return {row[0]: row[1] for row in rows}


async def eligible(session: AsyncSession, programme_id: UUID, after: UUID | None, most: int) -> Sequence[Screening]:
    """Who was told, in the order of their agreements, behind one of them."""
    query = select(Screening).where(col(Screening.programme_id) == programme_id, col(Screening.result) == "eligible")
    if after is not None:
        query = query.where(col(Screening.agreement_id) > after)
    return (await session.execute(query.order_by(col(Screening.agreement_id)).limit(most))).scalars().all()


async def of_case(session: AsyncSession, case_id: UUID, today: Any) -> Sequence[RowMapping]:
    """The programmes that are open for a case on a day."""
    return (await _FOR_CASE.run(session, {"case_id": case_id, "today": today})).mappings().all()
