"""Routes of a case's contacts."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.contact.schemas import ContactView, ConversationRecorded, MessageWithText, RecordConversation
from services.contact.service.conversations import Conversations
from services.contact.service.views import Views


def router(views: Views, conversations: Conversations) -> APIRouter:
    """GET /cases/{case_id}/contact, POST /cases/{case_id}/conversations, GET /messages/{message_id}."""
    routes = APIRouter(tags=["contact"])

    @routes.get("/cases/{case_id}/contact")
    async def read_contact(case_id: UUID, caller: AnyCaller) -> ContactView:
        """The contact state of a case: rounds, history, numbers, and the next legal moment by channel."""
        return await views.contact(caller, case_id)

    @routes.post("/cases/{case_id}/conversations", response_model=ConversationRecorded, status_code=201)
    async def record_conversation(case_id: UUID, body: RecordConversation, caller: CommandCaller) -> Response:
        """Record what came of a call or visit."""
        return respond(await conversations.record(caller, case_id, body))

    @routes.get("/messages/{message_id}")
    async def read_message(message_id: UUID, caller: AnyCaller) -> MessageWithText:
        """One message with its words and where it is."""
        return await views.message(caller, message_id)

    return routes
