"""Asking the bank's core to stop interest, and to let it go on when the hold is over: again until it is confirmed."""

from dataclasses import dataclass
from datetime import date

from services.common.banking.errors import CoreAccountUnknown, CoreRefused, CoreUnavailable
from services.common.banking.port import CoreInterest, CoreStatus
from services.common.kernel.clock import local_day
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.models import InterestStop, PlacedHold
from services.intake.repository import interest, records
from services.intake.service.holds.interest_stops import CONFIRM_WITHIN, DUE, watch, workflow_of
from services.intake.service.holds.placing import is_over
from services.intake.workflows.messages import InterestInput, InterestLook, interest_workflow_id


@dataclass(frozen=True, slots=True)
class _Command:
    """What the core is to do with an account, from which day on; its key."""

    account_ref: str
    wanted: str
    day: date
    key: str


class StopInterest:
    """What the workflow of a stop does at each look; safe to repeat."""

    def __init__(self, database: Database, core: CoreInterest) -> None:
        self._database = database
        self._core = core

    async def look(self, asked: InterestInput) -> InterestLook:
        """Ask the core for what is wanted now, or wait for the end of the hold.

        CoreRefused when the core says no, CoreUnavailable while it does not say or does not show that it was done.
        """
        caller = Caller.service(self._database.service, interest_workflow_id(asked))
        async with self._database.write(caller) as uow:
            found = await self._wanted(uow, asked)
        if isinstance(found, InterestLook):
            return found
        code = await self._ask(found)
        async with self._database.write(caller) as uow:
            look = await self._keep(uow, asked, found, code)
        if code is not None:
            raise CoreRefused(code)
        return look

    async def _wanted(self, uow: UnitOfWork, asked: InterestInput) -> _Command | InterestLook:
        stop, hold = await _locked(uow, asked)
        if is_over(hold, uow.now()) and stop.wanted == "stopped":
            if stop.state == "refused":
                # It never stopped.
                _note(uow, stop, "confirmed", wanted="running")
                return await _rest(uow, stop, hold)
            _note(uow, stop, "asked", wanted="running")
            await watch(uow, stop, uow.now() + CONFIRM_WITHIN)
        if stop.state == "confirmed":
            return await _rest(uow, stop, hold)
        if stop.wanted == "running" and await interest.others_in_force(uow.session, stop):
            # Another hold goes on stopping it, and ends later.
            _note(uow, stop, "confirmed")
            return await _rest(uow, stop, hold)
        if stop.state == "refused":
            _note(uow, stop, "asked")
            await watch(uow, stop, uow.now() + CONFIRM_WITHIN)
        return _command(stop, hold)

    async def _ask(self, command: _Command) -> str | None:
        """Send it and read it back; the code of a refusal, None when it is done."""
        account, day = command.account_ref, command.day
        try:
            if command.wanted == "stopped":
                answer = await self._core.suspend_interest(account, day, command.key)
            else:
                answer = await self._core.resume_interest(account, day, command.key)
            if answer.status is CoreStatus.REFUSED:
                return answer.code or CoreRefused.problem
            paused = any(pause.covers(day) for pause in await self._core.interest_pauses(account))
        except CoreAccountUnknown as unknown:
            return unknown.problem
        if paused != (command.wanted == "stopped"):
            raise CoreUnavailable("the core does not show what it was asked for")
        return None

    async def _keep(self, uow: UnitOfWork, asked: InterestInput, done: _Command, code: str | None) -> InterestLook:
        stop, hold = await _locked(uow, asked)
        if stop.wanted != done.wanted:
            return InterestLook(over=False, wake_in=uow.wake_in(uow.now()))
        if code is not None:
            _note(uow, stop, "refused", code=code)
            # The person who is asked has an obligation of their own.
            await uow.release(DUE, str(stop.stop_id))
            await uow.audit("interest.refused", f"hold/{stop.hold_id}", case_id=stop.case_id, detail={"code": code})
            return InterestLook(over=False)
        _note(uow, stop, "confirmed")
        await uow.audit(f"interest.{done.wanted}", f"hold/{stop.hold_id}", case_id=stop.case_id)
        if done.wanted == "running":
            await self._stop_again(uow, stop)
        return await _rest(uow, stop, hold)

    async def _stop_again(self, uow: UnitOfWork, ended: InterestStop) -> None:
        """A hold that came while the core was asked to go on stops it once more."""
        for other in await interest.others_in_force(uow.session, ended):
            _note(uow, other, "asked")
            await watch(uow, other, uow.now() + CONFIRM_WITHIN)
            await uow.nudge(workflow_of(other), other.case_id)


async def _locked(uow: UnitOfWork, asked: InterestInput) -> tuple[InterestStop, PlacedHold]:
    stop = await interest.lock(uow.session, asked.stop_id)
    assert stop is not None, "stops are not deleted"
    hold = await records.lock_hold(uow.session, stop.hold_id)
    assert hold is not None, "a foreign key holds it"
    return stop, hold


async def _rest(uow: UnitOfWork, stop: InterestStop, hold: PlacedHold) -> InterestLook:
    """What is wanted is so: it ends here, or waits for the end of the hold."""
    if stop.wanted == "running":
        await uow.meet(DUE, str(stop.stop_id))
        return InterestLook(over=True)
    if hold.ends_at is None:
        await uow.meet(DUE, str(stop.stop_id))
        return InterestLook(over=False)
    await watch(uow, stop, hold.ends_at)
    return InterestLook(over=False, wake_in=uow.wake_in(hold.ends_at))


def _command(stop: InterestStop, hold: PlacedHold) -> _Command:
    day = stop.from_day
    if stop.wanted == "running":
        ended_at = min(at for at in (hold.lifted_at, hold.ends_at) if at is not None)
        day = local_day(ended_at, stop.zone)
    return _Command(stop.account_ref, stop.wanted, day, f"interest-{stop.stop_id}-{stop.wanted}")


def _note(
    uow: UnitOfWork, stop: InterestStop, state: str, *, wanted: str | None = None, code: str | None = None
) -> None:
    stop.wanted, stop.state, stop.code, stop.changed_at = wanted or stop.wanted, state, code, uow.now()
