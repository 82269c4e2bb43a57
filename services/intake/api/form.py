"""Routes of the intake form."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.intake.domain.form import FormField
from services.intake.schemas import AnswerQuery, FillForm, FormFilled, FormShown, QueryAnswered
from services.intake.service.form import IntakeForm


def router(form: IntakeForm) -> APIRouter:
    """The routes under `/v1/cases/{case_id}/form`."""
    routes = APIRouter(prefix="/cases/{case_id}/form", tags=["form"])

    @routes.post("", response_model=FormFilled, status_code=201)
    async def fill_form(case_id: UUID, body: FillForm, caller: CommandCaller) -> Response:
        """Keep what is said for some of the eleven fields, each with its source and day."""
        return respond(await form.fill(caller, case_id, body))

    @routes.get("", response_model=FormShown)
    async def read_form(case_id: UUID, caller: AnyCaller) -> Response:
        """All eleven fields, what the core has of them, and what was said before; the reading is recorded."""
        return respond(Answer(await form.read(caller, case_id)))

    @routes.post("/{field}/answer", response_model=QueryAnswered)
    async def answer_query(case_id: UUID, field: FormField, body: AnswerQuery, caller: CommandCaller) -> Response:
        """Say what came of asking the borrower about a field that contradicts the core."""
        return respond(await form.answer(caller, case_id, field, body))

    return routes
