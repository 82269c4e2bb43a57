"""Deciding on a submitted version: the approval guard on facts read under the lock, and what follows."""

from dataclasses import asdict, dataclass
from uuid import UUID

from services.common.contracts.events.plans import PlanRejected, PlanReturned
from services.common.kernel.errors import Conflict, Refused
from services.common.kernel.rule import RuleVerdict, verdict
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.affordability import AffordabilityResult
from services.plans.domain.approval import Approver, Proposal, approver_is_not_proposer, may_approve
from services.plans.domain.authority import Level, level_of
from services.plans.domain.evidence import EvidenceItem, EvidenceStanding
from services.plans.models import Approval, Negotiation, Plan, StatementOfMeansRow
from services.plans.repository import plans
from services.plans.repository.plans import DecisionRow
from services.plans.schemas.plans import Decide
from services.plans.service.asking import APPROVE, approval_ref, ask_for_draft, version_ref
from services.plans.service.checklists import Checklists
from services.plans.service.context import Context
from services.plans.service.facts import own_share_of
from services.plans.service.flow import end, lock_plan, move_plan, nudge, require_phase
from services.plans.service.holds import require_no_hold
from services.plans.service.offering import issue_offer
from services.plans.service.reading import plan_view
from services.plans.service.stored import lines_of, proposal_hash, round_facts, terms_of
from services.plans.service.submission import APPROVAL
from services.plans.vocabulary import Decision, EndReason, Outcome, Phase, PlanState

# Returning or rejecting needs the right person and the right version; it does not need a plan worth approving.
_ONLY_TO_APPROVE = frozenset({"APR-04", "APR-05"})


@dataclass(frozen=True, slots=True)
class Judged:
    """What a version is judged by as it stands: the hash of its content, its documents and how they stand."""

    content: str
    items: tuple[EvidenceItem, ...]
    standing: EvidenceStanding


class DecideOnPlans:
    """Approves, returns or rejects the newest version."""

    def __init__(self, context: Context, checklists: Checklists) -> None:
        self._context = context
        self._checklists = checklists

    async def decide(self, caller: Caller, plan_id: UUID, body: Decide) -> Answer:
        """Decide. PreconditionRequired, StaleVersion, WrongPhase, Conflict, HoldInForce, Refused (rules)."""
        async with self._context.database.write(caller) as uow:
            case, negotiation, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            caller.require_version(plan.revision)
            require_phase(negotiation, Phase.APPROVAL)
            if plan.state != PlanState.SUBMITTED:
                raise Conflict(f"version {plan.version} is {plan.state}")
            if body.decision == "approve":
                await require_no_hold(uow, case)
            statement, checklist = await round_facts(uow, negotiation)
            day = self._context.day(uow.now())
            items, standing = await self._checklists.standing(uow, checklist, statement, day)
            lines = lines_of(await plans.schedule(uow.session, plan_id, plan.version), plan.currency)
            # What is approved is computed from the rows as they are now, so that an edit after the submission shows. A
            # plan that changed by itself, because its evidence ran out, is returned or rejected as it was submitted.
            content = plan.proposal_hash or ""
            if body.decision == "approve":
                content = proposal_hash(plan, lines, standing.supporting)
            verdicts = self._ask_the_guard(uow, plan, statement, body, Judged(content, items, standing))
            failed = [v for v in verdicts if not v.passed]
            if body.decision != "approve":
                failed = [v for v in failed if v.rule not in _ONLY_TO_APPROVE]
            if failed:
                raise Refused("; ".join(v.reason for v in failed), rules=[v.rule for v in failed])
            decided = await self._record(uow, plan, statement, body, verdicts)
            await uow.close_task(APPROVE, approval_ref(plan, len(decided)), body.decision)
            await uow.meet(APPROVAL, version_ref(plan_id, plan.version))
            if body.decision == "approve":
                await issue_offer(self._context, uow, case, negotiation, plan, lines)
            elif body.decision == "return":
                await self._return(uow, negotiation, plan)
            else:
                await self._reject(uow, negotiation, plan)
            return uow.answer(plan_view(plan, lines, items, decided), etag=plan.revision)

    def _ask_the_guard(
        self, uow: UnitOfWork, plan: Plan, statement: StatementOfMeansRow, body: Decide, judged: Judged
    ) -> tuple[RuleVerdict, ...]:
        if plan.needed_level is None or plan.expires_at is None:
            raise RuntimeError("a submitted version has a level and an expiry")
        now = uow.now()
        day = self._context.day(now)
        who = uow.caller.subject
        affordable = terms_of(plan).payment <= own_share_of(statement)
        proposal = Proposal(
            proposed_by=plan.proposed_by,
            proposal_hash=judged.content,
            needed=Level.from_code(plan.needed_level),
            expires_at=plan.expires_at,
            affordability=AffordabilityResult.AFFORDABLE if affordable else AffordabilityResult.UNAFFORDABLE,
            evidence=judged.items,
            standing=judged.standing,
        )
        level = level_of(uow.caller.roles, self._context.policies.matrix(day))
        asked = may_approve(proposal, Approver(who, level, body.proposal_hash), now, day).verdicts
        others = {statement.taken_by: "took the statement of means", plan.submitted_by or "": "submitted the plan"}
        return asked + tuple(
            verdict(approver_is_not_proposer, approver_is_not_proposer(who, person), f"who decides {did}")
            for person, did in others.items()
            if person == who and person != plan.proposed_by
        )

    async def _record(
        self,
        uow: UnitOfWork,
        plan: Plan,
        statement: StatementOfMeansRow,
        body: Decide,
        verdicts: tuple[RuleVerdict, ...],
    ) -> list[DecisionRow]:
        now = uow.now()
        matrix = self._context.policies.authority.on(self._context.day(now))
        level = level_of(uow.caller.roles, matrix.value)
        return await plans.decide(
            uow.session,
            Approval(
                plan_id=plan.plan_id,
                version=plan.version,
                decision=Decision(body.decision),
                decided_by=uow.caller.subject,
                proposed_by=plan.proposed_by,
                proposal_hash=body.proposal_hash,
                needed_level=plan.needed_level or "",
                authority={
                    "roles": sorted(uow.caller.roles),
                    "level": level.code if level is not None else None,
                    "policy": matrix.version,
                },
                verdicts=[asdict(v) for v in verdicts],
                inputs={
                    "payment": str(terms_of(plan).payment),
                    "own_share": str(own_share_of(statement)),
                    "assessment_id": str(plan.assessment_id),
                    "checklist_id": str(plan.checklist_id),
                    "day": self._context.day(now).isoformat(),
                },
                reasons=body.reasons,
                decided_at=now,
            ),
        )

    async def _return(self, uow: UnitOfWork, negotiation: Negotiation, plan: Plan) -> None:
        await move_plan(uow, plan, PlanState.RETURNED, negotiation, Phase.DRAFT)
        await uow.emit(PlanReturned(case_id=plan.case_id, plan_id=plan.plan_id, version=plan.version, round=plan.round))
        clocks = self._context.policies.clocks(self._context.day(uow.now()))
        await ask_for_draft(uow, negotiation, plan.version + 1, "plan_returned", clocks)

    async def _reject(self, uow: UnitOfWork, negotiation: Negotiation, plan: Plan) -> None:
        await move_plan(uow, plan, PlanState.REJECTED)
        await uow.emit(PlanRejected(case_id=plan.case_id, plan_id=plan.plan_id, version=plan.version, round=plan.round))
        await end(uow, negotiation, Outcome.NO_AGREEMENT, EndReason.PLAN_REJECTED)
        await nudge(uow, negotiation)
