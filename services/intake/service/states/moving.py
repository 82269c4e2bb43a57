"""The state of a case: moved by own commands and by events, one history row and one event for each step."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.common.contracts.events.cases import CaseStateChanged, NegotiationReopened
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import NEXT_ROUND, CaseState, next_state
from services.intake.errors import CaseUnknown
from services.intake.models import CollectionsCase, ReliefRequest
from services.intake.policies import Policies
from services.intake.repository import cases, clocks
from services.intake.service.holds import placing
from services.intake.service.requests.telling import say_requested
from services.intake.service.states import rooms
from services.intake.service.states.parking import Trigger, park, take_out

# Holds that stand while what was agreed is performed, and the states in which it is not any more.
OF_AGREEMENTS = ("AGREEMENT_ACTIVE", "CORE_OUT_OF_SYNC")
AGREEMENT_OVER = frozenset({CaseState.PLAN_BROKEN, CaseState.PLAN_COMPLETED, CaseState.SETTLED, CaseState.CLOSED})
READERS: Mapping[str, Any] = {"agreement_id": UUID, "plan_ends_on": date.fromisoformat}


class CaseStates:
    """Moves cases. The caller has opened the transaction; the case's row is locked here or by the caller."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def apply(self, uow: UnitOfWork, case_id: UUID, trigger: Trigger) -> CollectionsCase | None:
        """Apply an event of another service: move the case, note that nothing changes, or park the event.

        The case, locked, unless it has ended.

        CaseUnknown when there is no such case.
        """
        case = await cases.lock(uow.session, case_id)
        if case is None:
            raise CaseUnknown("an event names a case that is not here")
        if case.state == CaseState.CLOSED:
            await uow.audit("event.after_close", f"case/{case_id}", case_id=case_id, detail={"trigger": trigger.name})
            return None
        await self.take(uow, case, trigger)
        return case

    async def take(self, uow: UnitOfWork, case: CollectionsCase, trigger: Trigger) -> None:
        """Apply an event to a locked case that is open."""
        target = next_state(CaseState(case.state), trigger.name)
        if target is None:
            hours = self._policies.cases(uow.now()).parked_event_hours
            await park(uow, case, trigger, timedelta(hours=hours))
            return
        await self._take(uow, case, target, trigger)
        await self._retry_parked(uow, case)

    async def move(self, uow: UnitOfWork, case: CollectionsCase, target: CaseState, trigger: str) -> None:
        """Move a locked case by a command of intake, then try what was parked."""
        event_id = f"{case.case_id}/{case.state_version + 1}"
        await self._step(uow, case, target, Trigger(trigger, "/intake", event_id, {}))
        await self._retry_parked(uow, case)

    async def await_states(self, uow: UnitOfWork, case: CollectionsCase, states: list[CaseState]) -> None:
        """Have the workflow of a locked case nudged when it comes to one of `states`."""
        awaited: list[str] = sorted(states)
        if case.awaited != awaited:
            case.awaited = awaited
            await cases.write(uow.session, case, "awaited")

    async def _take(self, uow: UnitOfWork, case: CollectionsCase, target: CaseState, trigger: Trigger) -> None:
        for column, value in trigger.facts.items():
            setattr(case, column, READERS[column](value))
        if target != case.state:
            await self._step(uow, case, target, trigger)
        elif trigger.facts:
            await cases.write(uow.session, case, *trigger.facts)

    async def _step(self, uow: UnitOfWork, case: CollectionsCase, target: CaseState, trigger: Trigger) -> None:
        now = uow.now()
        left = CaseState(case.state)
        left_version = case.state_version
        case.state = target
        case.state_version += 1
        case.version += 1
        case.moved_by = trigger.name
        case.changed_at = now
        if target is CaseState.CLOSED:
            case.closed_at = now
        line = {
            "state_version": case.state_version,
            "from_state": left,
            "to_state": target,
            "trigger": trigger.name,
            "at": now,
            "actor": uow.caller.person,
            "event_id": f"{trigger.source} {trigger.event_id}",
        }
        await uow.emit(
            CaseStateChanged(
                case_id=case.case_id,
                from_state=left,
                to_state=target,
                trigger=trigger.name,
                state_version=case.state_version,
                at=now,
            )
        )
        await uow.audit(
            "case.moved",
            f"case/{case.case_id}",
            case_id=case.case_id,
            before={"state": left, "state_version": left_version},
            after={"state": target, "state_version": case.state_version},
            detail={"trigger": trigger.name},
        )
        if target in AGREEMENT_OVER:
            await placing.lift_all(uow, case.case_id, *OF_AGREEMENTS)
        await rooms.leave(uow, case, left, left_version)
        if (left, target) in NEXT_ROUND:
            await self._next_round(uow, case)
        waiting = await clocks.waiting_request(uow.session, case.case_id) if target is CaseState.ENGAGED else None
        await rooms.enter(uow, case, self._policies, asked=waiting is not None)
        await cases.write_step(uow.session, case, line)
        if waiting is not None:
            await self._take_up(uow, case, waiting)

    async def _take_up(self, uow: UnitOfWork, case: CollectionsCase, request: ReliefRequest) -> None:
        """What was asked for before the case was in conversation is assessed now."""
        request.taken_up = True
        await say_requested(uow, case, request, self._policies)
        event_id = f"{case.case_id}/{case.state_version + 1}"
        await self._step(uow, case, CaseState.ASSESSING, Trigger("relief.requested", "/intake", event_id, {}))

    async def _next_round(self, uow: UnitOfWork, case: CollectionsCase) -> None:
        case.round += 1
        case.agreement_id = None
        case.plan_ends_on = None
        await uow.emit(NegotiationReopened(case_id=case.case_id, round=case.round))

    async def _retry_parked(self, uow: UnitOfWork, case: CollectionsCase) -> None:
        """Apply what has become legal, oldest first, beginning again after each one that did."""
        while (legal := await take_out(uow, case)) is not None:
            await self._take(uow, case, *legal)
