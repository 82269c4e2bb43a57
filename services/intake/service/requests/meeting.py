"""What meets a clock or moves it: events of plans and contact, and people who did it by other means."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from services.common.contracts.events.base import CaseEvent
from services.common.contracts.events.contacts import MessageSent
from services.common.contracts.events.evidence import EvidenceReceived, EvidenceRequested
from services.common.contracts.events.plans import PlanActivated
from services.common.kernel.clock import local_day
from services.common.kernel.errors import InvalidInput
from services.common.runtime.caller import Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.clocks import ClockKind
from services.intake.domain.hardship import DecisionTerms, HardshipNotice, RequestTerms, hardship_decision
from services.intake.errors import CaseUnknown, ClockIsMet, ClockUnknown
from services.intake.models import CollectionsCase, StatutoryClock
from services.intake.policies import Policies
from services.intake.repository import cases, clocks
from services.intake.schemas import ClocksShown, ClockStanding, MeetClock
from services.intake.service.requests import arrears_notices
from services.intake.service.requests.starting import (
    AU_ASK,
    AU_DECIDE,
    DUE,
    start_of_agreement,
    warned_on,
    watch,
)
from services.intake.service.requests.watching import BREACH, WARNING
from services.intake.workflows.messages import ClockInput, clock_workflow_id

PARTICULARS_MESSAGE = "activation"
MEETERS: Final = frozenset({"senior_agent", "supervisor", "manager", "compliance"})
READERS: Final = MEETERS | {"agent", "system", "committee", "risk"}
# What an event says was done, by its trigger.
DECIDED: Final = (ClockKind.DECISION, ClockKind.ANSWER, ClockKind.CREDIT_NOTICE, ClockKind.PROPOSAL)
BY_TRIGGER: Final[Mapping[str, tuple[ClockKind, ...]]] = {
    "evidence.requested": (ClockKind.ACKNOWLEDGEMENT,),
    "plan.approved": (*DECIDED, ClockKind.ACKNOWLEDGEMENT),
    "plan.rejected": (*DECIDED, ClockKind.ACKNOWLEDGEMENT),
    "assessment.deficit": (*DECIDED, ClockKind.ACKNOWLEDGEMENT),
    "evidence.rejected": DECIDED,
    "evidence.deadline_passed": DECIDED,
}


def moves_clocks(payload: CaseEvent) -> bool:
    """Whether an event may start, move or meet a clock."""
    return isinstance(payload, EvidenceReceived | PlanActivated) or _trigger(payload) in BY_TRIGGER


def _trigger(payload: CaseEvent) -> str:
    return payload.type.removeprefix("forbear.").rpartition(".")[0]


def tells_particulars(event: MessageSent) -> bool:
    """Whether a message writes down what was agreed."""
    return event.purpose == PARTICULARS_MESSAGE


class Clocks:
    """Meets, moves and shows clocks. What is heard is heard inside the consumer's transaction."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def heard(self, uow: UnitOfWork, case: CollectionsCase, trigger: str, payload: CaseEvent) -> None:
        """An event of another service about a locked case."""
        if isinstance(payload, EvidenceRequested | EvidenceReceived):
            await self._information(uow, case, asked=isinstance(payload, EvidenceRequested))
        if isinstance(payload, PlanActivated):
            ends_on = max(line.due_date for line in payload.schedule)
            await start_of_agreement(uow, case, payload.activated_on, ends_on, self._policies)
        if kinds := BY_TRIGGER.get(trigger):
            await self.meet(uow, case.case_id, kinds, trigger)

    async def hear_sent(self, uow: UnitOfWork, received: Received[MessageSent]) -> None:
        """message.sent: what was agreed is written down for the borrower."""
        if await cases.lock(uow.session, received.payload.case_id) is None:
            raise CaseUnknown("an event names a case that is not here")
        await self.meet(uow, received.payload.case_id, (ClockKind.PARTICULARS,), "message.sent")

    async def meet(self, uow: UnitOfWork, case_id: UUID, kinds: Collection[ClockKind], by: str) -> None:
        """All open clocks of these kinds of a case are met now."""
        for clock in await clocks.lock_open(uow.session, case_id, [kind.value for kind in kinds]):
            await self._met(uow, clock, by)

    async def met_by_hand(self, caller: Caller, clock_id: UUID, body: MeetClock) -> Answer:
        """Somebody did it by letter, in the branch or by phone. ClockUnknown, ClockIsMet, InvalidInput (the day)."""
        caller.require_any(MEETERS)
        async with self._database.write(caller) as uow:
            found = await clocks.lock(uow.session, clock_id)
            if found is None or await cases.get(uow.session, found.case_id, caller) is None:
                raise ClockUnknown
            if found.met_at is not None:
                raise ClockIsMet
            if not found.started_on <= body.done_on <= local_day(uow.now(), found.zone):
                raise InvalidInput("no such day", fields=[("#/done_on", "is between its start and today")])
            await self._met(uow, found, f"{caller.person} {body.means} {body.done_on.isoformat()}", body.done_on)
            return uow.answer(clock_shown(found))

    async def of_case(self, caller: Caller, case_id: UUID) -> ClocksShown:
        """All clocks of a case. CaseUnknown."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            if await cases.get(session, case_id, caller) is None:
                raise CaseUnknown
            found = await clocks.of_case(session, case_id)
        return ClocksShown(items=[clock_shown(clock) for clock in found])

    async def _met(self, uow: UnitOfWork, clock: StatutoryClock, by: str, on: date | None = None) -> None:
        now = uow.now()
        clock.met_at, clock.met_by = now, by
        if clock.breached_at is None and local_day(now, clock.zone) > clock.due_on:
            # It is met late, and nobody had looked yet.
            clock.breached_at = now
        await uow.release(DUE, str(clock.clock_id))
        await uow.close_any((WARNING, BREACH), str(clock.clock_id), "met")
        await uow.audit("clock.met", f"clock/{clock.clock_id}", case_id=clock.case_id, detail={"by": by})
        if clock.kind == ClockKind.ARREARS_NOTICE:
            await arrears_notices.given(uow, clock, on or local_day(now, clock.zone), self._policies)
        await self._wake(uow, clock)

    async def _information(self, uow: UnitOfWork, case: CollectionsCase, *, asked: bool) -> None:
        """Information was asked for, or came: the decision is due at another time (AU-03)."""
        for clock in await clocks.lock_open(uow.session, case.case_id, [ClockKind.DECISION.value]):
            if clock.rule_id != AU_DECIDE:
                continue
            today = local_day(uow.now(), clock.zone)
            if asked and clock.asked_on is None:
                clock.asked_on = today
            elif not asked and clock.asked_on is not None and clock.answered_on is None:
                clock.answered_on = today
            else:
                continue
            asking = self._policies.rule(AU_ASK, clock.started_on).terms(RequestTerms)
            rule = self._policies.rule(AU_DECIDE, clock.started_on)
            notice = HardshipNotice(clock.started_on, True, clock.asked_on, clock.answered_on)
            clock.due_on = hardship_decision(notice, asking, rule.terms(DecisionTerms)).decision_by
            clock.warn_on = warned_on(rule, clock.started_on, clock.due_on, self._policies, uow.now())
            if clock.breached_at is None:
                await uow.close_task(WARNING, str(clock.clock_id), "moved")
                clock.warned_at = None
                await watch(uow, clock, clock.warn_on)
                await self._wake(uow, clock)
        if asked:
            await self.meet(uow, case.case_id, (ClockKind.INFORMATION,), "evidence.requested")

    async def _wake(self, uow: UnitOfWork, clock: StatutoryClock) -> None:
        await uow.nudge(clock_workflow_id(ClockInput(case_id=clock.case_id, clock_id=clock.clock_id)), clock.case_id)


def clock_shown(clock: StatutoryClock) -> ClockStanding:
    """A clock as it is shown."""
    return ClockStanding.model_validate(clock.model_dump(include=set(ClockStanding.model_fields)))
