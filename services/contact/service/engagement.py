"""The end of a round of contact: the borrower answers, or contact is no longer wanted."""

from uuid import UUID

from services.common.contracts.workflows import contact_workflow_id
from services.common.kernel.clock import local_day
from services.common.kernel.ids import business_uuid
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.models import Cadence, ContactCase
from services.contact.policies import Policies
from services.contact.repository import cases, rounds

REPLY = "reply"
CALL = "call_borrower"


def round_ref(case_id: UUID, round_: int) -> str:
    """Names the obligation and the call task of a round."""
    return f"{case_id}/{round_}"


def quiet_hold_id(case_id: UUID, round_: int) -> UUID:
    return business_uuid("hold", "quiet_period", str(case_id), str(round_))


class Engagement:
    """Ends rounds. The case is locked by the caller."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def begin(self, uow: UnitOfWork, case: ContactCase, state: str = "running") -> Cadence:
        """Begin the present round of a case, its first step due at once."""
        now = uow.now()
        cadence = Cadence(
            case_id=case.case_id,
            round=case.round,
            step=0,
            state=state,
            policy_version=self._policies.cadence.on(local_day(now, case.time_zones[0])).version,
            started_at=now,
            next_due=now,
            ended_at=None if state == "running" else now,
        )
        await rounds.add_cadence(uow.session, cadence)
        await uow.audit("contact.round_begun", f"case/{case.case_id}", case_id=case.case_id, after=cadence.model_dump())
        return cadence

    async def engaged(self, uow: UnitOfWork, case: ContactCase) -> bool:
        """The borrower is in conversation: the present round ends. False when it had ended before.

        A round that has not begun is kept as engaged, so that its cadence, when it looks, has nothing to do.
        """
        cadence = await rounds.find_cadence(uow.session, case.case_id, case.round)
        if cadence is None:
            await self.begin(uow, case, "engaged")
        elif cadence.state != "running":
            return False
        else:
            await self.end(uow, cadence, "engaged")
        await uow.nudge(contact_workflow_id(case.case_id, case.round), case.case_id)
        return True

    async def stopped(self, uow: UnitOfWork, case: ContactCase) -> bool:
        """Contact is no longer wanted: the present round ends. False when none was running."""
        cadence = await rounds.find_cadence(uow.session, case.case_id, case.round)
        if cadence is None or cadence.state != "running":
            return False
        await self.end(uow, cadence, "stopped")
        await uow.nudge(contact_workflow_id(case.case_id, case.round), case.case_id)
        return True

    async def end(self, uow: UnitOfWork, cadence: Cadence, state: str) -> None:
        """Close a running round with its obligation and its call task."""
        ref = round_ref(cadence.case_id, cadence.round)
        before = cadence.model_dump()
        cadence.state, cadence.ended_at = state, uow.now()
        await uow.meet(REPLY, ref)
        await uow.close_task(CALL, ref, state)
        await uow.audit(
            f"contact.{state}",
            f"case/{cadence.case_id}",
            case_id=cadence.case_id,
            before=before,
            after=cadence.model_dump(),
            detail={"round": cadence.round, "step": cadence.step},
        )

    async def end_quiet(self, uow: UnitOfWork, case: ContactCase) -> None:
        """A borrower who writes or speaks ends the quiet period."""
        await cases.lift_hold(uow.session, quiet_hold_id(case.case_id, case.round), uow.now())
