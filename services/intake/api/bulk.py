"""Routes of bulk holds."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller, caller
from services.common.runtime.http.commands import CommandCaller
from services.common.runtime.http.pagination import Page, PageAsked
from services.intake.schemas import BulkShown, BulkStanding, PlaceBulkHold
from services.intake.service.holds.bulk import BulkHolds


def router(bulk: BulkHolds) -> APIRouter:
    """The routes under `/v1/bulk-holds`."""
    routes = APIRouter(prefix="/bulk-holds", tags=["bulk holds"])

    @routes.post("", response_model=BulkStanding, status_code=201)
    async def place_bulk_hold(body: PlaceBulkHold, caller: CommandCaller) -> Response:
        """Hold everybody who is selected now, in the background. Whose case opens later is not covered."""
        return respond(await bulk.place(caller, body))

    @routes.get("", response_model=Page[BulkShown])
    async def list_bulk_holds(asked: PageAsked, caller: AnyCaller) -> Response:
        """Jobs, the newest first."""
        return respond(Answer(await bulk.page(caller, asked)))

    @routes.get("/{bulk_id}", response_model=BulkShown)
    async def read_bulk_hold(bulk_id: UUID, asking: Annotated[Caller, Depends(caller)]) -> Response:
        """One job and how far it is, with its version as ETag."""
        found = await bulk.job(asking, bulk_id)
        return respond(Answer(found, etag=found.version))

    @routes.post("/{bulk_id}/undo", response_model=BulkStanding)
    async def undo_bulk_hold(bulk_id: UUID, caller: CommandCaller) -> Response:
        """Lift what the job placed and nobody lifted since. Needs If-Match."""
        return respond(await bulk.undo(caller, bulk_id))

    return routes
