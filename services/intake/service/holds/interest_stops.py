"""Interest of held debts: what is asked of the bank's core when a hold comes, goes or changes (UK-12, UK-13)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from services.common.contracts.workflows import INTEREST_STOP
from services.common.kernel.clock import local_day
from services.common.kernel.ids import business_uuid
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.holds import ActionClass, Reach
from services.intake.models import CollectionsCase, InterestStop, PlacedHold
from services.intake.repository import borrowers, interest
from services.intake.workflows.messages import InterestInput, interest_workflow_id

DUE = "interest"
CONFIRM_WITHIN = timedelta(hours=1)


def stops_interest(hold: PlacedHold) -> bool:
    """Whether no interest accrues while a hold lasts."""
    return ActionClass.INTEREST_ACCRUAL in hold.blocks


async def begin(uow: UnitOfWork, hold: PlacedHold, from_day: date | None, only: frozenset[UUID] | None = None) -> None:
    """Stop the interest of every debt that a new hold reaches, from a day on: without one from that of the hold.

    `only` these cases, where the law frees some debts and not others. A guarantor's own protection does not reach the
    debt.
    """
    borrower = await borrowers.get(uow.session, hold.borrower_id)
    assert borrower is not None, "a foreign key holds it"
    since = from_day or local_day(hold.starts_at, borrower.time_zone)
    about = None if hold.reach == Reach.PERSON else hold.case_id
    for debt in await interest.debts(uow.session, hold.borrower_id, about):
        if only is None or debt.case_id in only:
            await _stop(uow, hold, debt.case_id, debt.account_ref, since, borrower.time_zone)


async def adopt(uow: UnitOfWork, case: CollectionsCase, zone: str, frees: Callable[[PlacedHold], bool]) -> None:
    """Stop the interest of a debt that came while a hold of its borrower lasts, if that hold frees it."""
    block = ActionClass.INTEREST_ACCRUAL.value
    for hold in await interest.stopping_holds(uow.session, case.borrower_id, block, uow.now()):
        if hold.reach == Reach.PERSON and frees(hold):
            known = [stop.from_day for stop in await interest.of_hold(uow.session, hold.hold_id)]
            since = min(known, default=local_day(hold.starts_at, zone))
            await _stop(uow, hold, case.case_id, case.account_ref, since, zone)


async def look_again(uow: UnitOfWork, hold: PlacedHold) -> None:
    """A hold ended, or ends at another time: whoever waits for its end looks again."""
    for stop in await interest.of_hold(uow.session, hold.hold_id):
        await uow.nudge(workflow_of(stop), stop.case_id)


async def watch(uow: UnitOfWork, stop: InterestStop, until: datetime) -> None:
    """Have the workflow of a stop look at an instant. The obligation outlives the case: the hold does so too."""
    await uow.oblige(Obligation(stop.hold_id, DUE, str(stop.stop_id), "workflow", until, workflow_of(stop)))


def workflow_of(stop: InterestStop) -> str:
    """The workflow that asks the core."""
    return interest_workflow_id(InterestInput(case_id=stop.case_id, stop_id=stop.stop_id))


async def _stop(uow: UnitOfWork, hold: PlacedHold, case_id: UUID, account_ref: str, from_day: date, zone: str) -> None:
    stop = InterestStop(
        stop_id=business_uuid("interest", str(hold.hold_id), str(case_id)),
        hold_id=hold.hold_id,
        case_id=case_id,
        account_ref=account_ref,
        from_day=from_day,
        zone=zone,
        wanted="stopped",
        state="asked",
        changed_at=uow.now(),
    )
    if not await interest.add(uow.session, stop):
        return
    start = InterestInput(case_id=case_id, stop_id=stop.stop_id)
    await uow.start(INTEREST_STOP, interest_workflow_id(start), start, case_id)
    await watch(uow, stop, uow.now() + CONFIRM_WITHIN)
    await uow.audit("interest.stop_asked", f"hold/{hold.hold_id}", case_id=case_id)
