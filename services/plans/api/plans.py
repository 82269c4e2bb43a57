"""Routes: plans, their submission and the decisions on them."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.plans.schemas.plans import (
    ConfirmEnd,
    Decide,
    DraftPlan,
    PlanEnded,
    PlanList,
    PlanView,
    ReviewTerms,
    TermsReviewed,
)
from services.plans.service.plans_service import PlansService


def router(service: PlansService) -> APIRouter:
    """Drafting, submitting and deciding."""
    routes = APIRouter(tags=["plans"])

    @routes.post("/cases/{case_id}/plans", status_code=201, response_model=PlanView)
    async def draft_plan(case_id: UUID, body: DraftPlan, caller: CommandCaller) -> Response:
        """Draft the next version of the plan of the present round."""
        return respond(await service.drafts.draft(caller, case_id, body))

    @routes.get("/cases/{case_id}/plans", response_model=PlanList)
    async def list_plans(case_id: UUID, caller: AnyCaller) -> Response:
        """All versions of all rounds of a case."""
        return respond(Answer(await service.queries.plans_of(caller, case_id)))

    @routes.get("/plans/{plan_id}", response_model=PlanView)
    async def get_plan(plan_id: UUID, caller: AnyCaller) -> Response:
        """The newest version of a plan."""
        return respond(await service.queries.plan(caller, plan_id))

    @routes.post("/plans/{plan_id}/submission", response_model=PlanView)
    async def submit_plan(plan_id: UUID, caller: CommandCaller) -> Response:
        """Freeze the newest version and put it before an approver. Needs If-Match."""
        return respond(await service.submissions.submit(caller, plan_id))

    @routes.post("/plans/{plan_id}/withdrawal", response_model=PlanView)
    async def withdraw_plan(plan_id: UUID, caller: CommandCaller) -> Response:
        """Take a submitted version back before it is decided. The proposer does; needs If-Match."""
        return respond(await service.submissions.withdraw(caller, plan_id))

    @routes.post("/plans/{plan_id}/decisions", response_model=PlanView)
    async def decide_on_plan(plan_id: UUID, body: Decide, caller: CommandCaller) -> Response:
        """Approve, return or reject exactly what was submitted. Needs If-Match."""
        return respond(await service.decisions.decide(caller, plan_id, body))

    @routes.post("/plans/{plan_id}/end", response_model=PlanEnded)
    async def confirm_end(plan_id: UUID, body: ConfirmEnd, caller: CommandCaller) -> Response:
        """Confirm that the core does not run a plan any more that was to end; the core is asked."""
        return respond(await service.ends.confirm(caller, plan_id, body))

    @routes.post("/plans/{plan_id}/review", response_model=TermsReviewed)
    async def review_temporary_terms(plan_id: UUID, body: ReviewTerms, caller: CommandCaller) -> Response:
        """Write down what comes after terms that are for a time, such as a token payment."""
        return respond(await service.terms_reviews.review(caller, plan_id, body))

    return routes
