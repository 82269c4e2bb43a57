"""Routes of the work list of postings that fit nowhere."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.common.runtime.http.pagination import Page, PageAsked
from services.followup.schemas import Assignment, Dismissal, UnmatchedView
from services.followup.service.worklist import WorkList


def router(worklist: WorkList) -> APIRouter:
    """Reading the list, and taking entries off it."""
    router = APIRouter(tags=["payments"])

    @router.get("/unmatched-postings", response_model=Page[UnmatchedView])
    async def list_unmatched_postings(caller: AnyCaller, page: PageAsked) -> Response:
        """Postings that somebody has to look at, oldest first."""
        return respond(Answer(await worklist.page(caller, page)))

    @router.post("/unmatched-postings/{entry_id}/assignment", response_model=UnmatchedView)
    async def assign_posting(entry_id: UUID, body: Assignment, caller: CommandCaller) -> Response:
        """Say which account a posting belongs to; it counts from then on."""
        return respond(await worklist.assign(caller, entry_id, body))

    @router.post("/unmatched-postings/{entry_id}/dismissal", response_model=UnmatchedView)
    async def dismiss_posting(entry_id: UUID, body: Dismissal, caller: CommandCaller) -> Response:
        """Say that nothing comes of a posting, and why."""
        return respond(await worklist.dismiss(caller, entry_id, body))

    return router
