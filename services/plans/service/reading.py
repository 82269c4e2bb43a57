"""How versions of plans are shown."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.evidence import EvidenceItem, EvidenceState
from services.plans.models import Plan, RegulatoryFlag
from services.plans.repository import evidence as evidence_repository
from services.plans.repository import flags as flag_repository
from services.plans.repository import plans
from services.plans.repository.plans import DecisionRow
from services.plans.schemas.base import Line
from services.plans.schemas.decisions import ApprovalAsk
from services.plans.schemas.plans import DecisionView, FlagView, PlanSummary, PlanView, RuleView, SignatureView
from services.plans.service.stored import lines_of, terms_of


async def read_plan(session: AsyncSession, plan: Plan) -> PlanView:
    """One version as it is stored."""
    items = await evidence_repository.items_for(session, plan.case_id, plan.checklist_id)
    decided = await plans.decisions(session, plan.plan_id, plan.version)
    lines = lines_of(await plans.schedule(session, plan.plan_id, plan.version), plan.currency)
    flags = await flag_repository.of_version(session, plan.plan_id, plan.version)
    return plan_view(plan, lines, items, decided, flags)


def plan_view(
    plan: Plan,
    lines: list[Line],
    items: Iterable[EvidenceItem],
    decided: Sequence[DecisionRow] = (),
    flags: Iterable[RegulatoryFlag] = (),
) -> PlanView:
    """One version with its schedule, its evidence and what was decided on it."""
    terms = terms_of(plan)
    return PlanView(
        plan_id=plan.plan_id,
        version=plan.version,
        case_id=plan.case_id,
        round=plan.round,
        state=str(plan.state),
        relief_type=ReliefType(plan.relief_type),
        instalments=terms.instalments,
        first_due_date=terms.first_due_date,
        end_date=terms.end_date,
        payment=terms.payment,
        total=Money.of(plan.total, plan.currency),
        waived_interest=terms.waived_interest,
        waived_fees=terms.waived_fees,
        comparison=terms.comparison,
        schedule=lines,
        schedule_hash=plan.schedule_hash,
        evidence=[UUID(item.evidence_id) for item in items if item.state is EvidenceState.VERIFIED],
        answers_objection=plan.answers_objection,
        proposed_by=plan.proposed_by,
        drafted_at=plan.drafted_at,
        submitted_at=plan.submitted_at,
        proposal_hash=plan.proposal_hash,
        needed_level=plan.needed_level,
        expires_at=plan.expires_at,
        signatures=signatures_of(plan, decided),
        flags=flag_views(flags),
        decisions=[
            DecisionView(
                decision=str(row.decision),
                decided_by=row.decided_by,
                on_behalf_of=row.on_behalf_of,
                part=row.part,
                needed_level=row.needed_level,
                comment=row.reasons,
                decided_at=row.decided_at,
                verdicts=[RuleView.model_validate(verdict) for verdict in row.verdicts],
            )
            for row in decided
        ],
    )


def signatures_of(plan: Plan, decided: Iterable[DecisionRow]) -> list[SignatureView]:
    """The signatures that a submitted version needs; one that the care of a later day asked for is there once given."""
    if plan.asked is None:
        return []
    given = {row.part: row for row in decided if row.part is not None}
    asked = [
        SignatureView(
            part=one.part,
            authority=(plan.needed_level or one.authority) if one.signature().of_the_line else one.authority,
            reasons=list(one.reasons),
            given_by=given[one.part].decided_by if one.part in given else None,
        )
        for one in ApprovalAsk.model_validate(plan.asked).signatures
    ]
    named = {one.part for one in asked}
    more = [
        SignatureView(part=part, authority=part, reasons=[], given_by=row.decided_by)
        for part, row in given.items()
        if part not in named
    ]
    return asked + more


def flag_views(rows: Iterable[RegulatoryFlag]) -> list[FlagView]:
    """Regulatory marks as they are shown."""
    return [FlagView.model_validate({k: v for k, v in dict(row).items() if k in FlagView.model_fields}) for row in rows]


def plan_summary(plan: Plan) -> PlanSummary:
    """One version in a list."""
    terms = terms_of(plan)
    return PlanSummary(
        plan_id=plan.plan_id,
        version=plan.version,
        round=plan.round,
        state=str(plan.state),
        relief_type=ReliefType(plan.relief_type),
        payment=terms.payment,
        instalments=terms.instalments,
        total=Money.of(plan.total, plan.currency),
        proposed_by=plan.proposed_by,
        drafted_at=plan.drafted_at,
    )
