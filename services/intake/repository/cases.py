"""Cases: opening, locking, history, lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, cast, func, literal, or_, select, text, true, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.caller import Caller
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import NEXT_ROUND
from services.intake.models import Borrower, CaseHistory, CollectionsCase

STANDS_STILL = "case_stands_still"
SEES_ALL = frozenset({"supervisor", "manager", "committee", "risk", "compliance", "system"})


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
    case = CollectionsCase
    language = select(col(Borrower.language)).where(col(Borrower.borrower_id) == borrower_id).scalar_subquery()
    ordered = func.array_agg(text("case_id ORDER BY sequence"))
    row = (
        await session.execute(
            select(
                func.count(),
                ordered,
                func.max(text("case_id::text")).filter(col(case.state) != "CLOSED"),
                func.max(col(case.closed_at)),
                language,
            )
            .select_from(case)
            .where(col(case.borrower_id) == borrower_id, col(case.account_ref) == account_ref)
        )
    ).one()
    return Pair(row[0], row[1][-1] if row[1] else None, UUID(row[2]) if row[2] else None, row[3], row[4])


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
    """One case, locked until the transaction ends; what is set on it is written with the transaction.

    With a caller only a case that the caller may see.
    """
    query = select(CollectionsCase).where(col(CollectionsCase.case_id) == case_id)
    if caller is not None:
        query = query.where(visible_to(caller))
    locked = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(locked)).scalar_one_or_none()


async def get(session: AsyncSession, case_id: UUID, caller: Caller) -> CollectionsCase | None:
    """One case, if the caller may see it."""
    query = select(CollectionsCase).where(col(CollectionsCase.case_id) == case_id, visible_to(caller))
    return (await session.execute(query)).scalar_one_or_none()


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """Agents see the cases that are theirs or nobody's; supervisors and the system see all."""
    if caller.roles & SEES_ALL:
        return true()
    assignee = col(CollectionsCase.assignee)
    return or_(assignee.is_(None), assignee == caller.person)


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


async def open_of_account(session: AsyncSession, account_ref: str) -> Sequence[UUID]:
    """The open cases of an account; several when it has several borrowers."""
    case = CollectionsCase
    query = select(col(case.case_id)).where(col(case.account_ref) == account_ref, col(case.state) != "CLOSED")
    return (await session.execute(query.order_by(col(case.case_id)))).scalars().all()


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
