"""Routes of postings."""

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.common.runtime.http.pagination import Page, PageAsked
from services.followup.schemas import NewPayment, PaymentView, UnmatchedView
from services.followup.service.postings import Postings


def router(postings: Postings) -> APIRouter:
    """Postings of a core without a feed, and the work list of postings that fit nowhere."""
    router = APIRouter(tags=["payments"])

    @router.post("/payments", status_code=201, response_model=PaymentView, responses={200: {"model": PaymentView}})
    async def post_payment(body: NewPayment, caller: CommandCaller) -> Response:
        """Record a posting under the bank's own reference; one that is known already is answered with 200."""
        return respond(await postings.post(caller, body))

    @router.get("/unmatched-postings", response_model=Page[UnmatchedView])
    async def list_unmatched_postings(caller: AnyCaller, page: PageAsked) -> Response:
        """Postings that somebody has to look at, oldest first."""
        return respond(Answer(await postings.unmatched(caller, page)))

    return router
