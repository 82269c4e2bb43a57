"""Cases: opening, locking, history, lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, cast, func, literal, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.caller import Caller
from services.common.runtime.rows import row_object
from services.common.runtime.sql import Sql
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import NEXT_ROUND
from services.intake.models import CaseHistory, CollectionsCase

STANDS_STILL = "case_stands_still"
_COLUMNS = tuple(CollectionsCase.model_fields)
_PAIR = Sql(
    """
    SELECT count(*), (array_agg(case_id ORDER BY sequence DESC))[1] AS last, max(closed_at) AS last_closed_at,
        (array_agg(case_id) FILTER (WHERE state <> 'CLOSED'))[1] AS open,
        (SELECT language FROM borrower WHERE borrower_id = :borrower_id) AS language
    FROM collections_case WHERE borrower_id = :borrower_id AND account_ref = :account_ref
    """
)
# Agents see the cases that are theirs or nobody's; supervisors and the system see all.
_VISIBLE = "(:sees_all OR collections_case.assignee IS NULL OR collections_case.assignee = :person)"
_CASE = f"SELECT {', '.join(_COLUMNS)} FROM collections_case WHERE"  # noqa: S608 - made of constants
_READ = Sql(f"{_CASE} case_id = :case_id AND {_VISIBLE}")
_LOCK = Sql(f"{_CASE} case_id = :case_id AND {_VISIBLE} FOR UPDATE")
_LOCK_OF_ACCOUNT = Sql(f"{_CASE} account_ref = :account_ref AND state <> 'CLOSED' ORDER BY case_id FOR UPDATE")
# The columns of a case that a step may set, and its line of the history.
_STEPPED = (
    "state", "state_version", "version", "moved_by", "changed_at", "closed_at", "pack", "pack_version", "treatment",
    "contactable", "round", "agreement_id", "plan_ends_on", "awaited", "attention", "parked",
)  # fmt: skip
_LINE = ("state_version", "from_state", "to_state", "trigger", "at", "actor", "event_id")


def _set(columns: Iterable[str]) -> str:
    return ", ".join(f"{name} = :{name}" for name in columns)


_STEP = Sql(
    f"""
    WITH stepped AS (
        UPDATE collections_case SET {_set(_STEPPED)} WHERE case_id = :case_id
    )
    INSERT INTO case_history (case_id, {", ".join(_LINE)})
    VALUES (:case_id, {", ".join(f":line_{name}" for name in _LINE)})
    """  # noqa: S608 - made of constants
)
_ALL = {"sees_all": True, "person": None}


@dataclass(frozen=True, slots=True)
class Pair:
    """The cases of a borrower and account: how many there were, the last one, the open one; the borrower's language."""

    count: int
    last: UUID | None
    open: UUID | None
    last_closed_at: datetime | None
    language: str


async def pair(session: AsyncSession, borrower_id: UUID, account_ref: str) -> Pair:
    """What is there of a borrower and account; the borrower's row must be locked."""
    row = (await _PAIR.run(session, {"borrower_id": borrower_id, "account_ref": account_ref})).one()
    return Pair(**row._mapping)


async def insert_open(session: AsyncSession, values: Mapping[str, Any], history: Mapping[str, Any]) -> bool:
    """Insert a case with its first step, unless the borrower and account have an open one: then False."""
    opened = (
        insert(CollectionsCase)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["borrower_id", "account_ref"], index_where=text("state <> 'CLOSED'"))
        .returning(col(CollectionsCase.case_id))
        .cte("opened")
    )
    step = {name: cast(literal(value), CaseHistory.__table__.c[name].type) for name, value in history.items()}  # type: ignore[attr-defined]
    first = insert(CaseHistory).from_select(["case_id", *step], select(opened.c.case_id, *step.values()))
    return bool((await session.execute(first)).rowcount)  # type: ignore[attr-defined]


async def lock(session: AsyncSession, case_id: UUID, caller: Caller | None = None) -> CollectionsCase | None:
    """One case, locked until the transaction ends. What is set on it is written by `write` or `write_step`.

    With a caller only a case that the caller may see.
    """
    values = {"case_id": case_id, **(_ALL if caller is None else _seen_by(caller))}
    row = (await _LOCK.run(session, values)).one_or_none()
    return None if row is None else _case(row)


async def lock_open_of_account(session: AsyncSession, account_ref: str) -> Sequence[CollectionsCase]:
    """The open cases of an account, locked as by `lock`; several when it has several borrowers."""
    return [_case(row) for row in await _LOCK_OF_ACCOUNT.run(session, {"account_ref": account_ref})]


async def write(session: AsyncSession, case: CollectionsCase, *columns: str) -> None:
    """Write columns of a locked case."""
    await _writing(columns).run(session, {name: getattr(case, name) for name in ("case_id", *columns)})


