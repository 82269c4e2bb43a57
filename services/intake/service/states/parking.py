"""Events whose step is not legal yet: parked in the order of their arrival, taken out when it has become legal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import CaseState, next_state
from services.intake.models import CollectionsCase
from services.intake.repository import cases, parked

PARKED = "parked_event"


@dataclass(frozen=True, slots=True)
class Trigger:
    """What may move a case: the name of an event, its identity, and the columns of the case that it sets, as JSON."""

    name: str
    source: str
    event_id: str
    facts: Mapping[str, Any]


async def park(uow: UnitOfWork, case: CollectionsCase, trigger: Trigger, alarm_after: timedelta) -> None:
    """Keep an event of a locked case for later; the same one again changes nothing."""
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
    # Nobody can act on it but operations, whom the overdue obligation alarms.
    await uow.oblige(Obligation(case.case_id, PARKED, _named(case, trigger), "person", now + alarm_after))
    await uow.audit("event.parked", f"case/{case.case_id}", case_id=case.case_id, detail={"trigger": trigger.name})


async def take_out(uow: UnitOfWork, case: CollectionsCase) -> tuple[CaseState, Trigger] | None:
    """The oldest parked event that is legal now, with the state it leads to; None when there is none."""
    if not case.parked or case.state == CaseState.CLOSED:
        return None
    for event in await parked.waiting(uow.session, case.case_id):
        target = next_state(CaseState(case.state), event.trigger)
        if target is not None:
            trigger = Trigger(event.trigger, event.source, event.event_id, event.facts)
            await parked.settle(uow.session, event, "applied", uow.now())
            case.parked -= 1
            await cases.write(uow.session, case, "parked")
            await uow.meet(PARKED, _named(case, trigger))
            return target, trigger
    return None


def _named(case: CollectionsCase, trigger: Trigger) -> str:
    return f"{case.case_id} {trigger.source} {trigger.event_id}"
