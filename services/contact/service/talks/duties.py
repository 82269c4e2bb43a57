"""Duties after a contact: a second person joined, a supervisor reviewed it, the agent was looked after."""

from uuid import UUID

from services.common.kernel.errors import Forbidden
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.contact.errors import DutyIsDone, DutyUnknown
from services.contact.repository import talks
from services.contact.schemas import DutyDone

DOERS = frozenset({"supervisor", "manager"})


class Duties:
    """Takes down who did what is owed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def done(self, caller: Caller, duty_id: UUID) -> Answer:
        """Say that it is done. DutyUnknown, DutyIsDone, Forbidden (also for who may not be the second person)."""
        caller.require_any(DOERS)
        async with self._database.write(caller) as uow:
            duty = await talks.lock_duty(uow.session, duty_id)
            if duty is None:
                raise DutyUnknown("there is no duty of this id")
            if duty.excluded == caller.person:
                raise Forbidden("this is for somebody else than who was in the conversation")
            if duty.done_at is not None:
                raise DutyIsDone("somebody has done it")
            duty.done_at, duty.done_by = uow.now(), caller.person
            await uow.close_task(duty.kind, str(duty_id), "done")
            await uow.audit("duty.done", f"duty/{duty_id}", case_id=duty.case_id, detail={"kind": duty.kind})
            return uow.answer(DutyDone.model_validate(duty, from_attributes=True))
