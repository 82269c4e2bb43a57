"""Bulk holds: whom a selector finds, in the order of their ids, and the statements that hold and free a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.encryption import encrypt
from services.common.runtime.sql import Sql
from services.intake.models import HOLD_KIND, BulkHold

ONE_AT_A_TIME = 0x62756C6B  # "bulk"
SELECTORS = ("pack", "portfolio", "product", "bucket", "time_zone", "assignee")
# Whoever had an open case when the job was placed and has one still.
_SELECTED = """
    FROM borrower b JOIN collections_case c USING (borrower_id)
    WHERE c.state <> 'CLOSED' AND c.opened_at <= :as_of
        AND (CAST(:pack AS text) IS NULL OR c.pack = :pack)
        AND (CAST(:portfolio AS text) IS NULL OR c.portfolio = :portfolio)
        AND (CAST(:product AS text) IS NULL OR c.product = :product)
        AND (CAST(:bucket AS text) IS NULL OR c.bucket = :bucket)
        AND (CAST(:assignee AS text) IS NULL OR c.assignee = :assignee)
        AND (CAST(:time_zone AS text) IS NULL
            OR b.time_zone = :time_zone OR starts_with(b.time_zone, CAST(:time_zone AS text) || '/'))
"""
_COUNT = Sql(
    f"""
    SELECT count(DISTINCT b.borrower_id) {_SELECTED}
        AND (CAST(:account_refs AS text[]) IS NULL OR c.account_ref = ANY(:account_refs))
    """
)
# Borrowers are locked in the order of their ids, so that their holds are numbered one after another.
_NEXT = Sql(
    f"""
    WITH chosen AS (
        SELECT b.borrower_id, (array_agg(c.case_id ORDER BY c.opened_at, c.case_id))[1] AS case_id {_SELECTED}
            AND (CAST(:after AS uuid) IS NULL OR b.borrower_id > :after)
            AND (NOT CAST(:named AS boolean) OR EXISTS (
                SELECT FROM bulk_hold_account a WHERE a.bulk_id = :bulk_id AND a.account_ref = c.account_ref
            ))
        GROUP BY b.borrower_id ORDER BY b.borrower_id LIMIT :most
    )
    SELECT borrower.borrower_id, chosen.case_id FROM borrower JOIN chosen USING (borrower_id)
    ORDER BY borrower.borrower_id FOR UPDATE OF borrower
    """  # noqa: S608 - our own text
)
_NAME = Sql(
    "INSERT INTO bulk_hold_account (bulk_id, account_ref) "
    "SELECT :bulk_id, ref FROM unnest(CAST(:account_refs AS text[])) AS named (ref) ON CONFLICT DO NOTHING"
)
_PLACE = Sql(
    """
    WITH said AS (
        SELECT * FROM unnest(CAST(:holds AS uuid[]), CAST(:borrowers AS uuid[]), CAST(:cases AS uuid[]))
            AS row (hold_id, borrower_id, case_id)
    ), placed AS (
        INSERT INTO hold (hold_id, borrower_id, case_id, number, kind, blocks, starts_at, ends_at, placed_by, version)
        SELECT hold_id, borrower_id, case_id,
            1 + (SELECT count(*) FROM hold h WHERE h.borrower_id = said.borrower_id),
            :kind, :blocks, :starts_at, :ends_at, :placed_by, 1
        FROM said
    )
    INSERT INTO bulk_hold_item (bulk_id, borrower_id, case_id, hold_id)
    SELECT :bulk_id, borrower_id, case_id, hold_id FROM said
    """
)
# What the job placed and nobody lifted: a hold that ran out is left as it is.
_HELD = Sql(
    """
    SELECT i.borrower_id, i.case_id, i.hold_id FROM bulk_hold_item i JOIN hold h USING (hold_id)
    WHERE i.bulk_id = :bulk_id AND (CAST(:after AS uuid) IS NULL OR i.borrower_id > :after)
        AND i.lifted_at IS NULL AND h.lifted_at IS NULL AND (h.ends_at IS NULL OR h.ends_at > :now)
    ORDER BY i.borrower_id LIMIT :most FOR UPDATE OF h
    """
)
_LIFT = Sql(
    """
    WITH lifted AS (
        UPDATE hold SET lifted_at = :now, lifted_by = :lifted_by, version = version + 1
        WHERE hold_id = ANY(CAST(:holds AS uuid[]))
    )
    UPDATE bulk_hold_item SET lifted_at = :now
    WHERE bulk_id = :bulk_id AND borrower_id = ANY(CAST(:borrowers AS uuid[]))
    """
)


@dataclass(frozen=True, slots=True)
class Held:
    """A borrower of a batch, the case by which they were found, and their hold."""

    borrower_id: UUID
    case_id: UUID
    hold_id: UUID


async def count(session: AsyncSession, selector: Mapping[str, str], refs: Sequence[str] | None, as_of: datetime) -> int:
    """How many borrowers a selector finds."""
    values = {**dict.fromkeys(SELECTORS), **selector, "account_refs": refs, "as_of": as_of}
    return int((await _COUNT.run(session, values)).scalar_one())


async def next_number(session: AsyncSession) -> int:
    """The number of the next job. Whoever asks keeps others waiting until the transaction ends."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    return int((await session.execute(select(func.count()).select_from(BulkHold))).scalar_one()) + 1


