"""Checks of documents: what the system noticed and what people found; never changed once written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.encryption import encrypt
from services.common.runtime.sql import Sql
from services.plans.models import EvidenceCheck
from services.plans.repository.rows import columns, take
from services.plans.vocabulary import CheckResult

DUPLICATE = "duplicate_across_cases"
SYSTEM = "system"
ADD = Sql(
    """
    INSERT INTO evidence_check (evidence_id, method, checked_by, result, note, checked_at)
    SELECT :evidence_id, one.*, :checked_at FROM unnest(CAST(:methods AS text[]), CAST(:people AS text[]),
        CAST(:results AS text[]), CAST(:notes AS text[])) AS one
    ON CONFLICT DO NOTHING
    """
)
# The same bytes in cases of people who have nothing to do with each other; one who owes both debts is no news. In one
# order of documents, so that two cases that flag each other at the same time do not wait for each other for ever.
FLAG_TWINS = Sql(
    """
    WITH twins AS (
        SELECT e.evidence_id FROM evidence e JOIN plan_case c USING (case_id)
        WHERE e.sha256 = :digest AND e.case_id <> :case_id AND c.borrower_id <> :borrower_id AND NOT EXISTS (
            SELECT FROM joint_debtor d
            WHERE (d.case_id = e.case_id AND d.party_id = :borrower_id)
                OR (d.case_id = :case_id AND d.party_id = c.borrower_id)
        )
    ), flagged AS (
        INSERT INTO evidence_check (evidence_id, method, checked_by, result, checked_at)
        SELECT evidence_id, 'duplicate_across_cases', 'system', 'FLAGGED', CAST(:checked_at AS timestamptz)
        FROM (
            SELECT evidence_id FROM twins
            UNION ALL SELECT CAST(:evidence_id AS uuid) WHERE EXISTS (SELECT FROM twins)
        ) AS same ORDER BY evidence_id
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM twins
    """
)
OF_CASE = Sql(
    f"""
    SELECT {columns(EvidenceCheck, "k")} FROM evidence_check k JOIN evidence e USING (evidence_id)
    WHERE e.case_id = :case_id ORDER BY k.id
    """  # noqa: S608 - made of constants
)


@dataclass(frozen=True, slots=True)
class Made:
    """A check that was made: how, by whom, and what came of it."""

    method: str
    checked_by: str
    result: CheckResult
    note: str | None = None


async def add(session: AsyncSession, evidence_id: UUID, checks: Sequence[Made], at: datetime) -> None:
    """Keep what was checked of one document at one time; what the system noticed before is not noticed again."""
    values = {
        "evidence_id": evidence_id,
        "methods": [check.method for check in checks],
        "people": [check.checked_by for check in checks],
        "results": [str(check.result) for check in checks],
        "notes": [None if check.note is None else encrypt(check.note, "evidence_check.note") for check in checks],
        "checked_at": at,
    }
    await ADD.run(session, values)


async def flag_twins(
    session: AsyncSession, evidence_id: UUID, sha256: str, case_id: UUID, borrower_id: UUID, at: datetime
) -> int:
    """Flag a document and all others with the same bytes in cases of other people; how many others there are."""
    values = {
        "evidence_id": evidence_id,
        "digest": sha256,
        "case_id": case_id,
        "borrower_id": borrower_id,
        "checked_at": at,
    }
    found: int = (await FLAG_TWINS.run(session, values)).scalar_one()
    return found


async def of_case(session: AsyncSession, case_id: UUID) -> dict[UUID, list[EvidenceCheck]]:
    """The checks of the documents of a case, oldest first."""
    found: dict[UUID, list[EvidenceCheck]] = {}
    for row in (await OF_CASE.run(session, {"case_id": case_id})).mappings().all():
        check = take(EvidenceCheck, "k", row)
        found.setdefault(check.evidence_id, []).append(check)
    return found
