"""The smallest workflows that use each helper of services.common.durable."""

from datetime import timedelta
from uuid import UUID

from pydantic import BaseModel
from temporalio import workflow

from services.common.durable.human_task import human_task
from services.common.durable.look_again import LookAgain
from services.common.durable.steps import OutsideCall, OwnWrite
from services.common.durable.stuck import CloseCase, Patient, SkipStep


class Asked(BaseModel):
    case_id: UUID


class State(BaseModel):
    """What the own database says: decided or not, and when to look again at the latest."""

    decided: bool
    wake_in: timedelta | None = None


class Done(BaseModel):
    note: str


read = OwnWrite[Asked, State]("read", State)
write = OwnWrite[Asked, Done]("write", Done)
deliver = OutsideCall[Asked, Done]("deliver", Done)


@workflow.defn
class Waits(LookAgain):
    """Looks until its database says so; returns how often it looked."""

    @workflow.run
    async def run(self, asked: Asked) -> int:
        looks = 1
        while not (state := await read(asked)).decided:
            await self.until_nudged(state.wake_in)
            looks += 1
        return looks


@workflow.defn
class AsksPerson(LookAgain):
    """Waits for one decision."""

    @workflow.run
    async def run(self, asked: Asked) -> bool:
        return (await human_task(self, read, asked)).decided


@workflow.defn
class Steps(Patient):
    """A call that may be refused, then a write; returns what was done."""

    @workflow.run
    async def run(self, asked: Asked) -> list[str]:
        notes = []
        try:
            notes.append((await self.attempt(asked.case_id, "deliver", deliver, asked)).note)
        except SkipStep:
            notes.append("skipped")
        except CloseCase:
            return [*notes, "closed"]
        notes.append((await self.attempt(asked.case_id, "write", write, asked)).note)
        return notes
