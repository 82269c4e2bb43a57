"""Routes of permits."""

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import respond
from services.common.runtime.http.commands import CommandCaller
from services.contact.schemas import AskPermit, PermitAnswer
from services.contact.service.asking import Asking


def router(asking: Asking) -> APIRouter:
    """POST /permits."""
    routes = APIRouter(tags=["permits"])

    @routes.post("/permits", response_model=PermitAnswer)
    async def ask_permit(body: AskPermit, caller: CommandCaller) -> Response:
        """Ask whether a borrower may be contacted now. A refusal is an answer (200) with its rules."""
        return respond(await asking.ask(caller, body))

    return routes
