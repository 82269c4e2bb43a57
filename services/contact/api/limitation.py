"""Routes of until when a debt can be claimed in court."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import respond
from services.common.runtime.http.auth import AnyCaller, caller
from services.contact.schemas.limitation import LimitationShown, PutLimitation
from services.contact.service.limitation import LimitationRegister


def router(register: LimitationRegister) -> APIRouter:
    """GET and PUT /cases/{case_id}/limitation."""
    routes = APIRouter(tags=["contact"])

    @routes.get("/cases/{case_id}/limitation", response_model=LimitationShown)
    async def read_limitation(case_id: UUID, caller: AnyCaller) -> Response:
        """Until when the debt can be claimed in court, with its version as ETag; version 0 while nothing was said."""
        return respond(await register.read(caller, case_id))

    @routes.put("/cases/{case_id}/limitation", response_model=LimitationShown)
    async def put_limitation(
        case_id: UUID, body: PutLimitation, asking: Annotated[Caller, Depends(caller)]
    ) -> Response:
        """Say from when the time is counted, when it ends, or that it is over. Needs If-Match."""
        return respond(await register.put(asking, case_id, body))

    return routes
