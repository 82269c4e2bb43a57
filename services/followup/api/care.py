"""Routes of how plans stand for those who pay them, and of programmes that open."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.followup.schemas.programmes import OpenProgramme, ProgrammeView, ToldOf
from services.followup.schemas.status import PlanStatus
from services.followup.service.care.programmes import Programmes
from services.followup.service.care.status import PlanStatuses

After = Annotated[UUID | None, Query(description="the last agreement of the page before")]


def router(statuses: PlanStatuses, programmes: Programmes) -> APIRouter:
    """Routes for borrowers at the portal, and for those who open programmes."""
    routes = APIRouter(tags=["care"])

    @routes.get("/cases/{case_id}/plan-status", response_model=PlanStatus)
    async def show_plan_status(case_id: UUID, caller: AnyCaller) -> Response:
        """How the newest plan of a case stands, what is due next, what is left, and what may help."""
        return respond(Answer(await statuses.of_case(caller, case_id)))

    @routes.post("/programmes", status_code=201, response_model=ProgrammeView)
    async def open_programme(body: OpenProgramme, caller: CommandCaller) -> Response:
        """Open a programme of relief; running plans are screened, and who may have it is told."""
        return respond(await programmes.open(caller, body))

    @routes.post("/programmes/{programme_id}/screenings", response_model=ProgrammeView)
    async def screen_more_plans(programme_id: UUID, caller: CommandCaller) -> Response:
        """Screen the plans that are left."""
        return respond(await programmes.screen_more(caller, programme_id))

    @routes.get("/programmes/{programme_id}/screenings", response_model=ToldOf)
    async def list_who_was_told(programme_id: UUID, caller: AnyCaller, after: After = None) -> Response:
        """Who may have a programme, and was told."""
        return respond(Answer(await programmes.told(caller, programme_id, after)))

    return routes
