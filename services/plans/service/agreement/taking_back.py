"""Taking a signed agreement back, within the days that a pack gives the borrower to think again."""

from uuid import UUID

from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.plans.errors import NoAgreement
from services.plans.errors_ending import CoolingOffOver
from services.plans.repository import signing as repository
from services.plans.schemas.agreements import TakenBack
from services.plans.service.agreement.ending import end_what_binds
from services.plans.service.asking import version_path
from services.plans.service.context import Context, channel_of, require_negotiator_or_borrower
from services.plans.service.flow import lock_plan
from services.plans.vocabulary import AgreementState

TAKEN_BACK = "taken_back"


class TakeBackAgreements:
    """The borrower's own hand, or their word recorded by somebody of the bank; no reason is asked for."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def take_back(self, caller: Caller, plan_id: UUID) -> Answer:
        """Have the plan end. UnknownPlan, NoAgreement, CoolingOffOver, CoreUndecided while the core has not answered.

        What the core was not asked for goes back to a draft; what it runs is undone there, and looked at until it is.
        """
        require_negotiator_or_borrower(caller)
        seen = self._context.seen_by(caller)
        async with self._context.database.write(caller) as uow:
            case, negotiation, plan = await lock_plan(uow, plan_id, seen)
            agreement = await repository.agreement_of(uow.session, plan_id, seen)
            if agreement is None or agreement.version != plan.version or agreement.state == AgreementState.VOID:
                raise NoAgreement("nothing that was signed binds")
            until, day = agreement.cooling_off_until, self._context.day(uow.now())
            if until is None or day > until:
                raise CoolingOffOver("the plan binds; ask for another one when it cannot be kept")
            if agreement.taken_back_at is not None:
                raise CoolingOffOver("it was taken back already")
            await repository.take_back(uow.session, agreement, uow.now())
            await end_what_binds(
                self._context, uow, case, negotiation, plan, task_reason="agreement_taken_back", code=TAKEN_BACK
            )
            await uow.audit(
                "agreement.taken_back",
                version_path(plan),
                case_id=plan.case_id,
                after={"plan_state": str(plan.state)},
                detail={"channel": channel_of(uow.caller), "until": until.isoformat()},
            )
            taken = TakenBack(
                plan_id=plan_id, version=plan.version, plan_state=str(plan.state), taken_back_at=uow.now()
            )
            return uow.answer(taken)
