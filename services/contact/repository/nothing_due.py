"""SQL of what nothing is due of any more: instalments that are paid, agreements that are over."""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql

WHOLE: Final = 0
"""In place of the number of an instalment: all of the agreement."""
# Part of other statements: whether nothing is due of the instalment `:number` of the agreement `:agreement_id`.
NOTHING_DUE = f"""EXISTS (SELECT FROM nothing_due d WHERE d.agreement_id = CAST(:agreement_id AS uuid)
        AND d.number IN ({WHOLE}, CAST(:number AS integer)))"""
PUT = Sql(
    "INSERT INTO nothing_due (agreement_id, number, case_id, since) VALUES (:agreement_id, :number, :case_id, :since) "
    "ON CONFLICT DO NOTHING"
)
TAKE_AWAY = Sql("DELETE FROM nothing_due WHERE agreement_id = :agreement_id AND number = :number")


class InstalmentRef(NamedTuple):
    """An instalment of an agreement."""

    agreement_id: UUID
    number: int


async def put(session: AsyncSession, ref: InstalmentRef, case_id: UUID, since: datetime) -> None:
    """Nothing is due of it from now on; the same again is the same."""
    await PUT.run(session, {**ref._asdict(), "case_id": case_id, "since": since})


async def take_away(session: AsyncSession, ref: InstalmentRef) -> None:
    """Something is due of it again."""
    await TAKE_AWAY.run(session, ref._asdict())
