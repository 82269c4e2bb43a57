"""Route of ends that come from outside."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import respond
from services.common.runtime.http.commands import CommandCaller
from services.intake.schemas import Case
from services.intake.schemas.ending import ExternalEnd
from services.intake.service.states.ending import Endings


def router(endings: Endings) -> APIRouter:
    """For managers and compliance."""
    routes = APIRouter(prefix="/cases", tags=["cases"])

    @routes.post("/{case_id}/external-end", response_model=Case)
    async def end_case_from_outside(case_id: UUID, body: ExternalEnd, caller: CommandCaller) -> Response:
        """Close a case whose estate is wound up, whose debt is sold or was discharged. Needs If-Match."""
        return respond(await endings.end(caller, case_id, body))

    return routes
