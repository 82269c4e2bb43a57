"""What intake tells of a case: it is triaged, help is asked for, a further round begins, it ends."""

from datetime import timedelta
from uuid import UUID

from services.common.contracts.events.cases import (
    CaseAssigned,
    CaseClosed,
    CaseStateChanged,
    CaseTriaged,
    NegotiationReopened,
    PartyAdded,
    ReliefRequested,
)
from services.common.runtime.assignees import assign
from services.common.runtime.tasks import CASE_CLOSED
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.models import Negotiation, PlanCase
from services.plans.repository import plans
from services.plans.repository import rounds as repository
from services.plans.repository.access import EVERYTHING, add_debtor
from services.plans.service.asking import ask_for_means
from services.plans.service.context import Context
from services.plans.service.flow import end, lock, move_plan, nudge, watch_the_core, withdraw_plans
from services.plans.vocabulary import EndReason, Outcome, Phase, PlanState

# What a state of the case says of a plan in force.
_END_OF_PLAN = {"PLAN_BROKEN": PlanState.BROKEN, "PLAN_COMPLETED": PlanState.COMPLETED}
_END_OF_ROUND = {"CURED": EndReason.CURED, "SETTLED": EndReason.SETTLED}


def ends_something(event: CaseStateChanged) -> bool:
    """Whether the state that a case came to ends a plan or a round."""
    return event.to_state in _END_OF_PLAN or event.to_state in _END_OF_ROUND


def owes(event: PartyAdded) -> bool:
    """Whether a party of a case owes the debt as its borrower does: a guarantor does not speak for the borrower."""
    return event.role == "joint_debtor"


class Rounds:
    """Follows the cases of intake. Each method is called inside the consumer's transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def triaged(self, uow: UnitOfWork, event: CaseTriaged) -> None:
        """Copy what plans needs of a case, and expect its first round."""
        case = PlanCase(
            case_id=event.case_id,
            borrower_id=event.borrower_id,
            account_ref=event.account_ref,
            pack=event.pack,
            product=event.product,
            currency=event.balance.currency,
            days_past_due=event.days_past_due,
            language=event.language,
            round=event.round,
        )
        if not await repository.open_case(uow.session, case, uow.now()):
            await repository.update_case(uow.session, event.case_id, event.days_past_due, event.product, event.pack)

    async def assigned(self, uow: UnitOfWork, event: CaseAssigned) -> None:
        """Somebody answers for the case; other agents do not see it then."""
        await assign(uow.session, event.case_id, event.assignee)

    async def debtor_added(self, uow: UnitOfWork, event: PartyAdded) -> None:
        """Somebody owes the debt together with the borrower, and may answer for themselves."""
        await add_debtor(uow.session, event.case_id, event.party_id)

    async def requested(self, uow: UnitOfWork, event: ReliefRequested) -> None:
        """The borrower's request is recorded: somebody takes the statement of means."""
        _, negotiation = await lock(uow, event.case_id)
        if negotiation.round != event.round or negotiation.phase not in (Phase.WAITING, Phase.MEANS):
            await uow.audit(
                "relief_request.noted",
                f"negotiation/{event.case_id}/{event.round}",
                case_id=event.case_id,
                detail={"phase": str(negotiation.phase), "request_id": str(event.request_id)},
            )
            return
        await repository.ask(uow.session, negotiation, event.request_id, event.request_type)
        await ask_for_means(uow, negotiation, self._context.policies.clocks(self._context.day(uow.now())))

    async def reopened(self, uow: UnitOfWork, event: NegotiationReopened) -> None:
        """A further round begins; the plan that broke is no longer in force."""
        case, negotiation = await lock(uow, event.case_id)
        if event.round <= case.round:
            await uow.audit("round.known", f"negotiation/{event.case_id}/{event.round}", case_id=event.case_id)
            return
        await self._close_plan(uow, event.case_id, PlanState.BROKEN)
        if negotiation.outcome is None:
            await self._stop(uow, negotiation, EndReason.REOPENED)
        await repository.open_round(uow.session, event.case_id, event.round, uow.now())

    async def state_changed(self, uow: UnitOfWork, event: CaseStateChanged) -> None:
        """The plan in force broke or was completed, or the arrears are gone without one."""
        if event.to_state in _END_OF_PLAN:
            await lock(uow, event.case_id)
            await self._close_plan(uow, event.case_id, _END_OF_PLAN[event.to_state])
        elif event.to_state in _END_OF_ROUND:
            _, negotiation = await lock(uow, event.case_id)
            if negotiation.outcome is None:
                await self._stop(uow, negotiation, _END_OF_ROUND[event.to_state])

    async def closed(self, uow: UnitOfWork, event: CaseClosed) -> None:
        """Nothing of the case waits for anybody any more."""
        found = await repository.lock_case(uow.session, event.case_id, EVERYTHING)
        if found is None:
            # Closed before it was triaged: plans never had anything of it.
            await uow.audit("case.never_known", f"case/{event.case_id}", case_id=event.case_id)
            return
        _, negotiation = found
        await repository.close_case(uow.session, event.case_id, event.closed_at)
        await self._close_plan(uow, event.case_id, PlanState.STOPPED)
        if negotiation.outcome is None:
            await self._stop(uow, negotiation, EndReason.CASE_CLOSED)
        else:
            await uow.close_tasks(event.case_id, CASE_CLOSED)
            await uow.release_all(event.case_id)
            await self._watch(uow, negotiation)

    async def _close_plan(self, uow: UnitOfWork, case_id: UUID, state: PlanState) -> None:
        for plan in await plans.in_states(uow.session, case_id, (PlanState.ACTIVE,)):
            await move_plan(uow, plan, state)

    async def _watch(self, uow: UnitOfWork, negotiation: Negotiation) -> None:
        hours = self._context.policies.clocks(self._context.day(uow.now())).hours_to_activate
        await watch_the_core(uow, negotiation, uow.now() + timedelta(hours=hours))

    async def _stop(self, uow: UnitOfWork, negotiation: Negotiation, reason: EndReason) -> None:
        await withdraw_plans(uow, negotiation.case_id)
        await end(uow, negotiation, Outcome.STOPPED, reason)
        await self._watch(uow, negotiation)
        await nudge(uow, negotiation)