async def add(session: AsyncSession, job: BulkHold, refs: Sequence[str] | None) -> None:
    """Keep a new job with the accounts that it names."""
    session.add(job)
    await session.flush()
    if refs is not None:
        await _NAME.run(session, {"bulk_id": job.bulk_id, "account_refs": refs})


async def lock(session: AsyncSession, bulk_id: UUID) -> BulkHold | None:
    """One job, locked until the transaction ends."""
    return await session.get(BulkHold, bulk_id, with_for_update=True, populate_existing=True)


async def get(session: AsyncSession, bulk_id: UUID) -> BulkHold | None:
    """One job."""
    return await session.get(BulkHold, bulk_id)


async def page(session: AsyncSession, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[BulkHold]:
    """Up to `limit` jobs after a place in the order of placing, the newest first."""
    query = select(BulkHold)
    if after is not None:
        query = query.where(tuple_(col(BulkHold.starts_at), col(BulkHold.bulk_id)) < after)
    ordered = query.order_by(col(BulkHold.starts_at).desc(), col(BulkHold.bulk_id).desc()).limit(limit)
    return (await session.execute(ordered)).scalars().all()


async def next_borrowers(session: AsyncSession, job: BulkHold, most: int) -> list[tuple[UUID, UUID]]:
    """The next borrowers of a job with one open case of each, locked, in the order of their ids."""
    values = {
        **dict.fromkeys(SELECTORS),
        **job.selector,
        "as_of": job.starts_at,
        "bulk_id": job.bulk_id,
        "named": job.accounts is not None,
        "after": job.after,
        "most": most,
    }
    return [(row.borrower_id, row.case_id) for row in await _NEXT.run(session, values)]


async def place(session: AsyncSession, job: BulkHold, held: Sequence[Held]) -> None:
    """Hold the borrowers of a batch, who are locked."""
    values = {
        "holds": [one.hold_id for one in held],
        "borrowers": [one.borrower_id for one in held],
        "cases": [one.case_id for one in held],
        "kind": encrypt(job.kind, HOLD_KIND),
        "blocks": job.blocks,
        "starts_at": job.starts_at,
        "ends_at": job.ends_at,
        "placed_by": job.placed_by,
        "bulk_id": job.bulk_id,
    }
    await _PLACE.run(session, values)


async def next_held(session: AsyncSession, job: BulkHold, now: datetime, most: int) -> list[Held]:
    """The next holds of a job that are in force, locked, in the order of their borrowers' ids."""
    values = {"bulk_id": job.bulk_id, "after": job.after, "now": now, "most": most}
    return [Held(row.borrower_id, row.case_id, row.hold_id) for row in await _HELD.run(session, values)]


async def lift(session: AsyncSession, job: BulkHold, held: Sequence[Held], now: datetime) -> None:
    """Free the borrowers of a batch, whose holds are locked."""
    values = {
        "holds": [one.hold_id for one in held],
        "borrowers": [one.borrower_id for one in held],
        "now": now,
        "lifted_by": job.undone_by,
        "bulk_id": job.bulk_id,
    }
    await _LIFT.run(session, values)
