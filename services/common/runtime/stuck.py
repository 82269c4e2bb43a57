"""The stuck task of every service: opened by a workflow whose step was refused for good, resolved by a supervisor."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from temporalio import activity

from services.common.durable.stuck import Resolution, StuckStep, StuckTaskState, stuck_task
from services.common.kernel.errors import Conflict, NotFound
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.commands import command_caller
from services.common.runtime.tasks import CASE_CLOSED, NewTask

DEADLINE = timedelta(days=1)
KIND = "stuck"


class Resolve(BaseModel):
    """What a supervisor decides on a stuck step."""

    model_config = ConfigDict(extra="forbid")

    resolution: Literal["retry", "skip", "close"]


class Resolved(BaseModel):
    """A stuck task after its resolution."""

    task_id: UUID
    resolution: str


def _resolution(outcome: str | None) -> Resolution | None:
    """What the outcome of a task says to its workflow: a person's word, or that nobody is asked any more. Then the case
    is closed, and with it this; or something else has moved on, which the step finds when it looks again."""
    if outcome is None:
        return None
    said: dict[str, Resolution] = {"retry": "retry", "skip": "skip", "close": "close", CASE_CLOSED: "close"}
    return said.get(outcome, "retry")


class StuckTasks:
    """Opens, reads and resolves the stuck tasks of one service."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name=stuck_task.name)
    async def stuck_task(self, stuck: StuckStep) -> StuckTaskState:
        """Open the task of this step and attempt once, and read what was decided."""
        ref = f"{stuck.workflow_id}/{stuck.step}/{stuck.attempt}"
        task = self._database.tables.task
        async with self._database.write(Caller.service(self._database.service, stuck.workflow_id)) as uow:
            await uow.open_task(
                NewTask(
                    case_id=stuck.case_id,
                    kind=KIND,
                    ref=ref,
                    needs_role="supervisor",
                    decide_path="/v1/tasks/{task_id}/resolution",
                    reason=stuck.reason,
                    deadline=uow.now() + DEADLINE,
                    workflow_id=stuck.workflow_id,
                )
            )
            outcome = await uow.session.execute(select(task.c.outcome).where(task.c.kind == KIND, task.c.ref == ref))
            return StuckTaskState(resolution=_resolution(outcome.scalar_one()))

    async def resolve(self, caller: Caller, task_id: UUID, body: Resolve) -> Answer:
        """Close a stuck task with a resolution and nudge its workflow."""
        caller.require_any({"supervisor", "manager"})
        task = self._database.tables.task
        async with self._database.write(caller) as uow:
            row = (
                await uow.session.execute(
                    select(task).where(task.c.task_id == task_id, task.c.kind == KIND).with_for_update()
                )
            ).first()
            if row is None:
                raise NotFound("there is no stuck task of this id here")
            if not await uow.close_task(KIND, row.ref, body.resolution):
                raise Conflict("this task has been resolved already")
            await uow.audit(
                "stuck.resolved", f"task/{task_id}", case_id=row.case_id, detail={"resolution": body.resolution}
            )
            return uow.answer(Resolved(task_id=task_id, resolution=body.resolution))

    def router(self) -> APIRouter:
        """The route that resolves a stuck task."""
        router = APIRouter(tags=["tasks"])

        @router.post("/tasks/{task_id}/resolution", response_model=Resolved)
        async def resolve_stuck_task(
            task_id: UUID, body: Resolve, caller: Annotated[Caller, Depends(command_caller)]
        ) -> Response:
            """Say how the workflow goes on: retry the refused step, skip it, or close."""
            return respond(await self.resolve(caller, task_id, body))

        return router
