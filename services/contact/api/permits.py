"""Routes of permits and of overrides of refusals."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.contact.schemas import AskPermit, PermitAnswer
from services.contact.schemas.overrides import (
    DecideOverride,
    OpenOverrides,
    OverrideDecided,
    OverrideShown,
    RequestOverride,
)
from services.contact.schemas.permits import PermitReturned
from services.contact.service.permits.asking import Asking
from services.contact.service.permits.overrides import Overrides


def router(asking: Asking, overrides: Overrides) -> APIRouter:
    """POST /permits, below one of them /return and /override-requests; GET /overrides, GET and POST below one."""
    routes = APIRouter()
    asked = APIRouter(tags=["permits"])
    over = APIRouter(tags=["overrides"])

    @asked.post("/permits", response_model=PermitAnswer)
    async def ask_permit(body: AskPermit, caller: CommandCaller) -> Response:
        """Ask whether a person may be contacted now. A refusal is an answer (200) with its rules."""
        return respond(await asking.ask(caller, body))

    @asked.post("/permits/{permit_id}/return", response_model=PermitReturned)
    async def return_permit(permit_id: UUID, caller: CommandCaller) -> Response:
        """Say that nobody dialled or set out under a permit: it is used no more, and counts no more."""
        return respond(await asking.give_back(caller, permit_id))

    @over.post("/permits/{permit_id}/override-requests", response_model=OverrideShown, status_code=201)
    async def request_override(permit_id: UUID, body: RequestOverride, caller: CommandCaller) -> Response:
        """Ask a second person to let a refused contact through, with the reason why it is lawful."""
        return respond(await overrides.request(caller, permit_id, body))

    @over.get("/overrides", response_model=OpenOverrides)
    async def list_overrides(caller: AnyCaller) -> Response:
        """Requests that may still be decided, the oldest first."""
        return respond(Answer(await overrides.waiting(caller)))

    @over.get("/overrides/{override_id}", response_model=OverrideShown)
    async def read_override(override_id: UUID, caller: AnyCaller) -> Response:
        """One request, with its version as ETag."""
        found = await overrides.one(caller, override_id)
        return respond(Answer(found, etag=found.version))

    @over.post("/overrides/{override_id}/decision", response_model=OverrideDecided)
    async def decide_override(override_id: UUID, body: DecideOverride, caller: CommandCaller) -> Response:
        """Approve or reject as a second person. Needs If-Match. An approval answers with a permit, or why not."""
        return respond(await overrides.decide(caller, override_id, body))

    routes.include_router(asked)
    routes.include_router(over)
    return routes
