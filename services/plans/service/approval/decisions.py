"""Deciding on a submitted version: the approval guard on facts read under the lock, and what follows."""

from dataclasses import asdict, dataclass
from uuid import UUID

from services.common.contracts.events.plans import PlanRejected, PlanReturned
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.evidence import EvidenceItem
from services.plans.models import Approval, Negotiation, Plan, PlanCase
from services.plans.refusals import AlreadyDecided, PlanWithdrawn, ProposalSuperseded, refusal
from services.plans.repository import authority, plans
from services.plans.repository.plans import DecisionRow
from services.plans.schemas.base import Line
from services.plans.schemas.decisions import DecisionInputs, GivenRecord
from services.plans.schemas.plans import Decide
from services.plans.service.approval.deputies import lock_plan_as_deputy
from services.plans.service.approval.flagging import decide_flags, told
from services.plans.service.approval.judging import Judgement, evidence_records, judge
from services.plans.service.approval.signatures import (
    asked_of,
    attempt_of,
    close_approval,
    involved,
    people_of,
    seek_signatures,
    signed_by,
)
from services.plans.service.asking import APPROVE, ask_for_draft, part_ref
from services.plans.service.context import Context
from services.plans.service.evidence.checklists import Checklists
from services.plans.service.flow import end, move_plan, nudge, require_phase
from services.plans.service.means.bearing import bearable
from services.plans.service.negotiation.holds import require_no_hold
from services.plans.service.negotiation.offering import issue_offer
from services.plans.service.reading import plan_view
from services.plans.service.stored import lines_of, proposal_hash, round_facts, terms_of
from services.plans.service.terms.basis import require_basis
from services.plans.vocabulary import Decision, EndReason, Outcome, Phase, PlanState

# Returning or rejecting needs the right person and the right version; it does not need a plan worth approving.
_ONLY_TO_APPROVE = frozenset({"APR-04", "APR-05", "APR-10"})
_DECIDED = (PlanState.OFFERED, PlanState.RETURNED, PlanState.REJECTED)


@dataclass(frozen=True, slots=True)
class Matter:
    """What is decided on: the locked rows, the payments, the documents, and what was decided before."""

    case: PlanCase
    negotiation: Negotiation
    plan: Plan
    lines: list[Line]
    items: tuple[EvidenceItem, ...]
    decided: list[DecisionRow]


