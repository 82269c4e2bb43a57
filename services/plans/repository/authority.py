"""What is known of the people who decide: deputies, links to borrowers, and the care that a case asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.plans.models import DelegationRow, StaffRelation
from services.plans.repository.rows import columns, put, take
from services.plans.schemas.decisions import DelegationRecord

_DEBTORS = """
    SELECT borrower_id FROM plan_case WHERE case_id = :case_id
    UNION SELECT party_id FROM joint_debtor WHERE case_id = :case_id
    """
_DELEGATION = """jsonb_build_object('delegation_id', d.delegation_id, 'from_subject', d.from_subject,
    'to_subject', d.to_subject, 'authorities', d.authorities, 'starts_at', d.starts_at, 'ends_at', d.ends_at,
    'revoked_at', d.revoked_at, 'given_by', d.given_by)"""
# What a decision or a submission needs to know of people, in one statement: `deputy` limits the delegations to those
# of one person, `at` to those that are not over then.
STANDING = Sql(
    f"""
    SELECT
        (SELECT coalesce(jsonb_agg({_DELEGATION} ORDER BY d.starts_at, d.delegation_id), '[]') FROM delegation d
            WHERE (CAST(:deputy AS text) IS NULL OR d.to_subject = :deputy)
                AND (CAST(:at AS timestamptz) IS NULL
                    OR (d.starts_at <= :at AND :at < d.ends_at AND d.revoked_at IS NULL))
        ) AS delegations,
        (SELECT coalesce(jsonb_agg(DISTINCT r.subject), '[]') FROM staff_relation r
            WHERE r.ended_at IS NULL AND r.borrower_id IN ({_DEBTORS})) AS related,
        (SELECT coalesce(jsonb_agg(DISTINCT code), '[]') FROM person_care c, jsonb_array_elements_text(c.care) AS code
            WHERE c.borrower_id IN ({_DEBTORS})) AS care
    """  # noqa: S608 - made of constants
)
STANDS_IN = Sql(
    "SELECT EXISTS (SELECT FROM delegation WHERE to_subject = :deputy AND starts_at <= :at AND :at < ends_at "
    "AND revoked_at IS NULL)"
)
_ALL = f"SELECT {columns(DelegationRow, 'd')} FROM delegation d"  # noqa: S608 - made of constants
LIST = Sql(
    f"{_ALL} WHERE ends_at > :at AND revoked_at IS NULL "
    "AND (CAST(:subject AS text) IS NULL OR :subject IN (from_subject, to_subject)) "
    "ORDER BY starts_at, delegation_id LIMIT 200"
)
LOCK = Sql(f"{_ALL} WHERE delegation_id = :delegation_id FOR UPDATE")
HOLD = Sql("SELECT revoked_at FROM delegation WHERE delegation_id = :delegation_id FOR SHARE")
REVOKE = Sql("UPDATE delegation SET revoked_at = :at, revoked_by = :by WHERE delegation_id = :delegation_id")
_RELATIONS = f"SELECT {columns(StaffRelation, 'r')} FROM staff_relation r"  # noqa: S608 - made of constants
LOCK_RELATION = Sql(f"{_RELATIONS} WHERE relation_id = :relation_id FOR UPDATE")
END_RELATION = Sql("UPDATE staff_relation SET ended_at = :at, ended_by = :by WHERE relation_id = :relation_id")
KEEP_CARE = Sql(
    """
    INSERT INTO person_care (borrower_id, care, at) VALUES (:borrower_id, CAST(:care AS jsonb), :at)
    ON CONFLICT (borrower_id) DO UPDATE SET care = excluded.care, at = excluded.at WHERE person_care.at <= excluded.at
    """
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Delegations, people of the bank who are linked to a debtor of the case, and the care that its debtors need."""

    delegations: tuple[DelegationRecord, ...]
    related: tuple[str, ...]
    care: tuple[str, ...]


async def standing(session: AsyncSession, case_id: UUID, *, deputy: str | None, at: datetime | None) -> Standing:
    """Of one person who decides, with all delegations to them (`deputy`), or of everybody, with those in force."""
    values = {"case_id": case_id, "deputy": deputy, "at": at}
    row = (await STANDING.run(session, values)).one()
    return Standing(
        tuple(DelegationRecord.model_validate(one) for one in row.delegations), tuple(row.related), tuple(row.care)
    )


async def stands_in(session: AsyncSession, person: str, at: datetime) -> bool:
    """Whether a person is somebody's deputy at an instant."""
    found: bool = (await STANDS_IN.run(session, {"deputy": person, "at": at})).scalar_one()
    return found


async def hold(session: AsyncSession, delegation_id: UUID) -> datetime | None:
    """When a delegation was revoked, if it was; until the transaction ends, it is not revoked."""
    found: datetime | None = (await HOLD.run(session, {"delegation_id": delegation_id})).scalar_one()
    return found


async def give(session: AsyncSession, row: DelegationRow) -> None:
    """Write a delegation."""
    await put(session, row)


async def lock(session: AsyncSession, delegation_id: UUID) -> DelegationRow | None:
    """A delegation, with its lock: decisions by it are over or wait."""
    row = (await LOCK.run(session, {"delegation_id": delegation_id})).mappings().one_or_none()
    return None if row is None else take(DelegationRow, "d", row)


async def revoke(session: AsyncSession, delegation_id: UUID, by: str, at: datetime) -> None:
    """End a locked delegation."""
    await REVOKE.run(session, {"delegation_id": delegation_id, "by": by, "at": at})


async def not_over(session: AsyncSession, subject: str | None, at: datetime) -> Sequence[DelegationRow]:
    """Delegations in force or to come, of one person or of all."""
    rows = (await LIST.run(session, {"subject": subject, "at": at})).mappings().all()
    return [take(DelegationRow, "d", row) for row in rows]


async def declare(session: AsyncSession, row: StaffRelation) -> None:
    """Write a link of one of the bank's people to a borrower."""
    await put(session, row)


async def lock_relation(session: AsyncSession, relation_id: UUID) -> StaffRelation | None:
    """A link, with its lock."""
    row = (await LOCK_RELATION.run(session, {"relation_id": relation_id})).mappings().one_or_none()
    return None if row is None else take(StaffRelation, "r", row)


async def end_relation(session: AsyncSession, relation_id: UUID, by: str, at: datetime) -> None:
    """End a locked link."""
    await END_RELATION.run(session, {"relation_id": relation_id, "by": by, "at": at})


async def keep_care(session: AsyncSession, borrower_id: UUID, care: Sequence[Any], at: datetime) -> None:
    """Keep the care that a person needs; events may change places, and the later one counts."""
    values = {"borrower_id": borrower_id, "care": orjson.dumps([str(one) for one in care]).decode(), "at": at}
    await KEEP_CARE.run(session, values)
