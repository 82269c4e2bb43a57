"""Routes of stops of outbound contact."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.common.runtime.http.pagination import Page, PageAsked
from services.contact.schemas import PlaceStop, StopPlaced, StopShown
from services.contact.service.stops import Stops


def router(stops: Stops) -> APIRouter:
    """POST and GET /stops, GET /stops/{stop_id}, POST /stops/{stop_id}/lift."""
    routes = APIRouter(prefix="/stops", tags=["stops"])

    @routes.post("", response_model=StopPlaced, status_code=201)
    async def place_stop(body: PlaceStop, caller: CommandCaller) -> Response:
        """Stop all outbound contact, or a pack, channel, template or portfolio, at once.

        200 when that withdraws an asked lift.
        """
        return respond(await stops.place(caller, body))

    @routes.get("", response_model=Page[StopShown])
    async def list_stops(
        asked: PageAsked, caller: AnyCaller, in_force: Annotated[bool, Query(description="only those in force")] = False
    ) -> Response:
        """Stops, the newest first."""
        return respond(Answer(await stops.page(caller, asked, in_force)))

    @routes.get("/{stop_id}", response_model=StopShown)
    async def read_stop(stop_id: UUID, caller: AnyCaller) -> Response:
        """One stop, with its version as ETag."""
        stop = await stops.stop(caller, stop_id)
        return respond(Answer(stop, etag=stop.version))

    @routes.post("/{stop_id}/lift", response_model=StopShown)
    async def lift_stop(stop_id: UUID, caller: CommandCaller) -> Response:
        """Ask to lift a stop, or as a second person confirm it. Needs If-Match."""
        return respond(await stops.lift(caller, stop_id))

    return routes
