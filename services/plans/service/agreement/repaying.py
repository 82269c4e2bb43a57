"""What a plan in force repays, as follow-up is told: parts of the claim, and what the plan costs in each payment."""

from collections.abc import Sequence
from datetime import timedelta

from services.common.contracts.events.plans import PlanDebt, ScheduledInstalment
from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.debt import Parts, costs, repaid
from services.plans.models import Plan, PlanCase
from services.plans.schemas.base import Line
from services.plans.service.approval.signatures import asked_of
from services.plans.service.stored import terms_of

UP_TO_DATE = frozenset({ReliefType.REAGE, ReliefType.CAPITALISE})
"""The reliefs after which nothing of the account is past due."""


def debt_of(case: PlanCase, plan: Plan) -> PlanDebt | None:
    """The parts of the claim that a plan repays; None of a version that was drafted without its claim."""
    parts = _parts(plan)
    if parts is None:
        return None
    late = asked_of(plan).circumstances.days_past_due if plan.relief_type not in UP_TO_DATE else 0
    return PlanDebt(
        product=case.product,
        principal=parts.principal,
        interest=parts.interest,
        fees=parts.fees,
        late_since=terms_of(plan).account_as_of - timedelta(days=late) if late else None,
    )


def schedule_of(plan: Plan, lines: Sequence[Line]) -> tuple[ScheduledInstalment, ...]:
    """The schedule with what the plan itself costs in each payment, as far as that is known."""
    parts, told = _parts(plan), terms_of(plan).instruction
    found: Sequence[Money | None] = [None] * len(lines)
    if parts is not None and told is not None:
        found = costs([line.amount for line in lines], Money.of(plan.total, plan.currency) - parts.total, told)
    return tuple(
        ScheduledInstalment(number=line.number, due_date=line.due_date, amount=line.amount, interest=interest)
        for line, interest in zip(lines, found, strict=True)
    )


def concession_of(plan: Plan) -> dict[str, Money]:
    """What a plan concedes, and how its highest payment compares with what is affordable, as far as it is known."""
    terms, told = terms_of(plan), terms_of(plan).instruction
    found = {"affordable": terms.own_share, "highest_payment": terms.highest_payment or terms.payment}
    if told is None:
        return found
    waived = told.waived_interest + told.waived_fees + told.principal_discount + told.forgone_interest + told.released
    before, after = terms.comparison.npv_before, terms.comparison.npv_after
    loss = before - after if before is not None and after is not None else waived
    return found | {"conceded": waived.at_least(loss)}


def _parts(plan: Plan) -> Parts | None:
    terms = terms_of(plan)
    if terms.claim is None or terms.instruction is None:
        return None
    claim = Parts(terms.claim.principal, terms.claim.interest, terms.claim.fees)
    capitalises = plan.relief_type == ReliefType.CAPITALISE
    return repaid(claim, terms.instruction, Money.of(plan.total, plan.currency), capitalises=capitalises)
