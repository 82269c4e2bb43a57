"""Routes of how borrowers say that their plan is going."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.followup.schemas.check_ins import AnswerCheckIn, CheckIns, CheckInView
from services.followup.service.care.answers import CheckInAnswers


def router(answers: CheckInAnswers) -> APIRouter:
    """Reading and answering, for the staff and for the borrower at the portal."""
    routes = APIRouter(tags=["care"])

    @routes.get("/cases/{case_id}/check-ins", response_model=CheckIns)
    async def list_check_ins_of_case(case_id: UUID, caller: AnyCaller) -> Response:
        """What the borrower was asked, and what they said."""
        return respond(Answer(await answers.of_case(caller, case_id)))

    @routes.post("/check-ins/{check_in_id}/answer", response_model=CheckInView)
    async def answer_check_in(check_in_id: UUID, body: AnswerCheckIn, caller: CommandCaller) -> Response:
        """Say how it is going, once: the borrower, or somebody who was told."""
        return respond(await answers.answer(caller, check_in_id, body))

    return routes
