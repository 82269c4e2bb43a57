"""What the workflow of a round does when it looks: reminders, deadlines, approvals and offers that ran out."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.common.contracts.events.evidence import EvidenceDeadlinePassed
from services.common.contracts.events.plans import OfferExpired
from services.common.contracts.workflows import RoundInput
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.tasks import remind
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.authority import Level, level_of
from services.plans.errors import UnknownPlan
from services.plans.models import Approval, Negotiation, Plan
from services.plans.repository import cases, offers, plans, rounds
from services.plans.service.approval.signatures import (
    asked_of,
    attempt_of,
    deputies_for,
    involved,
    oblige_approval,
    people_of,
    remind_at,
    seek_signatures,
    signed_by,
    unsigned,
)
from services.plans.service.asking import APPROVE, part_ref, plan_id_of, version_path
from services.plans.service.context import Context
from services.plans.service.evidence.checklists import Checklists
from services.plans.service.flow import end, move_plan
from services.plans.service.stored import round_facts
from services.plans.vocabulary import ChecklistState, Decision, EndReason, OfferState, Outcome, Phase, PlanState
from services.plans.workflows.messages import NegotiationState


class LookAtNegotiation:
    """One look is one transaction: everything that is due is done in it, once."""

    def __init__(self, context: Context, checklists: Checklists) -> None:
        self._context = context
        self._checklists = checklists

    async def look(self, caller: Caller, round_: RoundInput) -> NegotiationState:
        """Do what is due in a round and say what comes next. A round that is not known yet is waited for."""
        async with self._context.database.write(caller) as uow:
            negotiation = await rounds.lock_round(uow.session, round_.case_id, round_.round)
            if negotiation is None:
                return NegotiationState()
            due_at: datetime | None = None
            if negotiation.phase == Phase.EVIDENCE:
                due_at = await self._evidence(uow, negotiation)
            elif negotiation.phase == Phase.APPROVAL:
                due_at = await self._approval(uow, negotiation)
            elif negotiation.phase == Phase.OFFER:
                due_at = await self._offer(uow, negotiation)
            if negotiation.outcome == Outcome.STOPPED and await offers.unanswered(uow.session, plan_id_of(negotiation)):
                # The core was asked before the end: what it made of it is known before the round is over.
                return NegotiationState(activate=True)
            if negotiation.outcome is not None:
                return NegotiationState(
                    outcome=Outcome(negotiation.outcome).value, agreement_id=negotiation.agreement_id
                )
            return NegotiationState(
                activate=negotiation.phase == Phase.ACTIVATION,
                wake_in=None if due_at is None else uow.wake_in(due_at),
            )

    async def _evidence(self, uow: UnitOfWork, negotiation: Negotiation) -> datetime | None:
        """At the deadline the borrower is reminded once; at the next one the round ends, or goes on with what is here
        if that is enough."""
        statement, checklist = await round_facts(uow, negotiation)
        now = uow.now()
        if now < checklist.deadline_at:
            return checklist.deadline_at
        day = self._context.day(now)
        items, standing = await self._checklists.standing(uow, checklist, statement, day)
        if checklist.reminded_at is None:
            supported = {item.document_type for item in items if item.evidence_id in standing.supporting}
            missing = max(self._checklists.terms(checklist, statement).needed - len(supported), 1)
            until = now + timedelta(days=self._context.policies.clocks(day).days_after_reminder)
            checklist.reminded_at = now
            await self._checklists.ask(uow, negotiation, checklist, missing, until, "reminder")
            return until
        if standing.received:
            # What was asked for besides did not come: nobody loses their round by it who handed in enough before.
            await self._checklists.received(uow, negotiation, checklist)
            if standing.sufficient:
                await self._checklists.verified(uow, negotiation, checklist)
            return None
        checklist.state = ChecklistState.LAPSED
        await cases.keep_checklist(uow.session, checklist)
        await uow.emit(
            EvidenceDeadlinePassed(
                case_id=negotiation.case_id, checklist_id=checklist.checklist_id, round=negotiation.round
            )
        )
        await end(uow, negotiation, Outcome.NO_AGREEMENT, EndReason.EVIDENCE_LATE)
        return None

    async def _approval(self, uow: UnitOfWork, negotiation: Negotiation) -> datetime:
        """Some hours before the time is over, those who are asked are reminded. When nobody decided in time, the plan
        goes to somebody one level up, unless only a co-signature is missing, with a fresh time to decide."""
        plan = await self._plan(uow, negotiation)
        now = uow.now()
        if plan.expires_at is None or plan.needed_level is None:
            raise RuntimeError("a submitted version has a level and an expiry")
        reminding = remind_at(self._context, plan)
        if now < reminding:
            return reminding
        if now < plan.expires_at and plan.reminded_at is not None:
            return plan.expires_at
        statement, checklist = await round_facts(uow, negotiation)
        items, _ = await self._checklists.standing(uow, checklist, statement, self._context.day(now))
        decided = await plans.decisions(uow.session, plan.plan_id, plan.version)
        people = await people_of(uow, plan)
        hands = involved(plan, items, statement.taken_by) | set(people.related) | signed_by(decided)
        ask, attempt = asked_of(plan), attempt_of(decided)
        open_ = unsigned(self._context, plan, decided, people)
        if now < plan.expires_at:
            for one in open_:
                offered = deputies_for(one, people, hands)
                await remind(uow, APPROVE, part_ref(plan, attempt, one.part), plan.case_id, offered)
            plan.reminded_at = now
            await plans.update(uow.session, plan)
            await uow.audit("plan.approval_reminded", version_path(plan), case_id=plan.case_id)
            await oblige_approval(self._context, uow, negotiation, plan)
            return plan.expires_at
        await plans.decide(uow.session, _expired(plan, now))
        for one in open_:
            await uow.close_task(APPROVE, part_ref(plan, attempt, one.part), "expired")
        matrix = self._context.policies.authority.named(ask.policy).value
        if any(one.of_the_line for one in open_):
            highest = level_of(ROLES, matrix) or Level.AGENT
            plan.needed_level = Level(min(Level.from_code(plan.needed_level) + 1, highest)).code
        raised = [replace(one, authority=plan.needed_level) if one.of_the_line else one for one in open_]
        plan.expires_at = now + timedelta(hours=matrix.approval_hours)
        plan.reminded_at = None
        await move_plan(uow, plan, PlanState.SUBMITTED)
        await seek_signatures(self._context, uow, plan, attempt + 1, raised, hands, people, "approval_expired")
        await oblige_approval(self._context, uow, negotiation, plan)
        return remind_at(self._context, plan)

    async def _offer(self, uow: UnitOfWork, negotiation: Negotiation) -> datetime | None:
        """An offer that nobody answered in time is over, and with it the round."""
        plan = await self._plan(uow, negotiation)
        offer = await offers.get_offer(uow.session, plan.plan_id, plan.version)
        if offer is None:
            raise UnknownPlan("the offered version has no offer")
        now = uow.now()
        if now < offer.expires_at:
            return offer.expires_at
        await offers.answer(uow.session, offer, OfferState.EXPIRED, now)
        await move_plan(uow, plan, PlanState.EXPIRED)
        await uow.emit(OfferExpired(case_id=plan.case_id, plan_id=plan.plan_id, version=plan.version, round=plan.round))
        await end(uow, negotiation, Outcome.NO_AGREEMENT, EndReason.OFFER_EXPIRED)
        return None

    async def _plan(self, uow: UnitOfWork, negotiation: Negotiation) -> Plan:
        plan = await plans.latest(uow.session, plan_id_of(negotiation))
        if plan is None:
            raise UnknownPlan("the round has no plan")
        return plan


def _expired(plan: Plan, now: datetime) -> Approval:
    return Approval(
        plan_id=plan.plan_id,
        version=plan.version,
        decision=Decision.EXPIRED,
        proposed_by=plan.proposed_by,
        proposal_hash=plan.proposal_hash or "",
        needed_level=plan.needed_level or "",
        authority={},
        verdicts=[],
        inputs={"expired_at": plan.expires_at.isoformat() if plan.expires_at else None},
        decided_at=now,
    )
