"""Promises to pay."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.assignees import seen_by, visible
from services.common.runtime.caller import Caller
from services.common.runtime.consumer.held import OPEN
from services.common.runtime.rows import row_object
from services.common.runtime.sql import Sql
from services.followup.models import PromiseRow

_COLUMNS = tuple(PromiseRow.model_fields)
_ALL = ", ".join(f"p.{name}" for name in _COLUMNS)
_JUDGED = "p.state <> 'PROPOSED' AND coalesce(p.cancelled_for, 'replaced') = 'replaced'"
_PUT = Sql(
    f"INSERT INTO promise ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{name}' for name in _COLUMNS)}) "  # noqa: S608 - made of constants
    "ON CONFLICT DO NOTHING RETURNING promise_id"
)
_BROKEN = Sql("SELECT last_good_day FROM promise WHERE borrower_id = :borrower_id AND state = 'BROKEN'")
# The day the first agreement of the account began after a promise; whether that ran then is for the judgement to say.
_LOCK_JUDGED = Sql(
    f"""
    SELECT {_ALL}, (
        SELECT min(a.activated_on) FROM agreement a
        WHERE a.account_ref = p.account_ref AND a.activated_on >= p.made_on
    ) AS replaced_on
    FROM promise p WHERE p.account_ref = ANY(:accounts) AND {_JUDGED}
    ORDER BY p.account_ref, p.promise_id FOR UPDATE OF p
    """  # noqa: S608 - made of constants
)
_NONE_HELD = (
    "NOT EXISTS (SELECT FROM held_message h WHERE h.topic = :topic AND h.key = p.account_ref AND h.status = ANY(:open))"
)
_ENDING = Sql(
    f"SELECT DISTINCT account_ref FROM promise p WHERE state = 'ACTIVE' AND last_good_day <= :through AND {_NONE_HELD}"  # noqa: S608 - made of constants
)
_OF_PERSON = Sql(
    f"SELECT DISTINCT account_ref FROM promise p WHERE borrower_id = :borrower_id AND {_JUDGED} AND {_NONE_HELD}"  # noqa: S608 - made of constants
)
_LOCK_ONE = Sql(f"SELECT {_ALL} FROM promise p WHERE promise_id = :id AND {visible('p.case_id')} FOR UPDATE")  # noqa: S608
_LOCK_OPEN = Sql(
    f"SELECT {_ALL} FROM promise p WHERE case_id = :case_id AND state IN ('PROPOSED', 'ACTIVE') "  # noqa: S608
    "ORDER BY promise_id FOR UPDATE"
)
_OF_CASE = Sql(
    f"SELECT {_ALL} FROM promise p WHERE case_id = :case_id AND {visible('p.case_id')} "  # noqa: S608
    "ORDER BY promised_date, promise_id LIMIT 200"
)
_WRITE = Sql(
    "UPDATE promise SET state = :state, paid_in_time = :paid_in_time, last_good_day = :last_good_day, "
    "cancelled_for = :cancelled_for, version = :version WHERE promise_id = :promise_id"
)


async def put(session: AsyncSession, promise: PromiseRow) -> bool:
    """Write a new promise; False when it is known."""
    return (await _PUT.run(session, promise.model_dump())).first() is not None


async def broken_on(session: AsyncSession, borrower_id: UUID) -> list[date]:
    """The last good days of the promises that a borrower broke."""
    return [row.last_good_day for row in await _BROKEN.run(session, {"borrower_id": borrower_id})]


async def lock_judged(session: AsyncSession, accounts: Iterable[str]) -> Sequence[tuple[PromiseRow, date | None]]:
    """The promises on accounts that postings can change, locked, each with the day an agreement began after it."""
    rows = await _LOCK_JUDGED.run(session, {"accounts": list(accounts)})
    return [(_object(row), row.replaced_on) for row in rows]


async def accounts_ending(session: AsyncSession, through: date, topic: str) -> list[str]:
    """Accounts with promises that the closing of this day ends, but those with a held message on `topic`."""
    values = {"through": through, "topic": topic, "open": list(OPEN)}
    return [row.account_ref for row in await _ENDING.run(session, values)]


async def accounts_of(session: AsyncSession, borrower_id: UUID, topic: str) -> list[str]:
    """Accounts on which somebody promised what can still be judged, but those with a held message on `topic`."""
    values = {"borrower_id": borrower_id, "topic": topic, "open": list(OPEN)}
    return [row.account_ref for row in await _OF_PERSON.run(session, values)]


async def lock_one(session: AsyncSession, promise_id: UUID, caller: Caller) -> PromiseRow | None:
    """One promise, locked, if the caller may see it."""
    row = (await _LOCK_ONE.run(session, {"id": promise_id, **seen_by(caller)})).one_or_none()
    return None if row is None else _object(row)


async def lock_open(session: AsyncSession, case_id: UUID) -> list[PromiseRow]:
    """The promises of a case that are proposed or running, locked."""
    return [_object(row) for row in await _LOCK_OPEN.run(session, {"case_id": case_id})]


async def of_case(session: AsyncSession, case_id: UUID, caller: Caller) -> list[PromiseRow]:
    """The promises of a case, if the caller may see it."""
    return [_object(row) for row in await _OF_CASE.run(session, {"case_id": case_id, **seen_by(caller)})]


async def write(session: AsyncSession, promises: Collection[PromiseRow]) -> None:
    """Write what was set on locked promises."""
    for one in promises:
        await _WRITE.run(session, one.model_dump())


def _object(row: Row[Any]) -> PromiseRow:
    values = row._mapping
    return row_object(PromiseRow, _COLUMNS, tuple(values[name] for name in _COLUMNS))
