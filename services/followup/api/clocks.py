"""Routes of the clocks that the law sets on agreements."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.followup.domain.clocks import ClockKind
from services.followup.schemas.clocks import ClockDecision, ClocksView, ClockView
from services.followup.service.clocks.deciding import ClockDecisions


def router(decisions: ClockDecisions) -> APIRouter:
    """Reading clocks, and deciding at their end."""
    router = APIRouter(tags=["clocks"])

    @router.get("/cases/{case_id}/clocks", response_model=ClocksView)
    async def list_clocks_of_case(case_id: UUID, caller: AnyCaller) -> Response:
        """Observation, cure and probation of the agreements of a case, and how often they were counted anew."""
        return respond(Answer(await decisions.of_case(caller, case_id)))

    @router.post("/agreements/{agreement_id}/clocks/{kind}/decision", response_model=ClockView)
    async def decide_clock(agreement_id: UUID, kind: ClockKind, body: ClockDecision, caller: CommandCaller) -> Response:
        """Say that a mark goes or is counted anew, or how an exposure stands that was late in its probation."""
        return respond(await decisions.decide(caller, agreement_id, kind, body))

    return router
