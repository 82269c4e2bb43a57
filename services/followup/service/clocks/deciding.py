"""What people see of clocks, and what risk decides when the time of one is over."""

from __future__ import annotations

from uuid import UUID

from services.common.contracts.events.cases import CaseClosed
from services.common.kernel.errors import NotFound
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.clocks import ClockKind, ClockState
from services.followup.errors import ClockDecided, MarkStays
from services.followup.models import RegulatoryClock
from services.followup.repository import clocks, followed, holds
from services.followup.schemas.clocks import ClockDecision, ClocksView, ClockView
from services.followup.service.calendar import Calendar
from services.followup.service.clocks.counting import Clocks
from services.followup.service.clocks.telling import ASSESS_VIABILITY, END_CLOCK, ClockTelling, stop, tell

MAY_DECIDE = frozenset({"risk"})


class ClockDecisions:
    """Shows clocks, and takes decisions about them."""

    def __init__(self, database: Database, calendar: Calendar, counting: Clocks, telling: ClockTelling) -> None:
        self._database = database
        self._calendar = calendar
        self._counting = counting
        self._telling = telling

    async def of_case(self, caller: Caller, case_id: UUID) -> ClocksView:
        """The clocks of a case; none for one that is not known here, or not to be seen."""
        caller.require_any(ROLES)
        async with self._database.read() as session:
            found = await clocks.of_case(session, case_id, caller)
        return ClocksView(items=[_view(one) for one in found])

    async def decide(self, caller: Caller, agreement_id: UUID, kind: ClockKind, body: ClockDecision) -> Answer:
        """Whether a mark goes or is counted anew, or how an exposure that was late in probation stands.

        NotFound; ClockDecided when nothing of the kind is asked; MarkStays while EU-06 does not let a probation end.
        """
        caller.require_any(MAY_DECIDE)
        async with self._database.write(caller) as uow:
            found = await followed.lock_agreement(uow.session, agreement_id, caller)
            clock = await clocks.lock_one(uow.session, agreement_id, kind, caller)
            if found is None or clock is None:
                raise NotFound("there is no such clock")
            if caller.if_match is not None:
                caller.require_version(clock.version)
            today, agreement = self._telling.today(uow), found.agreement
            held = await holds.of_cases(uow.session, [agreement.case_id])
            count = self._calendar.days(uow, agreement, held.get(agreement.case_id, ()))
            if body.decision == "ends" and not self._counting.may_end(agreement, clock, found.lines, today, count):
                raise MarkStays("too little was paid in time in its probation, or something is still too late")
            task = END_CLOCK if body.decision in ("ends", "goes_on") else ASSESS_VIABILITY
            if not await uow.close_task(task, clock.task_ref, body.decision):
                raise ClockDecided("nothing of this kind waits to be decided about the clock")
            if body.decision == "ends":
                stop(clock, ClockState.ENDED, today)
                await tell(uow, clock, agreement, "ended")
            elif body.decision in ("goes_on", "non_performing"):
                clock.non_performing = clock.non_performing or body.decision == "non_performing"
                clock.state, clock.begins_on, clock.check_on = ClockState.RUNNING.value, today, today
                clock.recounts, clock.was_late = 0, False
                await uow.session.flush()
                await self._counting.count(uow, agreement, found.lines, None, count)
                await tell(uow, clock, agreement, "counted_anew")
            clock.asked += 1
            clock.version += 1
            await uow.session.flush()
            return uow.answer(_view(clock), etag=clock.version)

    async def outlive(self, uow: UnitOfWork, said: CaseClosed) -> None:
        """case.closed: the clocks of the law go on."""
        for clock in await clocks.lock_of_case(uow.session, said.case_id):
            if clock.state == ClockState.CONFIRM:
                clock.asked += 1
                await self._telling.ask(uow, clock, END_CLOCK, "time_over")
            else:
                await self._telling.expect(uow, clock)
        await uow.session.flush()


def _view(clock: RegulatoryClock) -> ClockView:
    shown = clock.model_dump(include=set(ClockView.model_fields) - {"rules"})
    return ClockView.model_validate(shown | {"rules": clock.rules.split()})
