"""Holds: placed and lifted here, borrower-wide; others are told what is blocked and until when, never why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.common.contracts.events.cases import HoldLifted, HoldPlaced
from services.common.contracts.events.contacts import StopHeard
from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.errors import CaseUnknown, HoldHasEnded, HoldUnknown
from services.intake.models import PlacedHold
from services.intake.policies import Policies
from services.intake.repository import borrowers, cases, records
from services.intake.schemas import PlaceHold
from services.intake.service.casework import STAFF
from services.intake.service.showing import hold_standing

LIFTERS = {
    "supervisor": frozenset({"supervisor", "manager", "compliance"}),
    "compliance": frozenset({"compliance"}),
    "system": frozenset({"system"}),
}


HEARD_STOP = "HEARD_STOP"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A hold to place: its kind, what it blocks and when. Without an id it gets the next of its borrower."""

    kind: str
    blocks: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None
    hold_id: UUID | None = None


class Holding:
    """Places and lifts holds. The borrower is locked, so holds of one borrower are numbered one after another."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def place(self, caller: Caller, case_id: UUID, body: PlaceHold) -> Answer:
        """Place a hold on the borrower of a case, from now on. InvalidInput for an unknown kind or a past end."""
        caller.require_any(STAFF | {"compliance"})
        async with self._database.write(caller) as uow:
            case = await cases.get(uow.session, case_id, caller)
            if case is None:
                raise CaseUnknown
            await borrowers.lock(uow.session, case.borrower_id)
            hold = await self._put(uow, case_id, case.borrower_id, self._wanted(uow.now(), body))
            return uow.answer(hold_standing(hold), status=201, etag=1)

    async def hear_stop(self, uow: UnitOfWork, received: Received[StopHeard]) -> None:
        """Contact holds already: the same hold is placed for everybody. Heard again, or lifted since, it stays so."""
        said = received.payload
        await borrowers.lock(uow.session, said.borrower_id)
        if await records.lock_hold(uow.session, said.hold_id) is None:
            asked = Wanted(HEARD_STOP, tuple(sorted(said.blocks)), said.starts_at, said.ends_at, said.hold_id)
            await self._put(uow, said.case_id, said.borrower_id, asked)

    async def lift(self, caller: Caller, hold_id: UUID) -> Answer:
        """End a hold now. Who may is said by the policy for its kind; HoldHasEnded when it is over already."""
        async with self._database.write(caller) as uow:
            hold = await records.lock_hold(uow.session, hold_id)
            if hold is None or await cases.get(uow.session, hold.case_id, caller) is None:
                raise HoldUnknown
            now = uow.now()
            caller.require_any(LIFTERS[self._policies.holds(now).kinds[hold.kind].lifted_by])
            if caller.if_match is not None:
                caller.require_version(hold.version)
            if hold.lifted_at is not None or (hold.ends_at is not None and hold.ends_at <= now):
                raise HoldHasEnded
            hold.lifted_at = now
            hold.lifted_by = caller.person
            hold.version += 1
            await uow.emit(
                HoldLifted(case_id=hold.case_id, borrower_id=hold.borrower_id, hold_id=hold_id, lifted_at=now)
            )
            await uow.audit("hold.lifted", f"hold/{hold_id}", case_id=hold.case_id)
            return uow.answer(hold_standing(hold), etag=hold.version)

    def _wanted(self, now: datetime, body: PlaceHold) -> Wanted:
        terms = self._policies.holds(now).kinds.get(body.kind)
        if terms is None:
            raise InvalidInput("no such kind of hold", fields=[("#/kind", "is not one of the policy")])
        ends_at = body.ends_at
        if ends_at is None and terms.days is not None:
            ends_at = now + timedelta(days=terms.days)
        if ends_at is not None and ends_at <= now:
            raise InvalidInput("the hold would be over", fields=[("#/ends_at", "must be in the future")])
        return Wanted(body.kind, tuple(sorted(terms.blocks)), now, ends_at)

    async def _put(self, uow: UnitOfWork, case_id: UUID, borrower_id: UUID, asked: Wanted) -> PlacedHold:
        """Place a hold on a locked borrower, and tell everybody."""
        number = await records.count_holds(uow.session, borrower_id) + 1
        hold = PlacedHold(
            hold_id=asked.hold_id or business_uuid("hold", str(borrower_id), str(number)),
            borrower_id=borrower_id,
            case_id=case_id,
            number=number,
            kind=asked.kind,
            blocks=list(asked.blocks),
            starts_at=asked.starts_at,
            ends_at=asked.ends_at,
            placed_by=uow.caller.person,
            version=1,
        )
        uow.session.add(hold)
        await uow.emit(HoldPlaced.model_validate(hold.model_dump(include=set(HoldPlaced.model_fields))))
        await uow.audit("hold.placed", f"hold/{hold.hold_id}", case_id=case_id)
        return hold
