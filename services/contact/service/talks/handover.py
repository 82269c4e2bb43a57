"""Cause and request are told once: what was recorded in a conversation is handed to intake, which nobody asks again."""

from datetime import timedelta
from uuid import UUID

from services.common.contracts.workflows import REQUEST_HAND_OVER, HandOverInput, hand_over_workflow_id
from services.common.kernel.errors import Conflict, Unavailable
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.errors import ConversationUnknown
from services.contact.models import Conversation
from services.contact.repository import talks
from services.contact.schemas.telling import Asked
from services.contact.service.talks.accounts import Accounts, ToldRequest
from services.contact.workflows.messages import HandedOver

OBLIGATION = "hand_over"
PATIENCE = timedelta(hours=1)
# Before the case is in conversation intake takes no request; it will be, as soon as it hears of this conversation.
_NOT_YET = frozenset({"OPENED", "TRIAGED", "CONTACTING"})
_IN_CONVERSATION = "ENGAGED"


async def begin_hand_over(uow: UnitOfWork, case_id: UUID, conversation_id: UUID) -> None:
    """Have what was recorded in a conversation handed over; once, whoever begins it again."""
    workflow_id = hand_over_workflow_id(conversation_id)
    due = uow.now() + PATIENCE
    await uow.oblige(Obligation(case_id, OBLIGATION, str(conversation_id), "workflow", due, workflow_id))
    asked = HandOverInput(case_id=case_id, conversation_id=conversation_id)
    await uow.start(REQUEST_HAND_OVER, workflow_id, asked, case_id)


class HandOver:
    """Hands over requests."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts

    async def hand_over(self, asked: HandOverInput) -> HandedOver:
        """Tell intake cause and request, unless the case has gone on without: then somebody told them before.

        Unavailable while intake does not answer, or has not heard of the conversation yet. ConversationUnknown.
        """
        async with self._database.read() as session:
            conversation = await talks.find_conversation(session, asked.conversation_id)
        if conversation is None:
            raise ConversationUnknown("there is no record of this conversation")
        workflow_id = hand_over_workflow_id(asked.conversation_id)
        caller = Caller.service(self._database.service, workflow_id, acting_for=conversation.recorded_by)
        outcome = await self._told(conversation, caller)
        async with self._database.write(caller) as uow:
            await uow.meet(OBLIGATION, str(asked.conversation_id))
            subject = f"conversation/{asked.conversation_id}"
            await uow.audit(f"request.{outcome.outcome}", subject, case_id=asked.case_id)
        return outcome

    async def give_up(self, asked: HandOverInput) -> HandedOver:
        """Wait for it no longer: a person decided to do without. Again is the same."""
        caller = Caller.service(self._database.service, hand_over_workflow_id(asked.conversation_id))
        async with self._database.write(caller) as uow:
            if await uow.release(OBLIGATION, str(asked.conversation_id)):
                await uow.audit("request.given_up", f"conversation/{asked.conversation_id}", case_id=asked.case_id)
        return HandedOver(outcome="given_up")

    async def _told(self, conversation: Conversation, caller: Caller) -> HandedOver:
        case = await self._accounts.case(conversation.case_id, caller)
        if case.state in _NOT_YET:
            raise Unavailable("intake has not heard of the conversation yet")
        if case.state != _IN_CONVERSATION:
            return HandedOver(outcome="not_needed")
        try:
            key = str(conversation.conversation_id)
            await self._accounts.record_request(conversation.case_id, _as_told(conversation), caller, key)
        except Conflict:
            # The case went on between reading and telling, or is asked about at this moment: look again.
            raise Unavailable("the case has just gone on") from None
        return HandedOver(outcome="handed_over")


def _as_told(conversation: Conversation) -> ToldRequest:
    request = Asked.model_validate_json(conversation.request or "{}")
    return ToldRequest(
        cause=conversation.cause or "",
        own_words=conversation.own_words or conversation.summary or "",
        request_type=request.request_type,
        amount=request.amount,
        months=request.months,
    )
