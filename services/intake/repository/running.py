"""What is under way: open cases, flags that are reviewed, bulk jobs, interest that a hold stops."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql

PAGE = 500
OPEN = Sql(
    "SELECT case_id FROM collections_case WHERE state <> 'CLOSED' AND case_id > :after ORDER BY case_id LIMIT :page"
)
REVIEWED = Sql(
    "SELECT case_id, CAST(ref AS uuid) AS flag_id FROM obligation WHERE state = 'open' AND kind = 'flag_review'"
)
JOBS = Sql("SELECT bulk_id, state = 'undoing' AS undo FROM bulk_hold WHERE state IN ('placing', 'undoing')")
STOPS = Sql("SELECT case_id, stop_id FROM interest_stop WHERE wanted = 'stopped' OR state <> 'confirmed'")
FIRST = UUID(int=0)


async def open_cases(session: AsyncSession) -> AsyncIterator[UUID]:
    """Every open case, a page at a time."""
    after = FIRST
    while True:
        page = (await OPEN.run(session, {"after": after, "page": PAGE})).scalars().all()
        for after in page:
            yield after
        if len(page) < PAGE:
            return


async def reviewed_flags(session: AsyncSession) -> Sequence[tuple[UUID, UUID]]:
    """Case and flag of every review that is waited for."""
    return [(row.case_id, row.flag_id) for row in await REVIEWED.run(session, {})]


async def bulk_jobs(session: AsyncSession) -> Sequence[tuple[UUID, bool]]:
    """Jobs under way, and whether they take their holds back."""
    return [(row.bulk_id, row.undo) for row in await JOBS.run(session, {})]


async def interest_stops(session: AsyncSession) -> Sequence[tuple[UUID, UUID]]:
    """Case and stop of every debt whose interest a hold stops, or that the core has not let go on."""
    return [(row.case_id, row.stop_id) for row in await STOPS.run(session, {})]
