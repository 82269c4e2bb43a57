"""Visits: a supervisor permits one that a round asks for and says who goes, and only then is anybody asked to go."""

from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.kernel.errors import InvalidInput
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.contact.errors import CaseUnknown, VisitNotAsked
from services.contact.models import ContactStep
from services.contact.policies import Policies
from services.contact.repository import cases, rounds, strategy
from services.contact.schemas.steps import DecideVisit, VisitDecided
from services.contact.service.rounds.engagement import wait_anew
from services.contact.service.rounds.steps import PERMIT_VISIT, VISIT, ask, round_ref

DECIDERS = frozenset({"supervisor", "manager"})


class Visits:
    """Decides on visits."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def decide(self, caller: Caller, case_id: UUID, body: DecideVisit) -> Answer:
        """Permit or refuse the visit that the present round asks for.

        CaseUnknown; VisitNotAsked when no decision is waited for; InvalidInput when too few go, or the supervisor
        names herself; Forbidden. A refused visit is not replaced: the round goes on at once.
        """
        caller.require_any(DECIDERS)
        async with self._database.write(caller) as uow:
            case = await cases.lock_case(uow.session, case_id)
            if case is None:
                raise CaseUnknown("contact has not heard of this case")
            cadence = await rounds.find_cadence(uow.session, case_id, case.round)
            step = await strategy.last_step(uow.session, case_id, case.round)
            if cadence is None or cadence.state != "running" or step is None or not _waits(step):
                raise VisitNotAsked("no visit of this case waits for a decision")
            now = uow.now()
            terms = self._policies.treatment.on(local_day(now, case.time_zones[0])).value
            if body.decision == "permit" and (len(body.staff) < terms.visit_staff or caller.person in body.staff):
                raise InvalidInput(f"{terms.visit_staff} people go at least, and not the one who permits it")
            step.decision = "permitted" if body.decision == "permit" else "refused"
            step.decided_by, step.decided_at, step.staff = caller.person, now, body.staff
            await uow.close_task(PERMIT_VISIT, round_ref(case_id, case.round), step.decision)
            if step.decision == "permitted":
                await ask(uow, cadence, VISIT, step.owner_role)
            else:
                cadence.next_due = now
                await wait_anew(uow, cadence)
            await uow.audit(
                f"visit.{step.decision}",
                f"case/{case_id}",
                case_id=case_id,
                detail={"round": step.round, "step": step.step, "staff": body.staff},
            )
            decided = {"case_id": case_id, "round": step.round, "step": step.step, "decision": step.decision}
            return uow.answer(VisitDecided.model_validate(decided | {"staff": body.staff}))


def _waits(step: ContactStep) -> bool:
    return step.kind == "visit" and step.decision is None
