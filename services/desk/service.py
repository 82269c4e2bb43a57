"""Use cases of desk: the list of what waits for a person, and who has taken what. Decisions go to their owner's API."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.events.tasks import TaskClosed, TaskOpened, TaskReminded
from services.common.kernel.errors import NotFound, PreconditionRequired
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.http.pagination import Page, PageQuery
from services.common.runtime.logging import get_logger
from services.common.runtime.tasks import CASE_CLOSED
from services.common.runtime.unit_of_work import UnitOfWork
from services.desk import repository
from services.desk.domain.authority import Reach, reach_of
from services.desk.errors import NotForThisPerson, TaskDone, TaskTaken
from services.desk.schemas import Reassign, TaskFilter, TaskView

PEOPLE = tuple(role for role in ROLES if role != "system")
MAY_REASSIGN = ("supervisor", "manager")
log = get_logger(__name__)


class Desk:
    """The work list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- reading -----------------------------------------------------------------------------------------------------

    async def tasks(self, caller: Caller, asked: TaskFilter, page: PageQuery) -> Page[TaskView]:
        """Open tasks that the caller may take, the earliest deadline first."""
        caller.require_any(ROLES)
        now = self._database.clock.now()
        async with self._database.read() as session:
            rows = await repository.list_open(
                session, _reach(caller), caller.person, asked, now, page.after, page.limit
            )
        return page.page(rows, lambda item: (item.deadline, item.task_id), lambda item: _view(item, now))

    async def task(self, caller: Caller, task_id: UUID) -> TaskView:
        """One task, open or done. NotFound, also for a task that is not for the caller."""
        caller.require_any(ROLES)
        async with self._database.read() as session:
            item = await repository.find(session, _reach(caller), caller.person, task_id)
        if item is None:
            raise NotFound("there is no such task for you")
        return _view(item, self._database.clock.now())

    # -- taking ------------------------------------------------------------------------------------------------------

    async def claim(self, caller: Caller, task_id: UUID) -> Answer:
        """Take a task. TaskTaken when somebody else has it; taking it twice changes nothing."""
        async with self._database.write(caller) as uow:
            item = await self._open_item(uow, task_id)
            if item.claimed_by not in (None, caller.person):
                raise TaskTaken("somebody else has taken this task")
            caller.require_version(item.version)
            if item.claimed_by is None:
                item = await self._give(uow, item, caller.person, "task.claimed")
            return uow.answer(_view(item, uow.now()), etag=item.version)

    async def release(self, caller: Caller, task_id: UUID) -> Answer:
        """Give a task back: who has it, or a supervisor."""
        async with self._database.write(caller) as uow:
            item = await self._open_item(uow, task_id)
            if item.claimed_by != caller.person and not caller.roles & set(MAY_REASSIGN):
                raise TaskTaken("only who has a task, or a supervisor, gives it back")
            caller.require_version(item.version)
            if item.claimed_by is not None:
                item = await self._give(uow, item, None, "task.released")
            return uow.answer(_view(item, uow.now()), etag=item.version)

    async def reassign(self, caller: Caller, task_id: UUID, body: Reassign) -> Answer:
        """Give a task to a person, whoever has it now. NotForThisPerson for somebody who may not decide it."""
        caller.require_any(MAY_REASSIGN)
        async with self._database.write(caller) as uow:
            item = await self._open_item(uow, task_id)
            caller.require_version(item.version)
            if body.to in item.excluded:
                raise NotForThisPerson("this person may not decide what they proposed or reviewed")
            if item.claimed_by != body.to:
                item = await self._give(uow, item, body.to, "task.reassigned")
            return uow.answer(_view(item, uow.now()), etag=item.version)

    async def _open_item(self, uow: UnitOfWork, task_id: UUID) -> Row[Any]:
        """The open task, locked. NotFound for a task that is not for the caller; TaskDone for one that is closed."""
        caller = uow.caller
        caller.require_any(PEOPLE)
        item = await repository.find(uow.session, reach_of(caller.roles), caller.person, task_id, lock=True)
        if item is None:
            raise NotFound("there is no such task for you")
        if caller.if_match is None:
            raise PreconditionRequired("send If-Match with the ETag you read")
        if item.closed_at is not None:
            raise TaskDone("this task is done or no longer needed")
        return item

    async def _give(self, uow: UnitOfWork, item: Row[Any], to: str | None, action: str) -> Row[Any]:
        given = await repository.give(uow.session, item.task_id, to, None if to is None else uow.now())
        await uow.audit(
            action,
            f"task/{item.task_id}",
            case_id=item.case_id,
            before={"claimed_by": item.claimed_by},
            after={"claimed_by": to},
            detail={"to": to or "", "kind": item.kind},
        )
        return given

    # -- what the owners say -----------------------------------------------------------------------------------------

    async def apply_opened(self, uow: UnitOfWork, received: Received[TaskOpened]) -> None:
        """task.opened."""
        said = received.payload
        lists = {"excluded": list(said.excluded), "offered_to": list(said.offered_to)}
        await repository.add(uow.session, said.model_dump() | lists)

    async def apply_reminded(self, uow: UnitOfWork, received: Received[TaskReminded]) -> None:
        """task.reminded."""
        said = received.payload
        await repository.remind(uow.session, said.task_id, said.reminded_at, said.offered_to)

    async def apply_closed(self, uow: UnitOfWork, received: Received[TaskClosed]) -> None:
        """task.closed."""
        said = received.payload
        if not await repository.close(uow.session, said.task_id, said.closed_at, said.closed_by, said.outcome):
            log.info("task_closed_before", task_id=said.task_id)

    async def apply_case_closed(self, uow: UnitOfWork, received: Received[CaseClosed]) -> None:
        """case.closed: whatever is left of the case waits for nobody any more."""
        said = received.payload
        by = received.event.source
        left = await repository.close_case(uow.session, said.case_id, said.closed_at, by, CASE_CLOSED)
        if left:
            log.info("tasks_closed_with_case", case_id=said.case_id, count=left)


def _reach(caller: Caller) -> Reach | None:
    return None if "system" in caller.roles and caller.acting_for is None else reach_of(caller.roles)


def _view(item: Row[Any], now: datetime) -> TaskView:
    return TaskView(**item._mapping, overdue=item.closed_at is None and item.deadline < now)
