"""Regulatory marks of versions of plans; written once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.plans.domain.flags.codes import FlagCode
from services.plans.models import RegulatoryFlag
from services.plans.repository.rows import columns, take

_OF = f"SELECT {columns(RegulatoryFlag, 'f')} FROM regulatory_flag f"  # noqa: S608 - made of constants
OF_VERSION = Sql(f"{_OF} WHERE plan_id = :plan_id AND version = :version ORDER BY code")
BEFORE = Sql(
    f"""
    {_OF} JOIN plan USING (plan_id, version)
    WHERE plan.account_ref = :account_ref AND f.code = :code AND f.decided AND f.decided_at < :before
      AND plan.state IN ('ACTIVE', 'BROKEN', 'COMPLETED', 'STOPPED')
    """
)
ADD = Sql(
    """
    INSERT INTO regulatory_flag (plan_id, version, code, decided, rules, pack_versions, reason, value, starts_on,
        earliest_end, decided_at)
    SELECT f.* FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS f (plan_id uuid, version int, code text, decided bool,
        rules jsonb, pack_versions text, reason text, value text, starts_on date, earliest_end date,
        decided_at timestamptz)
    """
)


async def add(session: AsyncSession, rows: Sequence[RegulatoryFlag]) -> None:
    """Write the marks of a version."""
    if rows:
        await ADD.run(session, {"rows": orjson.dumps([dict(row) for row in rows], default=str).decode()})


async def of_version(session: AsyncSession, plan_id: UUID, version: int) -> Sequence[RegulatoryFlag]:
    """The marks of a version."""
    found = await OF_VERSION.run(session, {"plan_id": plan_id, "version": version})
    return [take(RegulatoryFlag, "f", row) for row in found.mappings().all()]


async def in_force_before(
    session: AsyncSession, account_ref: str, code: FlagCode, before: datetime
) -> Sequence[RegulatoryFlag]:
    """Marks of one kind that were set for the account before an instant, by plans that came into force."""
    found = await BEFORE.run(session, {"account_ref": account_ref, "code": code.value, "before": before})
    return [take(RegulatoryFlag, "f", row) for row in found.mappings().all()]
