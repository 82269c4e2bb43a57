"""Routes of disputes of the credit record."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.followup.schemas.credit_disputes import (
    ConfirmCorrection,
    CreditDisputeView,
    DecideCreditDispute,
    OpenCreditDispute,
)
from services.followup.schemas.credit_disputes import CreditDisputes as Listed
from services.followup.service.credit_disputes import CreditDisputes


def router(disputes: CreditDisputes) -> APIRouter:
    """Opening, reading, deciding and confirming."""
    routes = APIRouter(tags=["credit disputes"])

    @routes.post("/cases/{case_id}/credit-disputes", status_code=201, response_model=CreditDisputeView)
    async def open_credit_dispute(case_id: UUID, body: OpenCreditDispute, caller: CommandCaller) -> Response:
        """Somebody says that their credit record is wrong; the statutory time to answer begins with that day."""
        return respond(await disputes.open(caller, case_id, body))

    @routes.get("/cases/{case_id}/credit-disputes", response_model=Listed)
    async def list_credit_disputes_of_case(case_id: UUID, caller: AnyCaller) -> Response:
        """The disputes of a case, oldest first."""
        return respond(Answer(await disputes.of_case(caller, case_id)))

    @routes.get("/credit-disputes/{dispute_id}", response_model=CreditDisputeView)
    async def get_credit_dispute(dispute_id: UUID, caller: AnyCaller) -> Response:
        """One dispute, with its version as ETag."""
        return respond(await disputes.get(caller, dispute_id))

    @routes.post("/credit-disputes/{dispute_id}/decision", response_model=CreditDisputeView)
    async def decide_credit_dispute(dispute_id: UUID, body: DecideCreditDispute, caller: CommandCaller) -> Response:
        """Risk or compliance: the record stands, or it is to be corrected. Needs If-Match."""
        return respond(await disputes.decide(caller, dispute_id, body))

    @routes.post("/credit-disputes/{dispute_id}/confirmation", response_model=CreditDisputeView)
    async def confirm_correction(dispute_id: UUID, body: ConfirmCorrection, caller: CommandCaller) -> Response:
        """The record was put right. Needs If-Match."""
        return respond(await disputes.confirm(caller, dispute_id, body))

    return routes
