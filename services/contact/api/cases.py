"""Routes of a case's contacts."""

from uuid import UUID

from fastapi import APIRouter

from services.common.runtime.http.auth import AnyCaller
from services.contact.schemas import ContactView, MessageWithText
from services.contact.service.views import Views


def router(views: Views) -> APIRouter:
    """GET /cases/{case_id}/contact, GET /messages/{message_id}."""
    routes = APIRouter(tags=["contact"])

    @routes.get("/cases/{case_id}/contact")
    async def read_contact(case_id: UUID, caller: AnyCaller) -> ContactView:
        """The contact state of a case: rounds, history, numbers, and the next legal moment by channel."""
        return await views.contact(caller, case_id)

    @routes.get("/messages/{message_id}")
    async def read_message(message_id: UUID, caller: AnyCaller) -> MessageWithText:
        """One message with its words and where it is."""
        return await views.message(caller, message_id)

    return routes
