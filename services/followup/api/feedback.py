"""Routes of what borrowers think of us."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.followup.schemas.feedback import FeedbackOfCase, FeedbackTogether, FeedbackView, GiveFeedback, GroupedBy
from services.followup.service.care.feedback import FeedbackRegister

From = Annotated[date | None, Query(alias="from", description="first day; thirty days before `to` unless told")]
To = Annotated[date | None, Query(alias="to", description="first day that is not counted; tomorrow unless told")]


def router(register: FeedbackRegister) -> APIRouter:
    """Giving it, for borrowers at the portal; reading it, of a case that has ended and of many together."""
    routes = APIRouter(tags=["care"])

    @routes.post("/feedback/{feedback_id}/answer", response_model=FeedbackView)
    async def give_feedback(feedback_id: UUID, body: GiveFeedback, caller: CommandCaller) -> Response:
        """Say, once, what one thinks of a conversation or a decision; for the borrower alone."""
        return respond(await register.give(caller, feedback_id, body))

    @routes.get("/cases/{case_id}/feedback", response_model=FeedbackOfCase)
    async def list_feedback_of_case(case_id: UUID, caller: AnyCaller) -> Response:
        """What the borrower said; sealed from agents, and from who handles the case, until it has ended."""
        return respond(Answer(await register.of_case(caller, case_id)))

    @routes.get("/feedback", response_model=FeedbackTogether)
    async def show_feedback_together(
        caller: AnyCaller, since: From = None, until: To = None, by: GroupedBy = "all"
    ) -> Response:
        """What all said who were asked in a period, by group; nothing of a group that is too small."""
        return respond(Answer(await register.together(caller, since, until, by)))

    return routes
