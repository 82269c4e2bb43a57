"""Which documents a version of a plan rests on."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.plans.models import Plan
from services.plans.repository.rows import columns, take

KEEP = Sql(
    """
    INSERT INTO plan_basis (plan_id, version, evidence_id, sha256)
    SELECT :plan_id, :version, evidence_id, sha256 FROM evidence WHERE evidence_id = ANY(CAST(:ids AS uuid[]))
    """
)
OF_PLAN = Sql(
    "SELECT evidence_id, state FROM plan_basis JOIN evidence USING (evidence_id) "
    "WHERE plan_id = :plan_id AND version = :version"
)
RESTING_ON = Sql(
    f"""
    SELECT {columns(Plan, "p")} FROM plan_basis b JOIN plan p USING (plan_id, version)
    WHERE b.evidence_id = :evidence_id AND (CAST(:case_id AS uuid) IS NULL OR p.case_id = :case_id)
    ORDER BY p.round, p.version
    """  # noqa: S608 - made of constants
)


async def keep(session: AsyncSession, plan: Plan, evidence_ids: Sequence[str]) -> None:
    """Keep what a new version rests on; nothing where no evidence is asked for."""
    if evidence_ids:
        await KEEP.run(session, {"plan_id": plan.plan_id, "version": plan.version, "ids": list(evidence_ids)})


async def of_plan(session: AsyncSession, plan: Plan) -> dict[UUID, str]:
    """The documents that a version rests on, with their states."""
    rows = await OF_PLAN.run(session, {"plan_id": plan.plan_id, "version": plan.version})
    return {row.evidence_id: row.state for row in rows.all()}


async def resting_on(session: AsyncSession, evidence_id: UUID, case_id: UUID | None = None) -> Sequence[Plan]:
    """The versions that rest on a document, of one locked case or of all, oldest first."""
    rows = await RESTING_ON.run(session, {"evidence_id": evidence_id, "case_id": case_id})
    return [take(Plan, "p", row) for row in rows.mappings().all()]
