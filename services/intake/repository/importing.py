"""Bulk opening of cases: COPY to the stage table, then one statement for a chunk and all that goes with it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.intake.models import Borrower, ImportRun, ImportStage
from services.intake.repository.borrowers import merging

ONE_AT_A_TIME = 0x696D706F7274  # "import"
STAGED = tuple(ImportStage.model_fields)
_BORROWER = {
    "borrower_id": "borrower_id", "borrower_ref": "borrower_ref", "name": "name", "phone": "phone",
    "phone_digest": "phone_digest", "national_id": "national_id", "national_id_digest": "national_id_digest",
    "email": "email", "postal_address": "postal_address", "language": "borrower_language",
    "time_zone": "time_zone", "provenance": "provenance",
}  # fmt: skip

_PAIRS = text(
    "SELECT borrower_id, account_ref, count(*), (array_agg(case_id ORDER BY sequence DESC))[1] FROM collections_case "
    "WHERE (borrower_id, account_ref) IN "
    "(SELECT * FROM unnest(CAST(:borrowers AS uuid[]), CAST(:accounts AS text[]))) GROUP BY 1, 2"
)

# What `Opening` does for one case, for all of them at once. The rows are the same; tests compare the two.
_OPEN = text(
    """
    WITH opened AS (
        INSERT INTO collections_case (
            case_id, borrower_id, account_ref, sequence, previous_case_id, origin, state, state_version, moved_by,
            version, declared_pack, contactable, product, portfolio, currency, arrears, balance, oldest_unpaid_due_date,
            limitation_from, facts_as_of, facts_source, days_past_due, bucket, language, round, opened_at, changed_at
        )
        SELECT case_id, borrower_id, account_ref, sequence, previous_case_id, 'file', 'OPENED', 1, 'case.opened',
            1, declared_pack, false, product, portfolio, currency, arrears, balance, oldest_unpaid_due_date,
            limitation_from, facts_as_of, 'file', days_past_due, bucket, language, 1, :now, :now
        FROM import_stage ORDER BY line
        ON CONFLICT DO NOTHING
        RETURNING case_id
    ), staged AS (
        SELECT s.* FROM import_stage s JOIN opened USING (case_id)
    ), history AS (
        INSERT INTO case_history (case_id, state_version, to_state, trigger, at, actor, event_id)
        SELECT case_id, 1, 'OPENED', 'case.opened', :now, :actor, '/intake ' || case_id || '/1' FROM staged
    ), streams AS (
        INSERT INTO event_stream (source, subject, version)
        SELECT headers ->> 'ce_source', case_id::text, 1 FROM staged
    ), told AS (
        INSERT INTO outbox (sink, kind, target, key, name, case_id, headers, body, created_at)
        SELECT 'kafka', 'event', :topic, case_id::text, :event_type, case_id, headers, event, clock_timestamp()
        FROM staged ORDER BY line
    ), started AS (
        INSERT INTO outbox (sink, kind, target, key, name, case_id, headers, body, created_at)
        SELECT 'temporal', 'start', :queue, 'case/' || case_id, :workflow, case_id, '{}', start, clock_timestamp()
        FROM staged ORDER BY line
    ), obliged AS (
        INSERT INTO obligation (case_id, kind, ref, owner, workflow_id, due_at, opened_at)
        SELECT case_id, :obligation, case_id::text, 'workflow', 'case/' || case_id, :due, :now FROM staged
    ), audited AS (
        INSERT INTO audit_entry (at, actor, acting_for, action, case_id, subject, after_hash, correlation_id, detail)
        SELECT :now, :subject, :acting_for, 'case.opened', case_id, 'case/' || case_id, facts_hash, :correlation_id,
            '{"origin": "file"}'
        FROM staged ORDER BY line
    )
    SELECT count(*) FROM opened
    """
)


async def lock_imports(session: AsyncSession) -> None:
    """Wait until no other import is in a chunk."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})


async def pairs(
    session: AsyncSession, borrowers: Sequence[UUID], accounts: Sequence[str]
) -> dict[tuple[UUID, str], tuple[int, UUID]]:
    """How many cases each pair of borrower and account has had, and the last one; pairs without any are left out."""
    found = await session.execute(_PAIRS, {"borrowers": borrowers, "accounts": accounts})
    return {(row[0], row[1]): (row[2], row[3]) for row in found}


async def stage(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """COPY the rows of a chunk into the stage table, which this transaction empties again."""
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    records = [
        tuple(json.dumps(row[name]) if isinstance(row[name], dict) else row[name] for name in STAGED) for row in rows
    ]
    driver = raw.driver_connection
    assert driver is not None
    await driver.copy_records_to_table(ImportStage.__tablename__, records=records, columns=STAGED)


async def merge_borrowers(session: AsyncSession) -> None:
    """Insert or merge the borrowers of the staged rows; all rows of one borrower say the same of it."""
    staged = ImportStage.__table__  # type: ignore[attr-defined]
    query = (
        select(*(staged.c[name] for name in _BORROWER.values()))
        .ext(distinct_on(staged.c.borrower_id))
        .order_by(staged.c.borrower_id)
    )
    await session.execute(merging(insert(Borrower).from_select(list(_BORROWER), query)))


async def open_staged(session: AsyncSession, values: Mapping[str, Any]) -> int:
    """Open a case for each staged row whose pair has none open; empties the stage. Returns how many were opened."""
    opened: int = (await session.execute(_OPEN, values)).scalar_one()
    await session.execute(text("DELETE FROM import_stage"))
    return opened


async def run(session: AsyncSession, file_hash: str, mapping: str) -> ImportRun | None:
    """How far an import of this file came."""
    query = select(ImportRun).where(col(ImportRun.file_hash) == file_hash, col(ImportRun.mapping) == mapping)
    return (await session.execute(query)).scalar_one_or_none()


async def keep_run(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Write how far the import came."""
    row = insert(ImportRun).values(**values)
    changes = {name: row.excluded[name] for name in values if name not in ("file_hash", "mapping")}
    await session.execute(row.on_conflict_do_update(index_elements=["file_hash", "mapping"], set_=changes))


async def finish_run(session: AsyncSession, file_hash: str, mapping: str, now: datetime) -> None:
    """Nothing is left to import: the next import of the file begins again and finds everything known."""
    await session.execute(
        update(ImportRun)
        .where(col(ImportRun.file_hash) == file_hash, col(ImportRun.mapping) == mapping)
        .values(finished_at=now)
    )
