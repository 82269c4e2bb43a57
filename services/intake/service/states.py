"""The state of a case: moved by own commands and by events, one history row and one event for each step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.common.contracts.events.cases import CaseStateChanged, NegotiationReopened, ReliefRequested
from services.common.contracts.workflows import case_workflow_id
from services.common.runtime.obligations import Obligation
from services.common.runtime.tasks import CASE_CLOSED, NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import NEXT_ROUND, CaseState, next_state
from services.intake.errors import CaseUnknown
from services.intake.models import CollectionsCase, ReliefRequest
from services.intake.policies import Policies
from services.intake.repository import cases, clocks, parked
from services.intake.service import placing

RECORD_REQUEST = "record_request"
REVIEW_IMPORT = "review_import"
REOPEN_OR_REFER = "reopen_or_refer"
REVIEW_NO_CONTACT = "review_no_contact"
STANDS = "case"
# Holds that stand while what was agreed is performed, and the states in which it is not any more.
OF_AGREEMENTS = ("AGREEMENT_ACTIVE", "CORE_OUT_OF_SYNC")
AGREEMENT_OVER = frozenset({CaseState.PLAN_BROKEN, CaseState.PLAN_COMPLETED, CaseState.SETTLED, CaseState.CLOSED})
TRIAGE = "triage"
PARKED = "parked_event"
READERS: Mapping[str, Any] = {"agreement_id": UUID, "plan_ends_on": date.fromisoformat}


@dataclass(frozen=True, slots=True)
class Trigger:
    """What may move a case: the name of an event, its identity, and the columns of the case that it sets, as JSON."""

    name: str
    source: str
    event_id: str
    facts: Mapping[str, Any]


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
            await self._park(uow, case, trigger)
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
        await self._leave(uow, case, left, left_version)
        if (left, target) in NEXT_ROUND:
            await self._next_round(uow, case)
        waiting = await clocks.waiting_request(uow.session, case.case_id) if target is CaseState.ENGAGED else None
        await self._enter(uow, case, asked=waiting is not None)
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

    async def _leave(self, uow: UnitOfWork, case: CollectionsCase, left: CaseState, left_version: int) -> None:
        """Close what was waited for in the state that the case leaves."""
        done = "case_moved_on"
        if left is CaseState.OPENED:
            await uow.meet(TRIAGE, str(case.case_id))
        elif left is CaseState.ENGAGED:
            await uow.close_task(RECORD_REQUEST, of_step(case, left_version), done)
        elif left is CaseState.PLAN_BROKEN:
            await uow.close_task(REOPEN_OR_REFER, of_round(case), done)
        elif left is CaseState.NO_AGREEMENT:
            await uow.close_task(REVIEW_NO_CONTACT, of_round(case), done)
        elif left is CaseState.TRIAGED and not case.contactable:
            await uow.close_task(REVIEW_IMPORT, str(case.case_id), done)
        if case.attention is not None:
            await uow.close_task("stuck", case.attention, done)
            case.attention = None

    async def _enter(self, uow: UnitOfWork, case: CollectionsCase, *, asked: bool) -> None:
        """Open what the new state waits for, and wake the workflow if it waits for this state.

        Nobody is asked to record the request of a borrower who has `asked` before.
        """
        now = uow.now()
        state = CaseState(case.state)
        policy = self._policies.cases(now)
        if state is CaseState.CLOSED:
            if case.parked:
                await parked.settle_all(uow.session, case.case_id, CASE_CLOSED, now)
                case.parked = 0
            await uow.close_tasks(case.case_id, CASE_CLOSED)
            await uow.release_all(case.case_id)
            return
        workflow_id = case_workflow_id(case.case_id)
        due = policy.still_until(state, case.plan_ends_on, now)
        await uow.oblige(Obligation(case.case_id, STANDS, str(case.case_id), "workflow", due, workflow_id))
        if state is CaseState.ENGAGED and not asked:
            await uow.open_task(
                NewTask(
                    case_id=case.case_id,
                    kind=RECORD_REQUEST,
                    ref=of_step(case, case.state_version),
                    needs_role="agent",
                    decide_path=f"/v1/cases/{case.case_id}/requests",
                    reason="borrower_reached",
                    deadline=now + timedelta(days=policy.record_request_days),
                )
            )
        if case.awaited is not None and state in case.awaited:
            case.awaited = None
            await uow.nudge(workflow_id, case.case_id)

    async def _park(self, uow: UnitOfWork, case: CollectionsCase, trigger: Trigger) -> None:
        now = uow.now()
        kept = await parked.park(
            uow.session,
            {
                "source": trigger.source,
                "event_id": trigger.event_id,
                "case_id": case.case_id,
                "trigger": trigger.name,
                "facts": dict(trigger.facts),
                "parked_at": now,
            },
        )
        if not kept:
            return
        case.parked += 1
        await cases.write(uow.session, case, "parked")
        hours = self._policies.cases(now).parked_event_hours
        ref = _of_event(case, trigger.source, trigger.event_id)
        # Nobody can act on it but operations, whom the overdue obligation alarms.
        await uow.oblige(Obligation(case.case_id, PARKED, ref, "person", now + timedelta(hours=hours)))
        await uow.audit("event.parked", f"case/{case.case_id}", case_id=case.case_id, detail={"trigger": trigger.name})

    async def _retry_parked(self, uow: UnitOfWork, case: CollectionsCase) -> None:
        """Apply what has become legal, oldest first, beginning again after each one that did."""
        while case.parked and case.state != CaseState.CLOSED:
            for event in await parked.waiting(uow.session, case.case_id):
                target = next_state(CaseState(case.state), event.trigger)
                if target is not None:
                    break
            else:
                return
            await parked.settle(uow.session, event, "applied", uow.now())
            case.parked -= 1
            await cases.write(uow.session, case, "parked")
            await uow.meet(PARKED, _of_event(case, event.source, event.event_id))
            await self._take(uow, case, target, Trigger(event.trigger, event.source, event.event_id, event.facts))


async def say_requested(
    uow: UnitOfWork,
    case: CollectionsCase,
    request: ReliefRequest,
    policies: Policies,
    agreement_id: UUID | None = None,
) -> None:
    """Tell others of a request: assessment follows from it, unless more is asked for under an agreement in force."""
    await uow.emit(
        ReliefRequested(
            case_id=case.case_id,
            request_id=request.request_id,
            request_type=request.request_type,
            round=case.round,
            requested_on=policies.cases(uow.now()).today(uow.now()),
            agreement_id=agreement_id,
        )
    )


def of_round(case: CollectionsCase) -> str:
    """Names what happens once in a round of a case."""
    return f"{case.case_id}/{case.round}"


def of_step(case: CollectionsCase, state_version: int) -> str:
    """Names what happens once in a round of a case after a step."""
    return f"{case.case_id}/{case.round}/{state_version}"


def _of_event(case: CollectionsCase, source: str, event_id: str) -> str:
    return f"{case.case_id} {source} {event_id}"
