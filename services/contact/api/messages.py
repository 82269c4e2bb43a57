"""Route by which people have a message sent."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import respond
from services.common.runtime.http.commands import CommandCaller
from services.contact.schemas.messages import AskMessage, MessageAsked
from services.contact.service.messages.asked import AskedMessages


def router(asked: AskedMessages) -> APIRouter:
    """POST /cases/{case_id}/messages."""
    routes = APIRouter(tags=["contact"])

    @routes.post("/cases/{case_id}/messages", response_model=MessageAsked, status_code=201)
    async def ask_message(case_id: UUID, body: AskMessage, caller: CommandCaller) -> Response:
        """Have the borrower sent the disclosures, a statement of the debt, or the letter about a card."""
        return respond(await asked.ask(caller, case_id, body))

    return routes
