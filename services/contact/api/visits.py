"""Route of the permission of a visit."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import respond
from services.common.runtime.http.commands import CommandCaller
from services.contact.schemas.steps import DecideVisit, VisitDecided
from services.contact.service.rounds.visits import Visits


def router(visits: Visits) -> APIRouter:
    """POST /cases/{case_id}/visit-permission."""
    routes = APIRouter(tags=["contact"])

    @routes.post("/cases/{case_id}/visit-permission", response_model=VisitDecided)
    async def decide_visit(case_id: UUID, body: DecideVisit, caller: CommandCaller) -> Response:
        """Permit or refuse the visit that a round of contact asks for; who permits it names the two who go."""
        return respond(await visits.decide(caller, case_id, body))

    return routes
