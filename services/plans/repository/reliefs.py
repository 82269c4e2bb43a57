"""Reliefs that an account had before."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql

GRANTED = Sql(
    """
    SELECT plan.relief_type, agreement.accepted_at FROM agreement JOIN plan USING (plan_id, version)
    WHERE plan.account_ref = :account_ref AND plan.state IN ('ACTIVE', 'BROKEN', 'COMPLETED', 'STOPPED')
    ORDER BY agreement.accepted_at
    """
)


async def granted(session: AsyncSession, account_ref: str) -> list[tuple[str, datetime]]:
    """Every relief of the account that came into force, with the moment it was agreed, oldest first."""
    found = await GRANTED.run(session, {"account_ref": account_ref})
    return [(row["relief_type"], row["accepted_at"]) for row in found.mappings().all()]
