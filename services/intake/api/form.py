"""Routes of the intake form and of declared means."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.intake.domain.form import FormField
from services.intake.schemas import AnswerQuery, FillForm, FormFilled, FormShown, QueryAnswered
from services.intake.schemas.declaration import Attest, Attested, LookedAt, Reviewed
from services.intake.service.declarations import Declarations
from services.intake.service.form import IntakeForm


def attestations(declarations: Declarations) -> APIRouter:
    """The routes under `/v1/cases/{case_id}/attestations`."""
    routes = APIRouter(prefix="/cases/{case_id}/attestations", tags=["form"])

    @routes.post("", response_model=Attested, status_code=201)
    async def attest_means(case_id: UUID, body: Attest, caller: CommandCaller) -> Response:
        """The borrower attests the newest statement of means; somebody looks where it differs from what is known."""
        return respond(await declarations.attest(caller, case_id, body))

    @routes.post("/{assessment_id}/review", response_model=Reviewed)
    async def review_declaration(case_id: UUID, assessment_id: UUID, body: LookedAt, caller: CommandCaller) -> Response:
        """Say what came of looking at a declaration."""
        return respond(await declarations.review(caller, case_id, assessment_id, body))

    return routes


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
