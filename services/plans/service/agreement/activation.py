"""Having the core run a signed plan: an intent first, then the command under its key, then what the core made of it."""

from datetime import timedelta
from decimal import Decimal

from services.common.banking.errors import CoreUnavailable
from services.common.banking.port import PLAIN, Arrangement, CoreMethod, CoreRelief, PlanTerms
from services.common.contracts.workflows import RoundInput
from services.common.kernel.errors import Conflict
from services.common.kernel.money import Money
from services.common.runtime.caller import Caller
from services.common.runtime.logging import get_logger
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.reliefs.terms import Method
from services.plans.models import Agreement, Negotiation, Plan, PlanCase
from services.plans.repository import offers, plans
from services.plans.schemas.base import PlanTermsRecord
from services.plans.service.agreement import core_outcome
from services.plans.service.agreement.core_command import DIFFERS, Intent, ask_the_core, ask_what_runs
from services.plans.service.agreement.core_outcome import key_of
from services.plans.service.asking import plan_id_of, version_path, version_ref
from services.plans.service.context import Context
from services.plans.service.flow import CORE_ANSWER, lock
from services.plans.service.stored import terms_of
from services.plans.vocabulary import ActivationState, AgreementState, Phase
from services.plans.workflows.messages import ActivationResult

GIVEN_UP, NEVER_SENT = "given_up", "never_sent"
log = get_logger(__name__)


class ActivatePlans:
    """Activates what was signed in a round; safe to repeat at any point."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def activate(self, caller: Caller, round_: RoundInput) -> ActivationResult:
        """Activate, read back and compare. CoreUnavailable while the core's answer is not known: then call again."""
        intent = await self._intend(caller, round_)
        if intent is None:
            return await self._withdrawn(caller, round_)
        answered = await ask_the_core(self._context.core, intent)
        if answered.unknown:
            await self._unknown(caller, round_, answered.code)
            raise CoreUnavailable("the core has not said whether the plan runs")
        async with self._context.database.write(caller) as uow:
            found = await self._signed(uow, round_)
            if found is not None and answered.schedule is not None:
                return await core_outcome.in_force(self._context, uow, *found, answered.schedule)
            if found is not None:
                return await core_outcome.refused(
                    self._context, uow, *found[:3], answered.code or DIFFERS, runs_otherwise=answered.runs_otherwise
                )
        return await self._withdrawn(caller, round_)

    async def give_up(self, caller: Caller, round_: RoundInput) -> ActivationResult:
        """A person decided that the core shall not be asked again: back to a draft, unless the plan runs there.

        Conflict while the core has a command on which its own second person has not decided: it may put the plan into
        force at any time, so nothing else is agreed until then.
        """
        intent = await self._intended(caller, round_)
        if intent is None:
            return await self._withdrawn(caller, round_, given_up=True)
        answered = await ask_what_runs(self._context.core, intent) if intent.repeated else None
        async with self._context.database.write(caller) as uow:
            found = await self._signed(uow, round_)
            if found is not None and answered is None and await offers.in_doubt_since(uow.session, found[2]):
                raise Conflict("the core has not decided on the command that it was given")
            if found is not None and answered is not None and answered.schedule is not None:
                return await core_outcome.in_force(self._context, uow, *found, answered.schedule)
            if found is not None:
                return await core_outcome.refused(
                    self._context,
                    uow,
                    *found[:3],
                    answered.code or DIFFERS if answered else GIVEN_UP,
                    runs_otherwise=answered is not None and answered.runs_otherwise,
                )
        return await self._withdrawn(caller, round_, given_up=True)

    async def _intended(self, caller: Caller, round_: RoundInput) -> Intent | None:
        """What is signed, as it was or would be asked of the core; `repeated` when it may have been."""
        async with self._context.database.write(caller) as uow:
            found = await self._signed(uow, round_)
            if found is None:
                return None
            plan = found[2]
            listed = await _listed(uow, plan)
            return _intent(plan, listed, repeated=await offers.was_intended(uow.session, plan))

    async def _intend(self, caller: Caller, round_: RoundInput) -> Intent | None:
        async with self._context.database.write(caller) as uow:
            found = await self._signed(uow, round_)
            if found is None:
                return None
            _, _, plan, _ = found
            attempt = await offers.intend(uow.session, plan, key_of(plan), uow.now())
            if attempt == 1:
                await uow.audit("activation.intended", version_path(plan), case_id=plan.case_id)
            return _intent(plan, await _listed(uow, plan), repeated=attempt > 1)

    async def _unknown(self, caller: Caller, round_: RoundInput, code: str | None) -> None:
        async with self._context.database.write(caller) as uow:
            found = await self._signed(uow, round_)
            if found is not None:
                await offers.doubt(uow.session, found[2], code)

    async def _withdrawn(self, caller: Caller, round_: RoundInput, *, given_up: bool = False) -> ActivationResult:
        """Nothing is to be activated. A plan that the core runs all the same, as the case ended after it was asked, is
        kept as such and said aloud: only people at the bank can undo it.

        CoreUnavailable while the core has not decided on the command, and Conflict when it takes too long: a person
        says then whether to wait on.
        """
        async with self._context.database.read() as session:
            plan = await offers.unanswered(session, plan_id_of(round_))
            since = None if plan is None else await offers.in_doubt_since(session, plan)
        if plan is None:
            return ActivationResult(outcome="gone")
        schedule = await self._context.core.read_plan(plan.account_ref, key_of(plan))
        if schedule is None and since is not None and not given_up:
            now = self._context.database.clock.now()
            hours = self._context.policies.clocks(self._context.day(now)).hours_to_activate
            if now >= since + timedelta(hours=hours):
                raise Conflict("the core has not decided in time on a plan that nobody wants any more")
            raise CoreUnavailable("the core has not said whether the plan runs")
        async with self._context.database.write(caller) as uow:
            await lock(uow, round_.case_id)
            if schedule is None:
                code = GIVEN_UP if given_up else NEVER_SENT
                await offers.conclude(
                    uow.session, plan, uow.now(), ActivationState.REFUSED, AgreementState.VOID, code=code
                )
            else:
                await core_outcome.keep_in_force(uow, plan, schedule, AgreementState.VOID)
                await uow.audit("activation.unwanted", version_path(plan), case_id=plan.case_id)
            await uow.meet(CORE_ANSWER, version_ref(plan.plan_id, plan.version))
        if schedule is not None:
            log.error("unwanted_plan_in_force", plan_id=plan.plan_id, case_id=plan.case_id)
        return ActivationResult(outcome="gone")

    async def _signed(
        self, uow: UnitOfWork, round_: RoundInput
    ) -> tuple[PlanCase, Negotiation, Plan, Agreement] | None:
        """What waits for the core in this round, under the lock of the case."""
        case, negotiation = await lock(uow, round_.case_id)
        if negotiation.round != round_.round or negotiation.phase != Phase.ACTIVATION:
            return None
        found = await plans.latest_with_agreement(uow.session, plan_id_of(negotiation))
        if found is None:
            return None
        plan, agreement = found
        return None if agreement is None else (case, negotiation, plan, agreement)


