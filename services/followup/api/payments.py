"""Routes of a core without a feed: postings, and the end of its days."""

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import respond
from services.common.runtime.http.commands import CommandCaller
from services.followup.schemas import BankDay, BankDayView, NewPayment, PaymentView
from services.followup.service.days import Days
from services.followup.service.postings.recording import Postings


def router(postings: Postings, days: Days) -> APIRouter:
    """What a core says that has no feed."""
    router = APIRouter(tags=["payments"])

    @router.post("/payments", status_code=201, response_model=PaymentView, responses={200: {"model": PaymentView}})
    async def post_payment(body: NewPayment, caller: CommandCaller) -> Response:
        """Record a posting under the bank's own reference; one that is known already is answered with 200."""
        return respond(await postings.post(caller, body))

    @router.post("/bank-days", response_model=BankDayView)
    async def close_bank_day(body: BankDay, caller: CommandCaller) -> Response:
        """Say that everything of a business day has been posted: instalments may be missed from then on."""
        return respond(await days.close(caller, body))

    return router
