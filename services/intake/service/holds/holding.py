"""Holds: placed and lifted here, borrower-wide; others are told what is blocked and until when, never why."""

from uuid import UUID

from services.common.contracts.events.contacts import StopHeard
from services.common.runtime.caller import Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.holds import Reach
from services.intake.errors import HoldHasEnded, HoldRenewed, HoldUnknown
from services.intake.models import PlacedHold
from services.intake.policies import Policies
from services.intake.repository import borrowers, cases, records
from services.intake.schemas import HoldEnd, PlaceHold
from services.intake.service.casework import STAFF
from services.intake.service.holds import placing, relief_plans
from services.intake.service.holds.placing import Wanted
from services.intake.service.holds.terms import BREATHING_SPACE, HoldTerms
from services.intake.service.people.persons import person_of
from services.intake.service.requests.starting import start_of_breathing_space, start_of_relief_plan
from services.intake.service.showing import hold_standing

LIFTERS = {
    "supervisor": frozenset({"supervisor", "manager", "compliance"}),
    "compliance": frozenset({"compliance"}),
    "system": frozenset({"system"}),
}
HEARD_STOP = "HEARD_STOP"


class Holding:
    """Places and lifts holds. The borrower is locked, so holds of one borrower are numbered one after another."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def place(self, caller: Caller, case_id: UUID, body: PlaceHold) -> Answer:
        """Place a hold on the borrower of a case, or another party, from now on.

        InvalidInput for an unknown kind or an end that it cannot have, PartyUnknown, HoldRenewed.
        """
        caller.require_any(STAFF | {"compliance"})
        async with self._database.write(caller) as uow:
            borrower_id = await person_of(uow.session, caller, case_id, body.party_id)
            zone = await borrowers.lock(uow.session, borrower_id)
            terms = HoldTerms(self._policies, zone)
            wanted = terms.wanted(body.kind, uow.now(), body)
            scheme = None
            if body.kind == relief_plans.DEBT_RELIEF_PLAN:
                scheme = await relief_plans.scheme_of(uow, borrower_id, uow.now(), zone, self._policies)
                wanted = scheme.bound(wanted, zone) if scheme else wanted
            earlier = [one for one in await records.holds(uow.session, borrower_id) if one.kind == body.kind]
            if self._policies.holds(uow.now()).kinds[body.kind].renewals is not None:
                if any(not placing.is_over(one, uow.now()) for one in earlier):
                    raise HoldRenewed("one is in force: move its end")
            hold = await placing.put(uow, case_id, borrower_id, wanted)
            if body.kind == BREATHING_SPACE:
                registered_on = terms.registered_on(uow.now(), body)
                await start_of_breathing_space(uow, hold, registered_on, zone, earlier, self._policies)
            if scheme is not None and scheme.too_large:
                await start_of_relief_plan(uow, case_id, str(hold.hold_id), zone, scheme.by, self._policies)
            return uow.answer(hold_standing(hold), status=201, etag=1)

    async def hear_stop(self, uow: UnitOfWork, received: Received[StopHeard]) -> None:
        """Contact holds already: the same hold is placed for everybody. Heard again, or lifted since, it stays so."""
        said = received.payload
        await borrowers.lock(uow.session, said.borrower_id)
        if await records.lock_hold(uow.session, said.hold_id) is None:
            blocks = tuple(sorted(said.blocks))
            wanted = Wanted(HEARD_STOP, blocks, said.starts_at, said.ends_at, Reach(said.reach), said.hold_id)
            await placing.put(uow, said.case_id, said.borrower_id, wanted)

    async def move_end(self, caller: Caller, hold_id: UUID, body: HoldEnd) -> Answer:
        """Let a hold end at another time: a day the law counts from has come, or it is extended. Needs If-Match.

        HoldUnknown, HoldHasEnded, HoldRenewed, InvalidInput.
        """
        async with self._database.write(caller) as uow:
            hold = await self._in_force(uow, hold_id)
            borrower = await borrowers.get(uow.session, hold.borrower_id)
            assert borrower is not None, "a foreign key holds it"
            renewals = self._policies.holds(uow.now()).kinds[hold.kind].renewals
            if renewals is not None and hold.version > renewals:
                raise HoldRenewed("its end was moved before")
            zone = borrower.time_zone
            ends_at = HoldTerms(self._policies, zone).later_end(hold.kind, hold.ends_at, uow.now(), body)
            if hold.kind == relief_plans.DEBT_RELIEF_PLAN:
                scheme = await relief_plans.scheme_of(uow, hold.borrower_id, hold.starts_at, zone, self._policies)
                ends_at = scheme.end(ends_at, zone) if scheme else ends_at
            await placing.move_end(uow, hold, ends_at)
            return uow.answer(hold_standing(hold), etag=hold.version)

    async def lift(self, caller: Caller, hold_id: UUID) -> Answer:
        """End a hold now. Who may is said by the policy for its kind; HoldHasEnded when it is over already."""
        async with self._database.write(caller) as uow:
            hold = await self._in_force(uow, hold_id)
            await placing.lift(uow, hold)
            return uow.answer(hold_standing(hold), etag=hold.version)

    async def _in_force(self, uow: UnitOfWork, hold_id: UUID) -> PlacedHold:
        """A locked hold that the caller may change. HoldUnknown, Forbidden, StaleVersion, HoldHasEnded."""
        caller = uow.caller
        hold = await records.lock_hold(uow.session, hold_id)
        if hold is None or await cases.get(uow.session, hold.case_id, caller) is None:
            raise HoldUnknown
        now = uow.now()
        caller.require_any(lifters(self._policies, hold.kind, uow))
        caller.require_version(hold.version)
        if placing.is_over(hold, now):
            raise HoldHasEnded
        return hold


def lifters(policies: Policies, kind: str, uow: UnitOfWork) -> frozenset[str]:
    """The roles that may end a hold of this kind."""
    return LIFTERS[policies.holds(uow.now()).kinds[kind].lifted_by]
