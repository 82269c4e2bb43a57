"""When a borrower speaks of self-harm: demands end at once, a second person joins, and somebody looks after everybody.

No event says why: holds say what is stopped, tasks that somebody is needed.
"""

from datetime import datetime, timedelta
from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.kernel.ids import business_uuid
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.models import ContactCase
from services.contact.policies import Policies
from services.contact.repository import talks
from services.contact.service.heard import hold_here
from services.contact.service.talks.deadlines import within_a_business_day

REASON = "SAFETY"
DONE_PATH = "/v1/duties/{duty_id}/done"


async def raise_alarm(
    uow: UnitOfWork, policies: Policies, case: ContactCase, *, borrower_id: UUID, occasion: UUID, agent: str | None
) -> None:
    """Stop every demand on a person, and everything outbound for a day; ask for people. Once for each occasion.

    `occasion` is the conversation or the reply in which it was heard; `agent` is who is in the conversation, and may
    not be the second person. The borrower's own questions are still answered.
    """
    now, zone = uow.now(), case.time_zones[0]
    policy = policies.conversation.on(local_day(now, zone)).value
    calm_until = now + timedelta(hours=policy.distress_calm_hours)
    for blocks, ends_at, which in (("distress", None, ""), ("calm", calm_until, "/calm")):
        await hold_here(
            uow,
            case_id=case.case_id,
            borrower_id=borrower_id,
            origin="distress",
            blocks=policy.heard_blocks[blocks],
            ends_at=ends_at,
            occasion=f"{occasion}{which}",
        )
    review = within_a_business_day(now, zone, case.pack, policy.supervisor_until)
    duties = [("distress", now + timedelta(minutes=policy.distress_join_minutes)), ("distress_review", review)]
    if agent is not None:
        duties.append(("agent_debrief", review))
    for kind, deadline in duties:
        await open_duty(uow, case, borrower_id, str(occasion), kind, deadline, excluded=agent, reason=REASON)


async def open_duty(
    uow: UnitOfWork,
    case: ContactCase,
    borrower_id: UUID,
    occasion: str,
    kind: str,
    deadline: datetime,
    *,
    excluded: str | None,
    reason: str,
) -> None:
    """Ask a supervisor for something after a contact; the same of an occasion is asked for once."""
    duty_id = business_uuid("duty", kind, str(borrower_id), occasion)
    opened = await talks.put_duty(
        uow.session,
        {
            "duty_id": duty_id,
            "case_id": case.case_id,
            "borrower_id": borrower_id,
            "occasion": occasion,
            "kind": kind,
            "needs_role": "supervisor",
            "excluded": excluded,
            "opened_at": uow.now(),
            "deadline": deadline,
        },
    )
    if not opened:
        return
    await uow.open_task(
        NewTask(
            case_id=case.case_id,
            kind=kind,
            ref=str(duty_id),
            needs_role="supervisor",
            decide_path=DONE_PATH.replace("{duty_id}", str(duty_id)),
            reason=reason,
            deadline=deadline,
            excluded=(excluded,) if excluded else (),
        )
    )
    await uow.audit("duty.opened", f"duty/{duty_id}", case_id=case.case_id, detail={"kind": kind})
