"""Routes of agreements."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.followup.schemas import Agreements, AgreementView, LookedAfter, ServedNotice
from services.followup.service.agreements import AgreementsService
from services.followup.service.as_of import AsOf
from services.followup.service.at_risk import AtRisk
from services.followup.service.follow_up import FollowUp


def router(agreements: AgreementsService, past: AsOf, follow_up: FollowUp, at_risk: AtRisk) -> APIRouter:
    """Reading agreements, the notice that a person serves, and who looks after one at risk."""
    router = APIRouter(tags=["agreements"])

    @router.get("/agreements/{agreement_id}", response_model=AgreementView)
    async def get_agreement(
        agreement_id: UUID,
        caller: AnyCaller,
        as_of: Annotated[date | None, Query(description="judge as of the end of this bank day")] = None,
        known_on: Annotated[date | None, Query(description="judge by what was known at the end of this day")] = None,
    ) -> Response:
        """An agreement with its instalments as judged last, or as they stood by the days that are asked about."""
        if as_of is not None or known_on is not None:
            return respond(Answer(await past.get(caller, agreement_id, as_of, known_on)))
        view = await agreements.get(caller, agreement_id)
        return respond(Answer(view, etag=view.version))

    @router.get("/cases/{case_id}/agreements", response_model=Agreements)
    async def list_agreements_of_case(case_id: UUID, caller: AnyCaller) -> Response:
        """The agreements of a case, oldest first."""
        return respond(Answer(await agreements.of_case(caller, case_id)))

    @router.post("/agreements/{agreement_id}/notices", response_model=AgreementView)
    async def serve_notice(agreement_id: UUID, body: ServedNotice, caller: CommandCaller) -> Response:
        """Record that the notice of a missed instalment was served by letter, visit, call or at the branch."""
        return respond(await follow_up.serve(caller, agreement_id, body))

    @router.post("/agreements/{agreement_id}/risk", response_model=AgreementView)
    async def look_after_agreement(agreement_id: UUID, body: LookedAfter, caller: CommandCaller) -> Response:
        """Record what came of talking with the borrower after an instalment was missed; postings decide, not this."""
        return respond(await at_risk.look_after(caller, agreement_id, body))

    return router
