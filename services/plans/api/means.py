"""Routes: statements of means and options."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.plans.schemas.means import AssessmentView, RefuseRelief, ReliefRefused, StatementView, TakeStatement
from services.plans.schemas.options import AskOptions, OptionsView
from services.plans.schemas.programmes import AskProgrammes, ProgrammesView
from services.plans.service.plans_service import PlansService


def router(service: PlansService) -> APIRouter:
    """Taking the means, and seeing what can be offered."""
    routes = APIRouter(tags=["means"])

    @routes.post("/cases/{case_id}/statements-of-means", status_code=201, response_model=AssessmentView)
    async def take_statement_of_means(case_id: UUID, body: TakeStatement, caller: CommandCaller) -> Response:
        """Judge the borrower's statement of means; evidence is asked for, once. Where nothing fits a person decides."""
        return respond(await service.means.take(caller, case_id, body))

    @routes.post("/cases/{case_id}/refusal", status_code=201, response_model=ReliefRefused)
    async def refuse_relief(case_id: UUID, body: RefuseRelief, caller: CommandCaller) -> Response:
        """End a round in which nothing fits what the borrower can pay. Somebody above the front line does, with
        reasons, who did not take the means."""
        return respond(await service.refusals.refuse(caller, case_id, body))

    @routes.get("/cases/{case_id}/statement-of-means", response_model=StatementView)
    async def show_statement_of_means(case_id: UUID, caller: AnyCaller) -> Response:
        """The newest statement in the form of the case's pack, line by line, and what it comes to."""
        return respond(Answer(await service.statements.newest(caller, case_id)))

    @routes.post("/cases/{case_id}/options", response_model=OptionsView)
    async def compute_options(case_id: UUID, body: AskOptions, caller: AnyCaller) -> Response:
        """What this borrower can be offered today, before and after, with reasons. Changes nothing."""
        return respond(Answer(await service.options.compute(caller, case_id, body)))

    @routes.post("/programmes", response_model=ProgrammesView)
    async def list_programmes(body: AskProgrammes, caller: AnyCaller) -> Response:
        """What may be applied for with such an account, before the means are known. Changes nothing."""
        return respond(Answer(service.programmes.list(caller, body)))

    return routes
