"""Routes of the end of a case and of what keeps its records."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import respond
from services.common.runtime.http.auth import AnyCaller, caller
from services.followup.schemas.ends import EndView, LegalHoldView, PlaceLegalHold
from services.followup.service.ends import Ends


def router(ends: Ends) -> APIRouter:
    """How a case ended, and the legal hold on its records."""
    routes = APIRouter(tags=["ends"])

    @routes.get("/cases/{case_id}/end", response_model=EndView)
    async def get_end_of_case(case_id: UUID, caller: AnyCaller) -> Response:
        """Why a case was closed, what became of its letter, and until when its records are kept by which rule."""
        return respond(await ends.get(caller, case_id))

    @routes.get("/cases/{case_id}/legal-hold", response_model=LegalHoldView)
    async def get_legal_hold(case_id: UUID, caller: AnyCaller) -> Response:
        """Whether a legal hold stands, with its version as ETag; version 0 while nothing was said."""
        return respond(await ends.legal_hold(caller, case_id))

    @routes.put("/cases/{case_id}/legal-hold", response_model=LegalHoldView)
    async def place_legal_hold(
        case_id: UUID, body: PlaceLegalHold, asking: Annotated[Caller, Depends(caller)]
    ) -> Response:
        """Keep the records of a case whatever the rules say, for compliance. Needs If-Match."""
        return respond(await ends.place(asking, case_id, body))

    @routes.delete("/cases/{case_id}/legal-hold", response_model=LegalHoldView)
    async def release_legal_hold(case_id: UUID, asking: Annotated[Caller, Depends(caller)]) -> Response:
        """Let the rules decide again about the records. Needs If-Match."""
        return respond(await ends.release(asking, case_id))

    return routes
