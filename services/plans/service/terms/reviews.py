"""Reviewing terms that are for a time, before they run out: what was found with the borrower is written down."""

from uuid import UUID

from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.plans.errors import NothingToReview
from services.plans.schemas.plans import ReviewTerms, TermsReviewed
from services.plans.service.asking import REVIEW_TERMS, version_path, version_ref
from services.plans.service.context import NEGOTIATORS, Context
from services.plans.service.flow import lock_plan
from services.plans.vocabulary import PlanState


class ReviewTemporaryTerms:
    """Closes the task that the activation of such a plan opened."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def review(self, caller: Caller, plan_id: UUID, body: ReviewTerms) -> Answer:
        """Keep what comes after the terms. UnknownPlan; NothingToReview unless the plan is in force and asks for it."""
        caller.require_any(NEGOTIATORS)
        async with self._context.database.write(caller) as uow:
            _, _, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            if plan.state != PlanState.ACTIVE:
                raise NothingToReview("the plan is not in force")
            if not await uow.close_task(REVIEW_TERMS, version_ref(plan_id, plan.version), body.result):
                raise NothingToReview("no review of it is open")
            await uow.audit(
                "terms.reviewed",
                version_path(plan),
                case_id=plan.case_id,
                after={"result": body.result},
            )
            reviewed = TermsReviewed(plan_id=plan_id, version=plan.version, result=body.result, reviewed_at=uow.now())
            return uow.answer(reviewed)
