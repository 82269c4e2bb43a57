"""Deciding the regulatory marks of a version with its approval, under the packs of its case on that day."""

from collections.abc import Iterable
from datetime import date
from typing import get_args

from pydantic import TypeAdapter

from services.common.contracts.events.plans import FlagStanding, PlanFlag
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.flags.codes import FlagCode
from services.plans.domain.flags.forbearance import PastDue, in_probation_after_default
from services.plans.domain.flags.marks import Mark, MarkFacts, MarkRules, marks
from services.plans.domain.reliefs.facts import AccountFacts
from services.plans.models import Plan, PlanCase, RegulatoryFlag
from services.plans.policies import Policies
from services.plans.repository import flags
from services.plans.service.approval.signatures import asked_of
from services.plans.service.context import Context
from services.plans.service.stored import terms_of


async def decide_flags(context: Context, uow: UnitOfWork, case: PlanCase, plan: Plan) -> list[RegulatoryFlag]:
    """Keep the marks of a version that is approved now."""
    now = uow.now()
    day = context.day(now)
    earlier = await flags.in_force_before(uow.session, plan.account_ref, FlagCode.EU_FORBORNE, now)
    facts = mark_facts(case, plan, day, earlier)
    versions = context.policies.versions(day, case.pack)["packs"]
    rows = [
        RegulatoryFlag(
            plan_id=plan.plan_id,
            version=plan.version,
            code=mark.code,
            decided=mark.decided,
            rules=list(mark.rules),
            pack_versions=versions,
            reason=mark.reason,
            value=mark.value,
            starts_on=mark.starts_on,
            earliest_end=mark.earliest_end,
            decided_at=now,
        )
        for mark in marks_of(context.policies, facts, case.pack)
    ]
    await flags.add(uow.session, rows)
    return rows


_ACCOUNT = TypeAdapter(AccountFacts)


def marks_of(policies: Policies, facts: MarkFacts, pack: str) -> tuple[Mark, ...]:
    """The marks under the packs of a case on the day of the facts."""
    return marks(facts, MarkRules(policies.numbers(facts.day, pack)))


def mark_facts(case: PlanCase, plan: Plan, day: date, forborne_before: Iterable[RegulatoryFlag]) -> MarkFacts:
    """What the marks of a version depend on, as it was submitted; `forborne_before` are those of earlier plans."""
    terms = terms_of(plan)
    return MarkFacts(
        day=day,
        relief=ReliefType(plan.relief_type),
        product=case.product,
        days_past_due=asked_of(plan).circumstances.days_past_due,
        restructured=terms.restructured,
        repeat=terms.repeat,
        npv_loss_percent=terms.comparison.diminished_percent,
        first_due=terms.first_due_date,
        in_probation=any(in_probation_after_default(one.value, one.earliest_end, day) for one in forborne_before),
        past_due=_past_due(plan),
    )


def _past_due(plan: Plan) -> PastDue | None:
    """What was past due when the version was drafted; versions from before say nothing of it."""
    stored = terms_of(plan).computed_from
    if stored is None:
        return None
    account = _ACCOUNT.validate_python(stored["situation"]["account"])
    return PastDue(account.arrears_due_now, account.claim)


def told(rows: Iterable[RegulatoryFlag]) -> tuple[PlanFlag, ...]:
    """The marks as others hear of them; a percentage stays here."""
    return tuple(
        PlanFlag.model_validate(
            {
                "code": str(row.code),
                "decided": row.decided,
                "rules": tuple(row.rules),
                "standing": row.value if row.value in get_args(FlagStanding) else None,
                "starts_on": row.starts_on,
                "earliest_end": row.earliest_end,
            }
        )
        for row in rows
    )
