"""Reading back what a round has stored, and binding a version of a plan by its hash."""

from collections.abc import Iterable, Sequence

from services.common.kernel.canonical import fingerprint
from services.common.kernel.money import Money
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.errors import WrongPhase
from services.plans.models import Checklist, Negotiation, Plan, StatementOfMeansRow
from services.plans.repository import cases
from services.plans.repository.plans import ScheduleRow
from services.plans.schemas.base import Line, PlanTermsRecord


async def round_facts(uow: UnitOfWork, negotiation: Negotiation) -> tuple[StatementOfMeansRow, Checklist]:
    """The statement of means and the checklist of a round. WrongPhase before there are any."""
    found = await cases.round_facts(uow.session, negotiation.case_id, negotiation.round)
    if found is None:
        raise WrongPhase("the means of this round have not been assessed", phase=str(negotiation.phase))
    return found


def terms_of(plan: Plan) -> PlanTermsRecord:
    """The stored terms of a version."""
    return PlanTermsRecord.model_validate(plan.terms)


def lines_of(schedule: Iterable[ScheduleRow], currency: str) -> list[Line]:
    """A stored schedule with its money."""
    return [Line(number=row.number, due_date=row.due_date, amount=Money.of(row.amount, currency)) for row in schedule]


def proposal_hash(plan: Plan, lines: Sequence[Line], evidence_ids: Sequence[str]) -> str:
    """What an approver binds: identity, terms, schedule, assessment and evidence of a version, as they are stored."""
    return fingerprint(
        {
            "plan_id": plan.plan_id,
            "version": plan.version,
            "case_id": plan.case_id,
            "round": plan.round,
            "account_ref": plan.account_ref,
            "relief_type": plan.relief_type,
            "terms": plan.terms,
            "total": Money.of(plan.total, plan.currency),
            "schedule": [[line.number, line.due_date, line.amount] for line in lines],
            "assessment_id": plan.assessment_id,
            "checklist_id": plan.checklist_id,
            "evidence": sorted(evidence_ids),
            "proposed_by": plan.proposed_by,
        }
    )
