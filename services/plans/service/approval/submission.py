"""Submitting a version: its content is frozen under a hash, and people with enough authority are asked."""

from datetime import date, timedelta
from uuid import UUID

from services.common.contracts.events.plans import PlanReturned, PlanSubmitted
from services.common.kernel.errors import Conflict, Refused
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.approval_rules import evidence_suffices
from services.plans.domain.catalogue import ReliefType
from services.plans.models import Approval, Plan, PlanCase
from services.plans.refusals import AlreadyDecided, NotTheProposer
from services.plans.repository import plans
from services.plans.schemas.decisions import ApprovalAsk, CircumstancesRecord, ConcessionRecord
from services.plans.service.approval.judging import ask_of
from services.plans.service.approval.signatures import (
    attempt_of,
    close_approval,
    involved,
    oblige_approval,
    people_of,
    seek_signatures,
    unsigned,
)
from services.plans.service.asking import ask_for_draft, version_ref
from services.plans.service.context import NEGOTIATORS, Context
from services.plans.service.evidence.checklists import Checklists
from services.plans.service.flow import lock_plan, move_plan, require_phase
from services.plans.service.hands import require_negotiates
from services.plans.service.means.facts import concession_of
from services.plans.service.negotiation.offering import require_contents
from services.plans.service.reading import plan_view
from services.plans.service.stored import lines_of, proposal_hash, round_facts, terms_of
from services.plans.service.terms.basis import require_basis, require_same_basis
from services.plans.service.terms.drafting import SUBMISSION
from services.plans.vocabulary import Decision, Phase, PlanState


class SubmitPlans:
    """Puts the newest version before those who decide, and takes it back."""

    def __init__(self, context: Context, checklists: Checklists) -> None:
        self._context = context
        self._checklists = checklists

    async def submit(self, caller: Caller, plan_id: UUID) -> Answer:
        """Freeze and submit. StaleVersion, WrongPhase, Conflict, BasisLost, BasisChanged, Refused (evidence,
        contents of the agreement)."""
        caller.require_any(NEGOTIATORS)
        async with self._context.database.write(caller) as uow:
            case, negotiation, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            caller.require_version(plan.revision)
            require_phase(negotiation, Phase.DRAFT)
            await require_negotiates(uow, case.case_id)
            if plan.state != PlanState.DRAFTED:
                raise Conflict(f"version {plan.version} is {plan.state}")
            now = uow.now()
            day = self._context.day(now)
            statement, checklist = await round_facts(uow, negotiation)
            items, standing = await self._checklists.standing(uow, checklist, statement, day)
            await require_basis(uow, plan)
            require_contents(self._context, case, plan, now)
            if not evidence_suffices(standing, day):
                raise Refused(
                    "the evidence has expired: it is handed in and reviewed anew before the plan is submitted",
                    rules=["APR-04"],
                )
            lines = lines_of(await plans.schedule(uow.session, plan_id, plan.version), plan.currency)
            people = await people_of(uow, plan)
            await require_same_basis(uow, plan, standing.supporting)
            ask = authority_for(self._context, case, plan, day, people.care, standing.supporting)
            plan.proposal_hash = proposal_hash(plan, lines, standing.supporting)
            plan.submitted_by = caller.person
            plan.submitted_at = now
            plan.needed_level = ask.level
            plan.asked = ask.model_dump(mode="json")
            plan.expires_at = now + timedelta(hours=self._context.policies.matrix(day).approval_hours)
            await move_plan(uow, plan, PlanState.SUBMITTED, negotiation, Phase.APPROVAL)
            await uow.emit(
                PlanSubmitted(
                    case_id=plan.case_id,
                    plan_id=plan_id,
                    version=plan.version,
                    proposal_hash=plan.proposal_hash,
                    needs_level=ask.level,
                    round=plan.round,
                )
            )
            await uow.meet(SUBMISSION, version_ref(plan_id, plan.version))
            hands = involved(plan, items, statement.taken_by) | set(people.related)
            wanted = [one.signature() for one in ask.signatures]
            await seek_signatures(self._context, uow, plan, 1, wanted, hands, people, "plan_submitted")
            await oblige_approval(self._context, uow, negotiation, plan)
            return uow.answer(plan_view(plan, lines, items), etag=plan.revision)

    async def withdraw(self, caller: Caller, plan_id: UUID) -> Answer:
        """Take a version back before it is decided; another one is drafted.

        PreconditionRequired, StaleVersion, NotTheProposer, AlreadyDecided, WrongPhase.
        """
        caller.require_any(NEGOTIATORS)
        async with self._context.database.write(caller) as uow:
            _, negotiation, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            caller.require_version(plan.revision)
            if caller.person not in (plan.proposed_by, plan.submitted_by):
                raise NotTheProposer(f"version {plan.version} was proposed by somebody else")
            if plan.state in (PlanState.OFFERED, PlanState.RETURNED, PlanState.REJECTED):
                raise AlreadyDecided(f"version {plan.version} is {plan.state}")
            require_phase(negotiation, Phase.APPROVAL)
            decided = await plans.decisions(uow.session, plan_id, plan.version)
            open_ = unsigned(self._context, plan, decided, await people_of(uow, plan))
            await close_approval(uow, plan, attempt_of(decided), open_, Decision.WITHDRAWN)
            decided.append(await plans.decide(uow.session, _withdrawal(uow, plan)))
            await move_plan(uow, plan, PlanState.WITHDRAWN, negotiation, Phase.DRAFT)
            await uow.emit(
                PlanReturned(
                    case_id=plan.case_id, plan_id=plan_id, version=plan.version, round=plan.round, withdrawn=True
                )
            )
            clocks = self._context.policies.clocks(self._context.day(uow.now()))
            await ask_for_draft(uow, negotiation, plan.version + 1, "plan_withdrawn", clocks)
            statement, checklist = await round_facts(uow, negotiation)
            items, _ = await self._checklists.standing(uow, checklist, statement, self._context.day(uow.now()))
            lines = lines_of(await plans.schedule(uow.session, plan_id, plan.version), plan.currency)
            return uow.answer(plan_view(plan, lines, items, decided), etag=plan.revision)


def authority_for(
    context: Context, case: PlanCase, plan: Plan, day: date, care: tuple[str, ...], evidence: tuple[str, ...]
) -> ApprovalAsk:
    """Which signatures a version needs on `day`, under the matrix and the packs of its case."""
    terms = terms_of(plan)
    matrix = context.policies.authority.on(day)
    return ask_of(
        ConcessionRecord.model_validate(concession_of(ReliefType(plan.relief_type), terms), from_attributes=True),
        CircumstancesRecord(
            packs=context.policies.pack_names(case.pack, day),
            days_past_due=case.days_past_due,
            care=care,
            restructured=terms.restructured,
            diminished=terms.comparison.diminished_over_threshold,
            repeat=terms.repeat,
        ),
        matrix.value,
        matrix.version,
        evidence,
    )


def _withdrawal(uow: UnitOfWork, plan: Plan) -> Approval:
    return Approval(
        plan_id=plan.plan_id,
        version=plan.version,
        decision=Decision.WITHDRAWN,
        decided_by=uow.caller.person,
        proposed_by=plan.proposed_by,
        proposal_hash=plan.proposal_hash or "",
        needed_level=plan.needed_level or "",
        authority={},
        verdicts=[],
        inputs={"expires_at": plan.expires_at.isoformat() if plan.expires_at else None},
        decided_at=uow.now(),
    )
