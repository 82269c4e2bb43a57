"""No workflow ends failed: a permanent refusal opens a *stuck* task, and a person says retry, skip or close."""

from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from temporalio import workflow

from services.common.durable.look_again import LookAgain
from services.common.durable.steps import FAILED, OwnWrite, refusal

I = TypeVar("I", bound=BaseModel)  # noqa: E741
O = TypeVar("O", bound=BaseModel)  # noqa: E741

Resolution = Literal["retry", "skip", "close"]


class StuckStep(BaseModel):
    """Which step of which workflow was refused; `reason` is the class of the refusal."""

    model_config = ConfigDict(frozen=True)

    case_id: UUID
    workflow_id: str
    step: str
    attempt: int
    reason: str


class StuckTaskState(BaseModel):
    """What a person decided, or None while the task is open."""

    resolution: Resolution | None


class CloseCase(Exception):
    """A person decided that the stuck step ends the workflow."""


class SkipStep(Exception):
    """A person decided that the workflow goes on without the stuck step."""


stuck_task = OwnWrite[StuckStep, StuckTaskState]("stuck_task", StuckTaskState)
"""Opens the task of a stuck step if there is none, and reads what was decided."""


class Patient(LookAgain):
    """Mixin for workflows whose steps may be refused for good."""

    def __init__(self) -> None:
        super().__init__()
        self._refusals: dict[str, int] = {}

    async def attempt(self, case_id: UUID, name: str, step: Callable[[I], Awaitable[O]], argument: I) -> O:
        """Do a step; when it is refused for good, wait for a person and retry, or raise `SkipStep` or `CloseCase`."""
        while True:
            try:
                return await step(argument)
            except FAILED as error:
                refused = refusal(error)
                if refused is None:
                    raise
                reason = refused.type or name
            self._refusals[name] = self._refusals.get(name, 0) + 1
            await self._decision(
                StuckStep(
                    case_id=case_id,
                    workflow_id=workflow.info().workflow_id,
                    step=name,
                    attempt=self._refusals[name],
                    reason=reason,
                )
            )

    async def _decision(self, stuck: StuckStep) -> None:
        while (state := await stuck_task(stuck)).resolution is None:
            await self.until_nudged()
        if state.resolution == "skip":
            raise SkipStep(stuck.step)
        if state.resolution == "close":
            raise CloseCase(stuck.step)