async def write_step(session: AsyncSession, case: CollectionsCase, line: Mapping[str, Any]) -> None:
    """Write the columns of a locked case that a step may set, and the line of its history."""
    values = {name: getattr(case, name) for name in ("case_id", *_STEPPED)}
    await _STEP.run(session, values | {f"line_{name}": line[name] for name in _LINE})


async def get(session: AsyncSession, case_id: UUID, caller: Caller) -> CollectionsCase | None:
    """One case, if the caller may see it."""
    row = (await _READ.run(session, {"case_id": case_id, **_seen_by(caller)})).one_or_none()
    return None if row is None else _case(row)


@cache
def _writing(columns: tuple[str, ...]) -> Sql:
    # One for each set of columns that the code names.
    return Sql(f"UPDATE collections_case SET {_set(columns)} WHERE case_id = :case_id")  # noqa: S608 - made of constants


def _seen_by(caller: Caller) -> dict[str, Any]:
    return {"sees_all": caller.sees_all, "person": caller.person}


def _case(row: Row[Any]) -> CollectionsCase:
    return row_object(CollectionsCase, _COLUMNS, row)


def visible_to(caller: Caller) -> TextClause:
    """Whether a caller may see the case of a query of cases."""
    return text(_VISIBLE).bindparams(**_seen_by(caller))


async def page(
    session: AsyncSession,
    caller: Caller,
    state: str | None,
    assignee: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[CollectionsCase]:
    """Up to `limit` cases after a place in the order of opening."""
    case = CollectionsCase
    query = select(case).where(visible_to(caller))
    if state is not None:
        query = query.where(col(case.state) == state)
    if assignee is not None:
        query = query.where(col(case.assignee) == assignee)
    if after is not None:
        query = query.where(tuple_(col(case.opened_at), col(case.case_id)) > after)
    return (await session.execute(query.order_by(col(case.opened_at), col(case.case_id)).limit(limit))).scalars().all()


async def count_by_state(session: AsyncSession) -> Sequence[tuple[str, int, int]]:
    """State, number of cases in it, and how many events they have parked."""
    case = CollectionsCase
    query = select(col(case.state), func.count(), func.sum(col(case.parked))).group_by(col(case.state))
    return [(row[0], row[1], int(row[2] or 0)) for row in await session.execute(query)]


async def last_attention(uow: UnitOfWork, case_id: UUID) -> str | None:
    """What was decided last on a case that stood still; None when nothing was."""
    task = uow.tables.task
    query = select(task.c.outcome).where(
        task.c.case_id == case_id, task.c.kind == "stuck", task.c.reason == STANDS_STILL, task.c.closed_at.is_not(None)
    )
    return (await uow.session.execute(query.order_by(task.c.closed_at.desc()).limit(1))).scalar_one_or_none()


async def standing_until(uow: UnitOfWork, kind: str, case_id: UUID) -> datetime | None:
    """When the open obligation of this kind of a case is due."""
    obligation = uow.tables.obligation
    query = select(obligation.c.due_at).where(
        obligation.c.kind == kind, obligation.c.ref == str(case_id), obligation.c.state == "open"
    )
    return (await uow.session.execute(query)).scalar_one_or_none()


async def state_before_round(session: AsyncSession, case_id: UUID, round_: int) -> str | None:
    """The state from which a round after the first one began; None when it has not begun."""
    begun = select(col(CaseHistory.from_state)).where(
        col(CaseHistory.case_id) == case_id,
        tuple_(col(CaseHistory.from_state), col(CaseHistory.to_state)).in_(sorted(NEXT_ROUND)),
    )
    found = await session.execute(begun.order_by(col(CaseHistory.state_version)).offset(round_ - 2).limit(1))
    return found.scalar_one_or_none()


async def task_is_closed(uow: UnitOfWork, kind: str, ref: str) -> bool:
    """Whether the task of this kind and ref was closed."""
    task = uow.tables.task
    query = select(task.c.closed_at).where(task.c.kind == kind, task.c.ref == ref)
    return (await uow.session.execute(query)).scalar_one_or_none() is not None


async def steps(session: AsyncSession, case_id: UUID) -> Sequence[CaseHistory]:
    """The steps of a case, in their order."""
    query = select(CaseHistory).where(col(CaseHistory.case_id) == case_id)
    return (await session.execute(query.order_by(col(CaseHistory.state_version)))).scalars().all()


async def open_of_borrower(session: AsyncSession, borrower_id: UUID) -> Sequence[CollectionsCase]:
    """The open cases of a borrower, in the order of opening."""
    query = select(CollectionsCase).where(
        col(CollectionsCase.borrower_id) == borrower_id, col(CollectionsCase.closed_at).is_(None)
    )
    found = await session.execute(query.order_by(col(CollectionsCase.opened_at), col(CollectionsCase.case_id)))
    return found.scalars().all()
