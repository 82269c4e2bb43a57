"""The versions of a case that were offered, objected to, and not taken: what is not offered again unchanged."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.plans.domain.catalogue import ReliefType
from services.plans.models import Plan
from services.plans.repository.rows import columns, take

OF_CASE = Sql(
    f"""
    SELECT {columns(Plan, "p")},
        (SELECT array_agg(amount ORDER BY number) FROM plan_instalment i
            WHERE i.plan_id = p.plan_id AND i.version = p.version) AS amounts,
        ARRAY(SELECT reason FROM objection o WHERE o.plan_id = p.plan_id AND o.version = p.version) AS reasons
    FROM plan p JOIN offer f USING (plan_id, version)
    WHERE p.case_id = :case_id AND relief_type = :relief_type AND f.state NOT IN ('ISSUED', 'ACCEPTED')
        AND EXISTS (SELECT FROM objection o WHERE o.plan_id = p.plan_id AND o.version = p.version)
    ORDER BY round, version
    """  # noqa: S608 - made of constants
)


@dataclass(frozen=True, slots=True)
class Objected:
    """A version with its payments, and everything that was said against it."""

    plan: Plan
    amounts: tuple[Decimal, ...]
    reasons: frozenset[str]


async def of_case(session: AsyncSession, case_id: UUID, relief: ReliefType) -> Sequence[Objected]:
    """Those of one relief, of all rounds, oldest first."""
    rows = await OF_CASE.run(session, {"case_id": case_id, "relief_type": relief})
    return [Objected(take(Plan, "p", row), tuple(row["amounts"]), frozenset(row["reasons"])) for row in rows.mappings()]
