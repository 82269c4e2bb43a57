"""Recording calls and visits: the outcome decides what counts, and a right-party conversation ends the round."""

from uuid import UUID

from services.common.contracts.events.contacts import RightPartyContactRecorded
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.outcomes import OUTCOMES, Outcome
from services.contact.errors import CaseIsClosed, CaseUnknown, OutcomeUnfit, PermitUnusable
from services.contact.models import ContactCase
from services.contact.repository import cases, rounds
from services.contact.schemas import ConversationRecorded, RecordConversation
from services.contact.service.attempts import record_attempt
from services.contact.service.engagement import CALL, Engagement, round_ref
from services.contact.service.permits import Permits

RECORDERS = frozenset({"agent", "senior_agent", "supervisor", "manager"})
# Outcomes of messages are recorded by those who carry them, not by people.
_NOT_BY_PEOPLE = frozenset({"SENT", "DELIVERED", "BOUNCED", "OPTED_OUT", "REPLIED", "BLOCKED_BY_RULE"})


class Conversations:
    """Takes down what agents report."""

    def __init__(self, database: Database, permits: Permits, engagement: Engagement) -> None:
        self._database = database
        self._permits = permits
        self._engagement = engagement

    async def record(self, caller: Caller, case_id: UUID, body: RecordConversation) -> Answer:
        """Keep a conversation or a vain attempt.

        OutcomeUnfit names the fields that do not fit the outcome; PermitUnusable for a permit of another contact, used
        or expired; CaseUnknown; CaseIsClosed; Forbidden.
        """
        caller.require_any(RECORDERS)
        outcome = _fitting(body)
        async with self._database.write(caller) as uow:
            case = await cases.lock_case(uow.session, case_id)
            if case is None:
                raise CaseUnknown("contact has not heard of this case")
            if case.closed_at is not None:
                raise CaseIsClosed("the case has ended")
            if body.permit_id is not None:
                permit = await self._permits.use(uow, body.permit_id, case_id)
                if permit.channel != body.channel:
                    raise PermitUnusable("the permit is for another channel")
                await record_attempt(uow, case, permit, outcome.code)
            conversation_id = await self._keep(uow, case, body)
            engaged = await self._consequences(uow, case, conversation_id, outcome)
            return uow.answer(
                ConversationRecorded(
                    conversation_id=conversation_id,
                    case_id=case_id,
                    outcome=outcome.code,
                    counts_as_attempt=outcome.counts_as_attempt,
                    counts_as_connected=outcome.counts_as_connected,
                    counts_as_conversation=outcome.counts_as_conversation,
                    counts_as_rpc=outcome.counts_as_rpc,
                    next_action=outcome.next_action.value,
                    engaged=engaged,
                    at=uow.now(),
                ),
                status=201,
            )

    async def _keep(self, uow: UnitOfWork, case: ContactCase, body: RecordConversation) -> UUID:
        caller = uow.caller
        named_by = (
            str(body.permit_id) if body.permit_id else f"{caller.subject} {caller.command and caller.command.key}"
        )
        conversation_id = business_uuid("conversation", str(case.case_id), named_by)
        await rounds.put_conversation(
            uow.session,
            {
                "conversation_id": conversation_id,
                "case_id": case.case_id,
                "borrower_id": case.borrower_id,
                "permit_id": body.permit_id,
                "channel": body.channel,
                "outcome": body.outcome,
                "party_verified": body.party_verified,
                "read_back_confirmed": body.read_back_confirmed,
                "summary": body.summary,
                "round": case.round,
                "recorded_by": caller.person,
                "at": uow.now(),
            },
        )
        await uow.audit(
            "conversation.recorded",
            f"conversation/{conversation_id}",
            case_id=case.case_id,
            detail={"outcome": body.outcome, "permit_id": str(body.permit_id or "")},
        )
        return conversation_id

    async def _consequences(self, uow: UnitOfWork, case: ContactCase, conversation_id: UUID, outcome: Outcome) -> bool:
        # The call that was asked for has been made, whatever came of it; the cadence asks for the next step.
        await uow.close_task(CALL, round_ref(case.case_id, case.round), outcome.code.lower())
        if not outcome.counts_as_rpc:
            return False
        await self._engagement.end_quiet(uow, case)
        engaged = await self._engagement.engaged(uow, case)
        await uow.emit(
            RightPartyContactRecorded(
                case_id=case.case_id, conversation_id=conversation_id, round=case.round, at=uow.now()
            )
        )
        return engaged


def _fitting(body: RecordConversation) -> Outcome:
    """The outcome, when everything else that is said fits it."""
    outcome = OUTCOMES.get(body.outcome)
    if outcome is None or body.outcome in _NOT_BY_PEOPLE:
        raise OutcomeUnfit("this is no outcome of a call or visit", fields=[("#/outcome", "unknown outcome")])
    wrong: list[tuple[str, str]] = []
    if outcome.code.startswith("VISIT_") != (body.channel == "visit"):
        wrong.append(("#/channel", "does not belong to this outcome"))
    if outcome.counts_as_rpc and not body.party_verified:
        wrong.append(("#/party_verified", "a right-party conversation needs a verified party"))
    if outcome.counts_as_conversation and body.read_back_confirmed is None:
        wrong.append(("#/read_back_confirmed", "say whether the borrower confirmed the summary"))
    if (outcome.counts_as_conversation or outcome.needs_note) and body.summary is None:
        wrong.append(("#/summary", "say what was said"))
    if body.permit_id is None and not outcome.counts_as_conversation:
        wrong.append(("#/permit_id", "an attempt of ours needs the permit it was made under"))
    if wrong:
        raise OutcomeUnfit("the record does not fit its outcome", fields=wrong)
    return outcome
