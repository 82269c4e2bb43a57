"""The history of a plan: every version, who made it, what it answers, and how it differs from the one before."""

from collections.abc import Iterator
from itertools import pairwise
from uuid import UUID

from services.common.kernel.money import Money
from services.common.runtime.caller import Caller
from services.plans.errors import UnknownPlan
from services.plans.models import Plan
from services.plans.repository import offers, plans
from services.plans.schemas.agreements import FieldChange, ObjectionList, VersionList, VersionView
from services.plans.service.agreement.showing import objection_view
from services.plans.service.context import READERS, Context
from services.plans.service.roles_shown import version_for
from services.plans.service.stored import terms_of


class Versions:
    """Shows how a plan came to be what it is."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def of_plan(self, caller: Caller, plan_id: UUID) -> VersionList:
        """All versions, oldest first; nothing of one is ever changed, another takes its place. UnknownPlan."""
        caller.require_any(READERS)
        async with self._context.database.read() as session:
            if await plans.latest(session, plan_id, self._context.seen_by(caller)) is None:
                raise UnknownPlan("there is no plan of this id")
            found = await plans.versions(session, plan_id)
        changes = [[], *(list(differences(before, after)) for before, after in pairwise(found))]
        return VersionList(
            plan_id=plan_id,
            items=[version_for(caller, _version(plan, changed)) for plan, changed in zip(found, changes, strict=True)],
        )

    async def objections(self, caller: Caller, plan_id: UUID) -> ObjectionList:
        """All objections with their answers, oldest first. UnknownPlan."""
        caller.require_any(READERS)
        seen = self._context.seen_by(caller)
        async with self._context.database.read() as session:
            plan = await plans.latest(session, plan_id, seen)
            if plan is None:
                raise UnknownPlan("there is no plan of this id")
            found = await offers.objections_seen(session, plan_id, seen)
        return ObjectionList(plan_id=plan_id, items=[objection_view(one, plan.currency) for one in found])


def differences(before: Plan, after: Plan) -> Iterator[FieldChange]:
    """The fields of the terms in which two versions differ, as people read them."""
    earlier, later = _shown(before), _shown(after)
    for field, value in later.items():
        if earlier[field] != value:
            yield FieldChange(field=field, before=earlier[field], after=value)


def _shown(plan: Plan) -> dict[str, str]:
    terms = terms_of(plan)
    return {
        "relief_type": str(plan.relief_type),
        "payment": str(terms.payment),
        "last_payment": str(terms.last_payment),
        "instalments": str(terms.instalments),
        "first_due_date": terms.first_due_date.isoformat(),
        "end_date": terms.end_date.isoformat(),
        "total": str(Money.of(plan.total, plan.currency)),
        "annual_rate": f"{terms.annual_rate:f}",
        "waived_interest": str(terms.waived_interest),
        "waived_fees": str(terms.waived_fees),
        "deferral_months": str(terms.deferral_months),
    }


def _version(plan: Plan, changes: list[FieldChange]) -> VersionView:
    return VersionView(
        version=plan.version,
        state=str(plan.state),
        relief_type=str(plan.relief_type),
        proposed_by=plan.proposed_by,
        drafted_at=plan.drafted_at,
        submitted_at=plan.submitted_at,
        expires_at=plan.expires_at,
        answers_objection=plan.answers_objection,
        changes=changes,
    )
