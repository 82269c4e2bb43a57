"""SQL of what a borrower must be told before a plan."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql

KEEP = Sql(
    "INSERT INTO case_disclosure (case_id, open) VALUES (:case_id, :open) "
    "ON CONFLICT (case_id) DO UPDATE SET open = excluded.open"
)
OPEN = Sql("SELECT open FROM case_disclosure WHERE case_id = :case_id")


async def keep(session: AsyncSession, case_id: UUID, still_open: int) -> None:
    """Keep how many of the mandatory disclosures of a case are open."""
    await KEEP.run(session, {"case_id": case_id, "open": still_open})


async def all_given(session: AsyncSession, case_id: UUID) -> bool:
    """Whether contact said that nothing is open."""
    return (await OPEN.run(session, {"case_id": case_id})).scalar_one_or_none() == 0
