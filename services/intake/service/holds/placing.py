"""Placing, extending and lifting a hold inside a transaction; others are told what is blocked and until when."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.common.contracts.events.cases import HoldLifted, HoldPlaced
from services.common.kernel.ids import business_uuid
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.holds import Reach
from services.intake.models import PlacedHold
from services.intake.repository import records
from services.intake.service.holds import interest_stops


@dataclass(frozen=True, slots=True)
class Wanted:
    """A hold to place: its kind, what it blocks and when, and whom it reaches.

    Without an id it gets the next of its borrower. `interest_from` is the first day without interest, where it blocks
    that and the law says another day than its first; `interest_on` are the cases whose debts bear none, if not all.
    """

    kind: str
    blocks: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None
    reach: Reach = Reach.PERSON
    hold_id: UUID | None = None
    flag_id: UUID | None = None
    interest_from: date | None = None
    interest_on: frozenset[UUID] | None = None

    def of_flag(self, flag_id: UUID) -> "Wanted":
        """The same hold, placed for a flag."""
        return replace(self, flag_id=flag_id)


async def put(uow: UnitOfWork, case_id: UUID, borrower_id: UUID, wanted: Wanted) -> PlacedHold:
    """Place a hold on a locked borrower, and tell everybody."""
    number = await records.count_holds(uow.session, borrower_id) + 1
    hold = PlacedHold(
        hold_id=wanted.hold_id or business_uuid("hold", str(borrower_id), str(number)),
        borrower_id=borrower_id,
        case_id=case_id,
        number=number,
        flag_id=wanted.flag_id,
        kind=wanted.kind,
        blocks=list(wanted.blocks),
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        reach=wanted.reach.value,
        placed_by=uow.caller.person,
        version=1,
    )
    uow.session.add(hold)
    await uow.session.flush()
    await _tell(uow, hold)
    if interest_stops.stops_interest(hold):
        await interest_stops.begin(uow, hold, wanted.interest_from, wanted.interest_on)
    await uow.audit("hold.placed", f"hold/{hold.hold_id}", case_id=case_id)
    return hold


async def move_end(uow: UnitOfWork, hold: PlacedHold, ends_at: datetime | None) -> None:
    """Let a locked hold end at another time; everybody is told of it anew."""
    before = {"ends_at": hold.ends_at}
    hold.ends_at = ends_at
    hold.version += 1
    await _tell(uow, hold)
    if interest_stops.stops_interest(hold):
        await interest_stops.look_again(uow, hold)
    await uow.audit(
        "hold.end_moved",
        f"hold/{hold.hold_id}",
        case_id=hold.case_id,
        before=before,
        after={"ends_at": ends_at},
    )


async def lift(uow: UnitOfWork, hold: PlacedHold) -> None:
    """End a locked hold now."""
    now = uow.now()
    hold.lifted_at = now
    hold.lifted_by = uow.caller.person
    hold.version += 1
    await uow.emit(HoldLifted(case_id=hold.case_id, borrower_id=hold.borrower_id, hold_id=hold.hold_id, lifted_at=now))
    if interest_stops.stops_interest(hold):
        await interest_stops.look_again(uow, hold)
    await uow.audit("hold.lifted", f"hold/{hold.hold_id}", case_id=hold.case_id)


async def lift_all(uow: UnitOfWork, case_id: UUID, *kinds: str) -> None:
    """End every hold of these kinds that was placed about a case and is in force."""
    for hold in await records.lock_open(uow.session, case_id, kinds):
        await lift(uow, hold)


def is_over(hold: PlacedHold, now: datetime) -> bool:
    """Whether a hold was lifted or ran out."""
    return hold.lifted_at is not None or (hold.ends_at is not None and hold.ends_at <= now)


async def _tell(uow: UnitOfWork, hold: PlacedHold) -> None:
    await uow.emit(HoldPlaced.model_validate(hold.model_dump(include=set(HoldPlaced.model_fields))))
