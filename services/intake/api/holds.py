"""Routes of holds."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.intake.schemas import HoldEnd, Holds, HoldStanding, PlaceHold
from services.intake.service.holds.holding import Holding
from services.intake.service.reading import Reading


def router(holding: Holding, reading: Reading) -> APIRouter:
    """The routes of holds, which are on a borrower and are placed from a case."""
    routes = APIRouter(tags=["holds"])

    @routes.post("/cases/{case_id}/holds", response_model=HoldStanding, status_code=201)
    async def place_hold(case_id: UUID, body: PlaceHold, caller: CommandCaller) -> Response:
        """Stop what a kind of hold stops, for all cases of the borrower, from now on."""
        return respond(await holding.place(caller, case_id, body))

    @routes.get("/cases/{case_id}/holds", response_model=Holds)
    async def list_holds(case_id: UUID, caller: AnyCaller) -> Response:
        """All holds of the borrower with their kinds; the reading is recorded."""
        return respond(Answer(await reading.holds(caller, case_id)))

    @routes.post("/holds/{hold_id}/end-date", response_model=HoldStanding)
    async def move_end(hold_id: UUID, body: HoldEnd, caller: CommandCaller) -> Response:
        """Let a hold end at another time: extend it, or say the day that the law counts from. Needs If-Match."""
        return respond(await holding.move_end(caller, hold_id, body))

    @routes.post("/holds/{hold_id}/lift", response_model=HoldStanding)
    async def lift_hold(hold_id: UUID, caller: CommandCaller) -> Response:
        """End a hold now."""
        return respond(await holding.lift(caller, hold_id))

    return routes
