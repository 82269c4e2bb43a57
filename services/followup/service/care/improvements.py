"""What a team does to serve borrowers better: opened with an owner and a date, listed, and closed."""

from datetime import date
from uuid import UUID

from services.common.kernel.errors import InvalidInput, NotFound
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.followup.errors_care import ImprovementClosed, ImprovementUnknown
from services.followup.models import ImprovementAction
from services.followup.repository.care import feedback, improvements
from services.followup.schemas.improvements import CloseImprovement, ImprovementView, NewImprovement
from services.followup.schemas.improvements import Improvements as Listed
from services.followup.service.policies import DEFAULT, Policies
from services.followup.vocabulary import ImprovementState

IN_CHARGE = frozenset({"supervisor", "manager", "compliance"})


class Improvements:
    """The register of actions."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def open(self, caller: Caller, body: NewImprovement) -> Answer:
        """Somebody is to do something by a day.

        InvalidInput for a day that is over; NotFound where there is no such answer.
        """
        caller.require_any(IN_CHARGE)
        assert caller.command is not None, "a command has a key"
        async with self._database.write(caller) as uow:
            today = self._today()
            if body.due_on < today:
                raise InvalidInput("no such day", fields=[("#/due_on", "is today or later")])
            if body.feedback_id is not None:
                answer = await feedback.find(uow.session, body.feedback_id)
                if answer is None or answer.answered_at is None:
                    raise NotFound("there is nothing of this id")
            action = ImprovementAction(
                action_id=business_uuid("improvement", caller.command.scope, caller.command.key),
                state=ImprovementState.OPEN.value,
                opened_by=caller.person,
                opened_at=uow.now(),
                **body.model_dump(),
            )
            await improvements.put(uow.session, action)
            await uow.audit("improvement.opened", f"improvement/{action.action_id}", detail={"area": action.area})
            return uow.answer(_view(action, today), status=201, etag=action.version)

    async def listed(self, caller: Caller, state: ImprovementState) -> Listed:
        """The actions of a state."""
        caller.require_any(IN_CHARGE)
        async with self._database.read() as session:
            found = await improvements.in_state(session, state.value)
        return Listed(items=[_view(one, self._today()) for one in found])

    async def close(self, caller: Caller, action_id: UUID, body: CloseImprovement) -> Answer:
        """It was done, or is not to be done any more. ImprovementUnknown, ImprovementClosed, StaleVersion."""
        caller.require_any(IN_CHARGE)
        async with self._database.write(caller) as uow:
            action = await improvements.lock(uow.session, action_id)
            if action is None:
                raise ImprovementUnknown
            if action.closed_at is not None:
                raise ImprovementClosed
            caller.require_version(action.version)
            action.state, action.closed_by, action.closed_at = body.outcome, caller.person, uow.now()
            action.version += 1
            await uow.audit("improvement.closed", f"improvement/{action_id}", detail={"outcome": body.outcome})
            await uow.session.flush()
            return uow.answer(_view(action, self._today()), etag=action.version)

    def _today(self) -> date:
        now = self._database.clock.now()
        return self._policies.pack(DEFAULT, now).today(now)


def _view(action: ImprovementAction, today: date) -> ImprovementView:
    overdue = action.closed_at is None and action.due_on < today
    return ImprovementView.model_validate(action.model_dump() | {"overdue": overdue})
