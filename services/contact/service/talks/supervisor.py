"""A borrower who asks for somebody with more authority is called back on the same business day, without exception.

A machine that talks to somebody hands over by this, too (CN-31).
"""

from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.models import ContactCase
from services.contact.policies import Policies
from services.contact.repository import talks
from services.contact.schemas import AskSupervisor, SupervisorAsked
from services.contact.service.messages.outcome import case_of
from services.contact.service.people.whom import named_by, spoken_with
from services.contact.service.talks.deadlines import same_business_day
from services.contact.service.talks.distress import raise_alarm
from services.contact.service.talks.promising import Promising, promise_id
from services.contact.service.talks.wording import speaks_of_self_harm

ASKERS = frozenset({"agent", "senior_agent", "supervisor", "manager", "system"})
KIND = "SUPERVISOR_CALL_BACK"
HANDED_OVER = "HANDED_OVER"


class SupervisorRequests:
    """Takes down that a supervisor is asked for: by the borrower, or by an agent for whom it has become too much."""

    def __init__(self, database: Database, policies: Policies, promising: Promising) -> None:
        self._database = database
        self._policies = policies
        self._promising = promising

    async def ask(self, caller: Caller, case_id: UUID, body: AskSupervisor) -> Answer:
        """Ask for a supervisor; nothing refuses that, a case that has ended neither.

        CaseUnknown, ConversationUnknown (of this case), Forbidden.
        """
        caller.require_any(ASKERS)
        async with self._database.write(caller) as uow:
            case = await case_of(uow, case_id)
            borrower_id = case.borrower_id
            if body.conversation_id is not None:
                borrower_id = await spoken_with(uow.session, case_id, body.conversation_id)
            asked = await ask_supervisor(
                uow,
                self._policies,
                self._promising,
                case,
                borrower_id=borrower_id,
                conversation_id=body.conversation_id,
                said=body.said,
                reason=body.reason,
            )
            if body.reason == HANDED_OVER and body.conversation_id is not None:
                await talks.note_hand_over(uow.session, body.conversation_id)
            if speaks_of_self_harm([body.said], [], case.language):
                agent = None if "system" in caller.roles else caller.person
                occasion = body.conversation_id or asked.commitment_id
                await raise_alarm(uow, self._policies, case, borrower_id=borrower_id, occasion=occasion, agent=agent)
            return uow.answer(asked, status=201)


async def ask_supervisor(
    uow: UnitOfWork,
    policies: Policies,
    promising: Promising,
    case: ContactCase,
    *,
    borrower_id: UUID,
    conversation_id: UUID | None,
    said: str | None,
    reason: str,
) -> SupervisorAsked:
    """Promise the call back and ask a supervisor for it; of one conversation once, until that is settled."""
    now, zone = uow.now(), case.time_zones[0]
    policy = policies.conversation.on(local_day(now, zone)).value
    deadline = same_business_day(now, zone, case.pack, policy.supervisor_until)
    occasion = str(conversation_id or business_uuid("asked", named_by(uow)))
    before = await talks.lock_commitment(uow.session, promise_id(case.case_id, occasion, KIND))
    if before is not None and before.state != "open":
        occasion = f"{occasion} {named_by(uow)}"
    commitment_id = await promising.promise(
        uow, case, borrower_id, conversation_id, KIND, deadline, occasion, reason, said
    )
    return SupervisorAsked(
        commitment_id=commitment_id, case_id=case.case_id, due_on=local_day(deadline, zone), deadline=deadline
    )
