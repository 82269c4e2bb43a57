"""The watch over a clock: a warning in time, somebody higher up when it is over, and nothing once it is met."""

from datetime import timedelta

from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import CaseState
from services.intake.domain.clocks import ClockKind
from services.intake.models import CollectionsCase, StatutoryClock
from services.intake.policies import Policies
from services.intake.repository import borrowers, cases, clocks
from services.intake.service.requests import arrears_notices
from services.intake.service.requests.starting import DUE, morning, watch
from services.intake.workflows.messages import ClockInput, ClockLook, clock_workflow_id

WARNING, BREACH = "clock_warning", "clock_breach"


class WatchClocks:
    """What the workflow of a clock does at each look; safe to repeat."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def look(self, asked: ClockInput) -> ClockLook:
        """Do what is due. Once it is over and somebody was told, the person's own obligation waits."""
        caller = Caller.service(self._database.service, clock_workflow_id(asked))
        async with self._database.write(caller) as uow:
            # A late notice holds the borrower, who is locked before the case as whoever opens one does.
            known = await cases.get(uow.session, asked.case_id, caller)
            if known is not None:
                await borrowers.lock(uow.session, known.borrower_id)
            case = await cases.lock(uow.session, asked.case_id)
            clock = await clocks.lock(uow.session, asked.clock_id)
            if clock is None or clock.met_at is not None or case is None or case.state == CaseState.CLOSED:
                return ClockLook(over=True)
            return await self._go_on(uow, clock, case)

    async def _go_on(self, uow: UnitOfWork, clock: StatutoryClock, case: CollectionsCase) -> ClockLook:
        notice = clock.kind == ClockKind.ARREARS_NOTICE
        if notice:
            await arrears_notices.move(uow, clock, case, self._policies)
        now, over_at = uow.now(), morning(clock.due_on + timedelta(days=1), clock.zone)
        if now < morning(clock.warn_on, clock.zone):
            await watch(uow, clock, clock.warn_on)
            return ClockLook(over=False, wake_in=uow.wake_in(morning(clock.warn_on, clock.zone)))
        if clock.kind == ClockKind.INFORMATION:
            # Nothing is owed: when it is over, nothing is asked for any more.
            if now < over_at:
                await watch(uow, clock, clock.due_on + timedelta(days=1))
                return ClockLook(over=False, wake_in=uow.wake_in(over_at))
            clock.met_at, clock.met_by = now, "expired"
            await uow.meet(DUE, str(clock.clock_id))
            return ClockLook(over=True)
        if now < over_at:
            if clock.warned_at is None:
                clock.warned_at = now
                await self._tell(uow, clock, WARNING, "senior_agent", "clock_runs_out", over_at - now)
            await watch(uow, clock, clock.due_on + timedelta(days=1))
            return ClockLook(over=False, wake_in=uow.wake_in(over_at))
        if clock.breached_at is None:
            clock.breached_at = now
            await uow.close_task(WARNING, str(clock.clock_id), "breached")
            await self._tell(uow, clock, BREACH, "supervisor", "clock_is_over", timedelta(days=1))
            if notice:
                await arrears_notices.stop_interest(uow, clock, case)
        await uow.release(DUE, str(clock.clock_id))
        return ClockLook(over=False)

    async def _tell(
        self, uow: UnitOfWork, clock: StatutoryClock, kind: str, role: str, reason: str, time_left: timedelta
    ) -> None:
        await uow.open_task(
            NewTask(
                case_id=clock.case_id,
                kind=kind,
                ref=str(clock.clock_id),
                needs_role=role,
                decide_path=f"/v1/clocks/{clock.clock_id}/meeting",
                reason=reason,
                deadline=uow.now() + time_left,
            )
        )
        await uow.audit(
            f"clock.{kind}", f"clock/{clock.clock_id}", case_id=clock.case_id, detail={"rule": clock.rule_id}
        )
