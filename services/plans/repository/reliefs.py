"""Reliefs that an account had before."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql


class Granted(NamedTuple):
    """A relief, the moment it was agreed, and the last day of a plan that is in force."""

    relief: str
    agreed_at: datetime
    ends_on: date | None


GRANTED = Sql(
    """
    SELECT plan.relief_type, agreement.accepted_at,
        CASE WHEN plan.state = 'ACTIVE' THEN CAST(plan.terms ->> 'end_date' AS date) END AS ends_on
    FROM agreement JOIN plan USING (plan_id, version)
    WHERE plan.account_ref = :account_ref AND plan.state IN ('ACTIVE', 'BROKEN', 'COMPLETED', 'STOPPED')
    ORDER BY agreement.accepted_at
    """
)


async def granted(session: AsyncSession, account_ref: str) -> list[Granted]:
    """Every relief of the account that came into force, oldest first."""
    found = await GRANTED.run(session, {"account_ref": account_ref})
    return [Granted(row["relief_type"], row["accepted_at"], row["ends_on"]) for row in found.mappings().all()]