class DecideOnPlans:
    """Approves, signs, returns or rejects the newest version."""

    def __init__(self, context: Context, checklists: Checklists) -> None:
        self._context = context
        self._checklists = checklists

    async def decide(self, caller: Caller, plan_id: UUID, body: Decide) -> Answer:
        """Decide. PreconditionRequired, StaleVersion, WrongPhase, PlanWithdrawn, AlreadyDecided, BasisLost, Refused
        (rules of approval, each with a problem of its own). Where further signatures are missing, an approval is one
        of them.
        """
        async with self._context.database.write(caller) as uow:
            case, negotiation, plan = await lock_plan_as_deputy(self._context, uow, plan_id)
            caller.require_version(plan.revision)
            _require_open(negotiation, plan)
            if body.decision == "approve":
                await require_no_hold(uow, case)
                await require_basis(uow, plan)
            inputs, matter = await self._inputs(uow, case, negotiation, plan, body)
            matrix = self._context.policies.authority.named(inputs.ask.policy)
            judgement = judge(inputs, matrix.value)
            failed = [v for v in judgement.verdicts if not v.passed]
            if body.decision != "approve":
                failed = [v for v in failed if v.rule not in _ONLY_TO_APPROVE]
            if failed:
                await self._refuse_as_superseded(uow, plan, body)
                raise refusal(failed)
            await self._hold_delegation(uow, judgement)
            decision = Decision(body.decision)
            if decision is Decision.APPROVE and judgement.still_missing:
                decision = Decision.SIGN
            matter.decided.append(await self._record(uow, plan, decision, inputs, judgement, body))
            await self._follow(uow, matter, decision, judgement)
            return uow.answer(plan_view(plan, matter.lines, matter.items, matter.decided), etag=plan.revision)

    async def _inputs(
        self, uow: UnitOfWork, case: PlanCase, negotiation: Negotiation, plan: Plan, body: Decide
    ) -> tuple[DecisionInputs, Matter]:
        if plan.needed_level is None or plan.expires_at is None or plan.submitted_by is None:
            raise RuntimeError("a submitted version has a level, an expiry and a submitter")
        statement, checklist = await round_facts(uow, negotiation)
        now = uow.now()
        day = self._context.day(now)
        items, standing = await self._checklists.standing(uow, checklist, statement, day)
        lines = lines_of(await plans.schedule(uow.session, plan.plan_id, plan.version), plan.currency)
        people = await authority.standing(uow.session, plan.case_id, deputy=uow.caller.subject, at=None)
        decided = await plans.decisions(uow.session, plan.plan_id, plan.version)
        terms = self._checklists.terms(checklist, statement)
        ask = asked_of(plan)
        # What is approved is computed from the rows as they are now, so that an edit after the submission shows. A
        # plan that changed by itself, because its evidence ran out, is returned or rejected as it was submitted.
        content = plan.proposal_hash or ""
        if body.decision == "approve":
            content = proposal_hash(plan, lines, standing.supporting)
        agreed = terms_of(plan)
        catalogue = self._context.policies.catalogue(day, case.pack, case.product)
        inputs = DecisionInputs(
            decision=body.decision,
            at=now,
            day=day,
            person=uow.caller.subject,
            roles=tuple(sorted(uow.caller.roles)),
            delegations=people.delegations,
            related=people.related,
            ask=ask,
            care=people.care,
            needed_level=plan.needed_level,
            given=tuple(_given(row) for row in decided if row.decision == Decision.SIGN),
            proposed_by=plan.proposed_by,
            submitted_by=plan.submitted_by,
            means_by=statement.taken_by,
            seen_hash=body.proposal_hash,
            content_hash=content,
            expires_at=plan.expires_at,
            payment=agreed.highest_payment or agreed.payment,
            own_share=bearable(statement, plan.relief_type, catalogue),
            assessment_id=plan.assessment_id,
            checklist_id=plan.checklist_id,
            evidence_needed=terms.needed,
            evidence=evidence_records(items, terms.accepted),
        )
        return inputs, Matter(case, negotiation, plan, lines, items, decided)

    async def _record(
        self,
        uow: UnitOfWork,
        plan: Plan,
        decision: Decision,
        inputs: DecisionInputs,
        judgement: Judgement,
        body: Decide,
    ) -> DecisionRow:
        found = judgement.signing
        signed = decision in (Decision.SIGN, Decision.APPROVE)
        return await plans.decide(
            uow.session,
            Approval(
                plan_id=plan.plan_id,
                version=plan.version,
                decision=decision,
                decided_by=inputs.person,
                proposed_by=plan.proposed_by,
                proposal_hash=body.proposal_hash,
                needed_level=inputs.needed_level,
                part=found.signature.part if signed and found.signature else None,
                on_behalf_of=found.delegation.from_subject if found.delegation else None,
                authority={
                    "roles": list(inputs.roles),
                    "level": found.held,
                    "policy": inputs.ask.policy,
                    "delegation": found.delegation.delegation_id if found.delegation else None,
                    "appointed_by": found.delegation.given_by if found.delegation else None,
                },
                verdicts=[asdict(v) for v in judgement.verdicts],
                inputs=inputs.model_dump(mode="json"),
                reasons=body.reasons,
                decided_at=inputs.at,
            ),
        )

    async def _follow(self, uow: UnitOfWork, matter: Matter, decision: Decision, judgement: Judgement) -> None:
        plan, attempt = matter.plan, attempt_of(matter.decided)
        if decision is Decision.SIGN and judgement.signing.signature is not None:
            await uow.close_task(APPROVE, part_ref(plan, attempt, judgement.signing.signature.part), decision)
            await move_plan(uow, plan, PlanState.SUBMITTED)
            standing = await people_of(uow, plan)
            hands = involved(plan, matter.items, "") | set(standing.related) | signed_by(matter.decided)
            await seek_signatures(self._context, uow, plan, attempt, judgement.still_missing, hands, standing, "cosign")
            return
        await close_approval(uow, plan, attempt, judgement.missing, decision)
        if decision is Decision.APPROVE:
            flags = await decide_flags(self._context, uow, matter.case, plan)
            await issue_offer(self._context, uow, matter.case, matter.negotiation, plan, matter.lines, told(flags))
        elif decision is Decision.RETURN:
            await self._return(uow, matter.negotiation, plan)
        else:
            await self._reject(uow, matter.negotiation, plan)

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

    async def _refuse_as_superseded(self, uow: UnitOfWork, plan: Plan, body: Decide) -> None:
        if body.proposal_hash == plan.proposal_hash:
            return
        earlier = await plans.version_of_hash(uow.session, plan.plan_id, body.proposal_hash)
        if earlier is not None:
            raise ProposalSuperseded(
                f"you read version {earlier}; version {plan.version} was submitted", rules=["APR-06"]
            )

    async def _hold_delegation(self, uow: UnitOfWork, judgement: Judgement) -> None:
        """A deputy's authority is that of this instant: it is not ended before this transaction is."""
        if judgement.signing.delegation is None:
            return
        if await authority.hold(uow.session, UUID(judgement.signing.delegation.delegation_id)) is not None:
            raise refusal([v for v in judgement.verdicts if v.rule == "APR-12"])


def _require_open(negotiation: Negotiation, plan: Plan) -> None:
    if plan.state == PlanState.WITHDRAWN and negotiation.outcome is None:
        raise PlanWithdrawn(f"version {plan.version} was taken back by its proposer")
    if plan.state in _DECIDED:
        raise AlreadyDecided(f"version {plan.version} is {plan.state}")
    require_phase(negotiation, Phase.APPROVAL)


def _given(row: DecisionRow) -> GivenRecord:
    return GivenRecord(
        part=row.part or "",
        by=row.decided_by or "",
        on_behalf_of=row.on_behalf_of,
        authority=row.authority["level"],
        appointed_by=row.authority.get("appointed_by"),
    )
