"""SQL of the hold on a debt while what was agreed about it is performed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql

HOLD_DEBT = Sql(
    """
    INSERT INTO hold (hold_id, borrower_id, case_id, origin, reach, blocks, starts_at)
    SELECT CAST(:hold_id AS uuid), borrower_id, case_id, 'agreement', 'debt', CAST(:blocks AS jsonb),
        CAST(:at AS timestamptz)
    FROM contact_case WHERE case_id = :case_id
    ON CONFLICT DO NOTHING
    """
)
FREE_DEBT = Sql(
    "UPDATE hold SET lifted_at = :at WHERE case_id = :case_id AND reach = 'debt' AND origin = 'agreement' "
    "AND lifted_at IS NULL"
)


async def hold_debt(session: AsyncSession, case_id: UUID, hold_id: UUID, blocks: Sequence[str], at: datetime) -> None:
    """Hold the debt of a case, if the case is known here; the same again is the same."""
    values = {"case_id": case_id, "hold_id": hold_id, "blocks": orjson.dumps(list(blocks)).decode(), "at": at}
    await HOLD_DEBT.run(session, values)


async def free_debt(session: AsyncSession, case_id: UUID, at: datetime) -> None:
    """What was agreed is performed no more."""
    await FREE_DEBT.run(session, {"case_id": case_id, "at": at})
