"""Taking the statement of means: what the borrower can pay, and which evidence the reason asks for."""

from datetime import date, timedelta
from uuid import UUID

from services.common.banking.port import AccountSnapshot
from services.common.contracts.events.evidence import AssessmentCompleted
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.plans.domain.affordability import Affordability, AffordabilityResult
from services.plans.domain.means import assess
from services.plans.errors import UnknownCase, WrongPhase
from services.plans.models import PlanCase, StatementOfMeansRow
from services.plans.repository import cases
from services.plans.repository.rows import put
from services.plans.schemas.means import AssessmentView, TakeStatement
from services.plans.service.asking import MEANS, ask_for_refusal
from services.plans.service.context import NEGOTIATORS, Context
from services.plans.service.evidence.checklists import Checklists
from services.plans.service.flow import lock, require_phase
from services.plans.service.hands import require_negotiates
from services.plans.service.means.bearing import any_plan_fits
from services.plans.service.means.debt_advice import debt_advice, refer_to_debt_advice
from services.plans.service.means.facts import borrower_facts
from services.plans.service.means.stated import judged, require_lines, stated_means, to_explain
from services.plans.vocabulary import Phase


class TakeMeans:
    """Judges a statement of means and asks for evidence, once, or for a person when no plan can be paid."""

    def __init__(self, context: Context, checklists: Checklists) -> None:
        self._context = context
        self._checklists = checklists

    async def take(self, caller: Caller, case_id: UUID, body: TakeStatement) -> Answer:
        """Judge the statement of the present round. WrongPhase; InvalidInput; CoreUnavailable.

        Where no relief that lasts could be affordable even with everything waived, smaller payments for a time are what
        is left, in a deficit a token; the borrower is referred to debt advice. When not even these fit, a person
        decides: no machine alone refuses.
        """
        caller.require_any(NEGOTIATORS)
        seen = self._context.seen_by(caller)
        policies = self._context.policies
        async with self._context.database.read() as session:
            account_ref = await cases.account_of(session, case_id, seen)
        if account_ref is None:
            raise UnknownCase("plans does not know this case yet")
        snapshot = await self._context.core.get_account(account_ref)
        async with self._context.database.write(caller) as uow:
            case, negotiation = await lock(uow, case_id, seen)
            require_phase(negotiation, Phase.MEANS)
            present = await cases.present(uow.session, case_id, seen)
            if present is not None and present[1] is not None:
                raise WrongPhase("the means of this round are assessed; somebody decides on them")
            await require_negotiates(uow, case_id)
            now = uow.now()
            day = self._context.day(now)
            form = policies.means_form(day, case.pack)
            require_lines(form, body)
            terms = policies.affordability_terms(day, case.pack, case.currency)
            assessed = assess(stated_means(case.currency, body), terms.value)
            found = assessed.lean
            reason_terms = policies.evidence.on(day).value.checklist(body.hardship_reason)
            result, goes_on = self._what_fits(found, body, case, snapshot, day)
            advised = result is AffordabilityResult.DEFICIT or (goes_on and result is AffordabilityResult.UNAFFORDABLE)
            row = await put(
                uow.session,
                StatementOfMeansRow(
                    assessment_id=business_uuid("assessment", str(case_id), str(negotiation.round)),
                    case_id=case_id,
                    borrower_id=case.borrower_id,
                    round=negotiation.round,
                    currency=case.currency,
                    items=body.model_dump_json(exclude={"hardship_reason", "willing_to_pay"}),
                    hardship_reason=body.hardship_reason,
                    willing=body.willing_to_pay,
                    result=result,
                    surplus=found.surplus.amount,
                    usable=found.usable.amount,
                    own_share=found.own_share.amount,
                    policy_version=terms.version,
                    taken_by=caller.person,
                    taken_at=now,
                    advised_at=now if advised else None,
                ),
            )
            await uow.audit(
                "means.assessed",
                f"assessment/{row.assessment_id}",
                case_id=case_id,
                after={"result": str(result), "own_share": str(found.own_share)},
                detail={"policy": terms.version},
            )
            await uow.close_task(MEANS, f"{case_id}/{negotiation.round}", str(result))
            round_, items = negotiation.round, 0
            if advised:
                await refer_to_debt_advice(uow, row)
            await uow.emit(
                AssessmentCompleted(case_id=case_id, assessment_id=row.assessment_id, round=round_, result=result.value)
            )
            if goes_on:
                due = now + timedelta(days=policies.evidence.on(day).value.days_to_deliver)
                items = await self._checklists.open(uow, negotiation, row, reason_terms, due)
            else:
                await ask_for_refusal(uow, negotiation, caller.person, policies.clocks(day))
            shown = dict(judged(assessed)) | {
                "assessment_id": row.assessment_id,
                "case_id": case_id,
                "round": round_,
                "result": result.value,
                "phase": negotiation.phase.value,
                "to_explain": to_explain(form, body),
                "evidence_items": items,
                "debt_advice": debt_advice() if advised else None,
            }
            return uow.answer(AssessmentView.model_validate(shown), status=201)

    def _what_fits(
        self, found: Affordability, body: TakeStatement, case: PlanCase, snapshot: AccountSnapshot, day: date
    ) -> tuple[AffordabilityResult, bool]:
        """The result, and whether the round goes on: with a plan that lasts, or with smaller payments for a time."""
        policies = self._context.policies
        deficit = found.result is AffordabilityResult.DEFICIT
        borrower = borrower_facts(found.own_share, body.willing_to_pay, snapshot, deficit=deficit)
        catalogue = policies.catalogue(day, case.pack, snapshot.product)
        usual = policies.clocks(day).first_due.usual
        if not deficit and any_plan_fits(snapshot, borrower, catalogue, usual):
            return AffordabilityResult.AFFORDABLE, True
        for_a_time = any_plan_fits(snapshot, borrower, catalogue, usual, for_a_time=True)
        return (AffordabilityResult.DEFICIT if deficit else AffordabilityResult.UNAFFORDABLE), for_a_time