async def _listed(uow: UnitOfWork, plan: Plan) -> tuple[Money, ...]:
    """The amounts that the core is told one by one; none where it computes them."""
    told = terms_of(plan).instruction
    if told is None or told.method is not Method.AS_LISTED:
        return ()
    lines = await plans.schedule(uow.session, plan.plan_id, plan.version)
    return tuple(Money.of(line.amount, plan.currency) for line in lines)


def _arrangement(relief: CoreRelief, terms: PlanTermsRecord, listed: tuple[Money, ...]) -> Arrangement | None:
    """What the core needs beside the claim, instalments and waivers; nothing for reliefs that are made of these."""
    told = terms.instruction
    if relief in PLAIN or told is None or terms.claim is None:
        return None
    return Arrangement(
        method=CoreMethod(told.method.value),
        claim=terms.claim.total,
        principal=told.principal,
        annual_rate=told.annual_rate,
        pause_months=told.pause_months,
        on_top=told.on_top,
        on_top_months=told.on_top_months,
        forgone_interest=told.forgone_interest,
        principal_discount=told.principal_discount,
        parked=told.parked,
        released=told.released,
        review_date=told.review_date,
        amounts=listed,
    )


def _intent(plan: Plan, listed: tuple[Money, ...], *, repeated: bool) -> Intent:
    terms, key, relief = terms_of(plan), key_of(plan), CoreRelief(plan.relief_type)
    arrangement = _arrangement(relief, terms, listed)
    told = terms.instruction if arrangement is not None else None
    highest = terms.highest_payment or terms.payment
    return Intent(
        terms=PlanTerms(
            plan_key=key,
            account_ref=plan.account_ref,
            relief_type=relief,
            first_due_date=told.starts_on if told else terms.first_due_date,
            instalments=told.instalments if told else terms.instalments,
            annual_rate=Decimal(terms.annual_rate),
            waived_interest=told.waived_interest if told else terms.waived_interest,
            waived_fees=told.waived_fees if told else terms.waived_fees,
            arrangement=arrangement,
        ),
        key=key,
        repeated=repeated,
        schedule_hash=plan.schedule_hash,
        # In a deficit there is no share: what was agreed is a token.
        own_share=terms.own_share if terms.own_share.is_positive else highest,
        first=terms.payment,
        last=terms.last_payment,
    )
