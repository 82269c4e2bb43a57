"""Routes of further requests while an agreement runs."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.followup.schemas.renegotiations import DecideRenegotiation, RenegotiationView
from services.followup.schemas.renegotiations import Renegotiations as Listed
from services.followup.service.renegotiations import Renegotiations


def router(renegotiations: Renegotiations) -> APIRouter:
    """Reading further requests, and what people decide about them."""
    router = APIRouter(tags=["renegotiations"])

    @router.get("/cases/{case_id}/renegotiations", response_model=Listed)
    async def list_renegotiations_of_case(case_id: UUID, caller: AnyCaller) -> Response:
        """What the borrower asked for while agreements of the case ran."""
        return respond(Answer(await renegotiations.of_case(caller, case_id)))

    @router.post("/renegotiations/{request_id}/decision", response_model=RenegotiationView)
    async def decide_renegotiation(request_id: UUID, body: DecideRenegotiation, caller: CommandCaller) -> Response:
        """Say that the borrower was talked with, let talks begin beyond the limit, or leave the agreement as it is."""
        return respond(await renegotiations.decide(caller, request_id, body))

    return router
