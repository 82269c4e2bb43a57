"""Before the first contact: what the bank can offer is looked up, and a borrower in grace is left alone."""

from datetime import datetime, timedelta
from uuid import UUID

from services.common.contracts.workflows import case_workflow_id
from services.common.kernel.clock import local_day
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import CaseState
from services.intake.domain.stages import stage_has_begun
from services.intake.errors import CaseUnknown
from services.intake.models import CollectionsCase
from services.intake.policies import Policies
from services.intake.repository import benefits, borrowers, cases, clocks
from services.intake.service.arrival.programmes import AskedFor, Programmes
from services.intake.service.requests.starting import morning
from services.intake.service.states.moving import CaseStates
from services.intake.workflows.messages import Prepared

GRACE = "grace"
# A day that has begun in the last zone of the earth has begun wherever the borrower is.
_LAST_ZONE = timedelta(hours=12)
# Where nobody waits for the stage any more: the borrower spoke first, or the case went another way.
_BEYOND: list[CaseState] = [state for state in CaseState if state not in (CaseState.OPENED, CaseState.TRIAGED)]


class Preparing:
    """What the workflow does between triage and the first round; safe to repeat."""

    def __init__(self, database: Database, policies: Policies, states: CaseStates, programmes: Programmes) -> None:
        self._database = database
        self._policies = policies
        self._states = states
        self._programmes = programmes

    async def prepare(self, case_id: UUID) -> Prepared:
        """Keep the programmes that there are, then whether or how long the borrower is left alone. Unavailable."""
        caller = Caller.service(self._database.service, f"case/{case_id}")
        async with self._database.read() as session:
            case = await cases.get(session, case_id, caller)
            known = await benefits.of_case(session, case_id)
        if case is None or case.pack is None:
            raise CaseUnknown
        if known is None:
            asked = AskedFor(product=case.product, pack=case.pack, oldest_unpaid_due_date=case.oldest_unpaid_due_date)
            found = await self._programmes.programmes(asked, caller)
        async with self._database.write(caller) as uow:
            if known is None:
                await benefits.keep(
                    uow.session,
                    {
                        "case_id": case_id,
                        "checked_on": found.on,
                        "policy_version": found.policy_version,
                        "programmes": found.programmes,
                        "free": found.free_of_charge.model_dump(),
                        "at": uow.now(),
                    },
                )
            begins = await self._grace_until(uow, case)
            if begins is None or not await self._waits(uow, case_id):
                if known is not None:
                    await uow.meet(GRACE, str(case_id))
                return Prepared(ready=True)
            workflow_id = case_workflow_id(case_id)
            await uow.oblige(Obligation(case_id, GRACE, str(case_id), "workflow", begins, workflow_id))
            return Prepared(ready=False, wake_in=uow.wake_in(begins))

    async def _waits(self, uow: UnitOfWork, case_id: UUID) -> bool:
        """Have the workflow nudged when the case goes another way; False when it did already."""
        locked = await cases.lock(uow.session, case_id)
        if locked is None or locked.state != CaseState.TRIAGED:
            return False
        if await clocks.waiting_request(uow.session, case_id) is not None:
            return False
        await self._states.await_states(uow, locked, _BEYOND)
        return True

    async def _grace_until(self, uow: UnitOfWork, case: CollectionsCase) -> datetime | None:
        """Until when the borrower is left alone; None: not, or no more, or they spoke first."""
        now = uow.now()
        begins_on = self._policies.stages(now).collects_from(case.product, case.oldest_unpaid_due_date)
        if begins_on is None or case.state != CaseState.TRIAGED or case.origin == "borrower":
            return None
        if stage_has_begun((now - _LAST_ZONE).date(), begins_on):
            return None
        borrower = await borrowers.standing(uow.session, case.borrower_id, now)
        zone = borrower.time_zone or self._policies.cases(now).time_zone
        if stage_has_begun(local_day(now, zone), begins_on):
            return None
        return morning(begins_on, zone)
