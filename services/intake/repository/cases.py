"""Cases: opening, locking, history, lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, cast, func, literal, or_, select, text, true, tuple_, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.caller import Caller
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import NEXT_ROUND
from services.intake.models import Borrower, CaseHistory, CollectionsCase

STANDS_STILL = "case_stands_still"
SEES_ALL = frozenset({"supervisor", "manager", "committee", "risk", "compliance", "system"})
_CASE = CollectionsCase.__table__  # type: ignore[attr-defined]
_HISTORY = CaseHistory.__table__  # type: ignore[attr-defined]

# What runs for every event is made once, with its values as parameters: making a statement costs as much as running it.
_PAIR = select(
    func.count(),
    func.array_agg(text("case_id ORDER BY sequence")),
    func.max(text("case_id::text")).filter(_CASE.c.state != "CLOSED"),
    func.max(_CASE.c.closed_at),
    select(col(Borrower.language)).where(col(Borrower.borrower_id) == bindparam("borrower_id")).scalar_subquery(),
).where(_CASE.c.borrower_id == bindparam("borrower_id"), _CASE.c.account_ref == bindparam("account_ref"))
_READ = select(CollectionsCase).where(col(CollectionsCase.case_id) == bindparam("case_id"))
_LOCK = _READ.with_for_update().execution_options(populate_existing=True)
# The columns of a case that a step may set, and its line of the history.
_STEPPED = (
    "state", "state_version", "version", "moved_by", "changed_at", "closed_at", "pack", "pack_version", "treatment",
    "contactable", "round", "agreement_id", "plan_ends_on", "awaited", "attention", "parked",
)  # fmt: skip
_LINE = ("state_version", "from_state", "to_state", "trigger", "at", "actor", "event_id")


def _step() -> Insert:
    stepped = (
        update(_CASE)
        .where(_CASE.c.case_id == bindparam("of_case"))
        .values({name: bindparam(f"new_{name}", type_=_CASE.c[name].type) for name in _STEPPED})
        .returning(_CASE.c.case_id)
        .cte("stepped")
    )
    line = [cast(bindparam(f"line_{name}"), _HISTORY.c[name].type) for name in _LINE]
    return insert(_HISTORY).from_select(["case_id", *_LINE], select(stepped.c.case_id, *line))


_STEP = _step()


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
    row = (await session.execute(_PAIR, {"borrower_id": borrower_id, "account_ref": account_ref})).one()
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
    """One case, locked until the transaction ends. What is set on it is written by `write` or `write_step`.

    With a caller only a case that the caller may see.
    """
    query = _LOCK if caller is None else _LOCK.where(visible_to(caller))
    case = (await session.execute(query, {"case_id": case_id})).scalar_one_or_none()
    if case is not None:
        # The session would look for changes at each statement and write them as it sees fit, at thrice the price.
        session.expunge(case)
    return case


async def write(session: AsyncSession, case: CollectionsCase, *columns: str) -> None:
    """Write columns of a locked case."""
    values = {name: getattr(case, name) for name in columns}
    await session.execute(update(_CASE).where(_CASE.c.case_id == case.case_id).values(values))


async def write_step(session: AsyncSession, case: CollectionsCase, line: Mapping[str, Any]) -> None:
    """Write the columns of a locked case that a step may set, and the line of its history."""
    values = {f"new_{name}": getattr(case, name) for name in _STEPPED}
    await session.execute(_STEP, {"of_case": case.case_id, **values, **{f"line_{name}": line[name] for name in _LINE}})


async def get(session: AsyncSession, case_id: UUID, caller: Caller) -> CollectionsCase | None:
    """One case, if the caller may see it."""
    return (await session.execute(_READ.where(visible_to(caller)), {"case_id": case_id})).scalar_one_or_none()


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
