"""What borrowers ask for while their agreement runs."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.assignees import seen_by, visible
from services.common.runtime.caller import Caller
from services.common.runtime.rows import row_object
from services.common.runtime.sql import Sql
from services.followup.models import Renegotiation

_COLUMNS = tuple(Renegotiation.model_fields)
_ALL = ", ".join(_COLUMNS)
_PUT = Sql(
    f"""
    INSERT INTO renegotiation ({_ALL})
    SELECT :request_id, :agreement_id, :case_id, coalesce(max(number), 0) + 1, :requested_on, 'heard', NULL, NULL,
        :known_at, 1
    FROM renegotiation WHERE agreement_id = :agreement_id
    ON CONFLICT (request_id) DO NOTHING
    """  # noqa: S608 - made of constants
)
_AGREEMENT = Sql(f"SELECT agreement_id FROM renegotiation WHERE request_id = :id AND {visible('case_id')}")  # noqa: S608
_LOCK_NOT_ENDED = Sql(
    f"SELECT {_ALL} FROM renegotiation WHERE agreement_id = :id AND state <> 'ended' "  # noqa: S608 - made of constants
    "ORDER BY number FOR UPDATE"
)
_OF_CASE = Sql(
    f"SELECT {_ALL} FROM renegotiation WHERE case_id = :case_id AND {visible('case_id')} "  # noqa: S608
    "ORDER BY known_at, number LIMIT 200"
)
_WRITE = Sql(
    "UPDATE renegotiation SET state = :state, ends_at = :ends_at, ended_for = :ended_for, version = :version "
    "WHERE request_id = :request_id"
)


async def put(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Keep a further request of a locked agreement, or of one that is still on its way; again: nothing."""
    await _PUT.run(session, values)


async def agreement_of(session: AsyncSession, request_id: UUID, caller: Caller) -> UUID | None:
    """The agreement a request is about, if the caller may see its case."""
    found = await _AGREEMENT.run(session, {"id": request_id, **seen_by(caller)})
    agreement_id: UUID | None = found.scalar_one_or_none()
    return agreement_id


async def lock_not_ended(session: AsyncSession, agreement_id: UUID) -> Sequence[Renegotiation]:
    """The requests about a locked agreement that are not over, locked, oldest first."""
    rows = (await _LOCK_NOT_ENDED.run(session, {"id": agreement_id})).all()
    return [row_object(Renegotiation, _COLUMNS, row) for row in rows]


async def of_case(session: AsyncSession, case_id: UUID, caller: Caller) -> Sequence[Renegotiation]:
    """All of a case, oldest first, if the caller may see it."""
    rows = (await _OF_CASE.run(session, {"case_id": case_id, **seen_by(caller)})).all()
    return [row_object(Renegotiation, _COLUMNS, row) for row in rows]


async def write(session: AsyncSession, row: Renegotiation) -> None:
    """Write what was set on a locked one."""
    await _WRITE.run(session, row.model_dump(include={"request_id", "state", "ends_at", "ended_for", "version"}))
