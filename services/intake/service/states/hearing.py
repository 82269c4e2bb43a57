"""Hearing what others say of a case: the name of an event is the trigger of a step."""

from typing import Any, Final

from services.common.contracts.envelope import EventPayload
from services.common.contracts.events.agreements import AccountCured
from services.common.contracts.events.bank import AccountRestored
from services.common.contracts.events.base import CaseEvent
from services.common.contracts.events.plans import AgreementSigned, PlanActivated
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import TRIGGERS
from services.intake.repository import cases
from services.intake.service.holds.agreements import AgreementHolds
from services.intake.service.requests.meeting import Clocks, moves_clocks
from services.intake.service.states.moving import CaseStates
from services.intake.service.states.parking import Trigger

SETTLED: Final = "account.settled"


class Hearing:
    """Takes in events; each is part of the consumer's transaction."""

    def __init__(self, states: CaseStates, clocks: Clocks, holds: AgreementHolds) -> None:
        self._states = states
        self._clocks = clocks
        self._holds = holds

    async def hear_step(self, uow: UnitOfWork, received: Received[CaseEvent]) -> None:
        """An event of a service about one case."""
        event, payload = received.event, received.payload
        trigger = Trigger(trigger_name(type(payload)), event.source, event.id, facts_of(payload))
        case = await self._states.apply(uow, payload.case_id, trigger)
        if case is not None and moves_clocks(payload):
            await self._clocks.heard(uow, case, trigger.name, payload)
        await self._holds.follow(uow, payload)

    async def hear_restored(self, uow: UnitOfWork, received: Received[AccountRestored]) -> None:
        """The bank says that the arrears of an account are gone: its open cases without a plan are cured, or settled
        when nothing at all is owed."""
        event = received.event
        name = SETTLED if received.payload.balance.is_zero else trigger_name(AccountCured)
        trigger = Trigger(name, event.source, event.id, {})
        for case in await cases.lock_open_of_account(uow.session, received.payload.account_ref):
            await self._states.take(uow, case, trigger)


def trigger_name(payload: type[EventPayload]) -> str:
    """`plan.approved` for `forbear.plan.approved.v1`."""
    return payload.type.removeprefix("forbear.").rpartition(".")[0]


def moves_cases(payload: type[EventPayload]) -> bool:
    """Whether the state machine knows the event."""
    return trigger_name(payload) in TRIGGERS


def facts_of(payload: CaseEvent) -> dict[str, Any]:
    """The columns of the case that an event sets, as JSON."""
    if isinstance(payload, AgreementSigned):
        return {"agreement_id": str(payload.agreement_id)}
    if isinstance(payload, PlanActivated):
        last = max(line.due_date for line in payload.schedule)
        return {"agreement_id": str(payload.agreement_id), "plan_ends_on": last.isoformat()}
    return {}
