"""Routes: signing, the agreement and its document, the history of a plan."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.common.documents.typesetting import MEDIA_TYPE
from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.plans.schemas.agreements import AgreementView, AskCode, CodeSent, ObjectionList, TakenBack, VersionList
from services.plans.schemas.offers import AcceptOffer
from services.plans.service.plans_service import PlansService

_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA_TYPE: {}}}}


def router(service: PlansService) -> APIRouter:
    """Codes, signatures, what was signed, and how it came about."""
    routes = APIRouter(tags=["agreements"])

    @routes.post("/plans/{plan_id}/signing-codes", status_code=201, response_model=CodeSent)
    async def send_signing_code(plan_id: UUID, body: AskCode, caller: CommandCaller) -> Response:
        """Have a one-time code sent to the borrower, to sign the open offer with."""
        return respond(await service.signing.send_code(caller, plan_id, body))

    @routes.post("/plans/{plan_id}/acceptance", status_code=201, response_model=AgreementView)
    async def accept_offer(plan_id: UUID, body: AcceptOffer, caller: CommandCaller) -> Response:
        """Accept every key term of exactly the offered document, say what it means, and sign."""
        return respond(await service.signing.sign(caller, plan_id, body))

    @routes.post("/plans/{plan_id}/agreement/withdrawal", response_model=TakenBack)
    async def take_back_agreement(plan_id: UUID, caller: CommandCaller) -> Response:
        """Take a signed agreement back while the pack of the case gives the borrower days to think again."""
        return respond(await service.taking_back.take_back(caller, plan_id))

    @routes.get("/plans/{plan_id}/agreement", response_model=AgreementView)
    async def get_agreement(plan_id: UUID, caller: AnyCaller) -> Response:
        """The newest agreement on a plan, with what proves its signature."""
        return respond(Answer(await service.agreements.view(caller, plan_id)))

    @routes.get("/plans/{plan_id}/agreement.pdf", response_class=Response, responses=_PDF)
    async def get_agreement_document(
        plan_id: UUID,
        caller: AnyCaller,
        language: Annotated[Literal["zh", "en"] | None, Query(description="the case's unless named")] = None,
    ) -> Response:
        """The agreement on paper; while nothing is signed, the terms that are offered. `X-Content-SHA256` names it."""
        printed = await service.agreements.pdf(caller, plan_id, language)
        headers = {
            "Content-Disposition": f'inline; filename="agreement-{plan_id}.pdf"',
            "X-Content-SHA256": printed.sha256,
        }
        return Response(printed.content, media_type=MEDIA_TYPE, headers=headers)

    @routes.get("/plans/{plan_id}/versions", response_model=VersionList)
    async def list_versions(plan_id: UUID, caller: AnyCaller) -> Response:
        """Every version of a plan, with what it changes of the one before."""
        return respond(Answer(await service.versions.of_plan(caller, plan_id)))

    @routes.get("/plans/{plan_id}/objections", response_model=ObjectionList)
    async def list_objections(plan_id: UUID, caller: AnyCaller) -> Response:
        """Every objection with its answer."""
        return respond(Answer(await service.versions.objections(caller, plan_id)))

    return routes
