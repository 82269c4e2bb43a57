"""Routes of what a team does to serve borrowers better, and of what a change of policy did."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.followup.schemas.improvements import (
    CloseImprovement,
    Effect,
    ImprovementView,
    NewImprovement,
    NewPolicyChange,
    PolicyChanges,
    PolicyChangeView,
)
from services.followup.schemas.improvements import Improvements as Listed
from services.followup.service.care.changes import PolicyChangeLog
from services.followup.service.care.improvements import Improvements
from services.followup.vocabulary import ImprovementState

Days = Annotated[int, Query(description="how many days before and after")]
Since = Annotated[date, Query(description="changes from this day on")]


def router(improvements: Improvements, changes: PolicyChangeLog) -> APIRouter:
    """Actions, and changes of policy with what they did, for supervisors, managers and compliance."""
    routes = APIRouter(tags=["care"])

    @routes.post("/improvement-actions", status_code=201, response_model=ImprovementView)
    async def open_improvement(body: NewImprovement, caller: CommandCaller) -> Response:
        """Have somebody do something by a day."""
        return respond(await improvements.open(caller, body))

    @routes.get("/improvement-actions", response_model=Listed)
    async def list_improvements(caller: AnyCaller, state: ImprovementState = ImprovementState.OPEN) -> Response:
        """The actions of a state, the earliest date first."""
        return respond(Answer(await improvements.listed(caller, state)))

    @routes.post("/improvement-actions/{action_id}/outcome", response_model=ImprovementView)
    async def close_improvement(action_id: UUID, body: CloseImprovement, caller: CommandCaller) -> Response:
        """It was done, or is not to be done any more. Needs If-Match."""
        return respond(await improvements.close(caller, action_id, body))

    @routes.post("/policy-changes", status_code=201, response_model=PolicyChangeView)
    async def record_policy_change(body: NewPolicyChange, caller: CommandCaller) -> Response:
        """Write down that a policy is another from a day on."""
        return respond(await changes.record(caller, body))

    @routes.get("/policy-changes", response_model=PolicyChanges)
    async def list_policy_changes(caller: AnyCaller, since: Since) -> Response:
        """The changes from a day on."""
        return respond(Answer(await changes.listed(caller, since)))

    @routes.get("/policy-changes/{change_id}/effect", response_model=Effect)
    async def show_effect_of_policy_change(change_id: UUID, caller: AnyCaller, days: Days = 90) -> Response:
        """Satisfaction and complaints before and after a change."""
        return respond(Answer(await changes.effect(caller, change_id, days)))

    return routes
