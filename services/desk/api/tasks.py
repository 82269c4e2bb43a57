"""Routes of the work list."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.common.runtime.http.pagination import Page, PageAsked
from services.desk.schemas import Reassign, TaskFilter, TaskView
from services.desk.service import Desk


def router(desk: Desk) -> APIRouter:
    """The list, one task, and taking it."""
    router = APIRouter(tags=["tasks"])

    @router.get("/tasks", response_model=Page[TaskView])
    async def list_tasks(
        caller: AnyCaller,
        page: PageAsked,
        kind: Annotated[str | None, Query(max_length=60)] = None,
        service: Annotated[str | None, Query(max_length=20, description="whose decision it is")] = None,
        case_id: UUID | None = None,
        mine: Annotated[bool, Query(description="only what I have taken")] = False,
        overdue: Annotated[bool, Query(description="only what is past its deadline")] = False,
    ) -> Response:
        """Open tasks that the caller may take, the earliest deadline first."""
        asked = TaskFilter(kind=kind, service=service, case_id=case_id, mine=mine, overdue=overdue)
        return respond(Answer(await desk.tasks(caller, asked, page)))

    @router.get("/tasks/{task_id}", response_model=TaskView)
    async def get_task(task_id: UUID, caller: AnyCaller) -> Response:
        """One task, open or done."""
        view = await desk.task(caller, task_id)
        return respond(Answer(view, etag=view.version))

    @router.post("/tasks/{task_id}/claim", response_model=TaskView)
    async def claim_task(task_id: UUID, caller: CommandCaller) -> Response:
        """Take a task; 409 when somebody else has it."""
        return respond(await desk.claim(caller, task_id))

    @router.post("/tasks/{task_id}/release", response_model=TaskView)
    async def release_task(task_id: UUID, caller: CommandCaller) -> Response:
        """Give a task back."""
        return respond(await desk.release(caller, task_id))

    @router.post("/tasks/{task_id}/reassign", response_model=TaskView)
    async def reassign_task(task_id: UUID, body: Reassign, caller: CommandCaller) -> Response:
        """Give a task to a person (supervisor, manager)."""
        return respond(await desk.reassign(caller, task_id, body))

    return router
