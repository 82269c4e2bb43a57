"""The way of a case: triage, then rounds of contact, negotiation and follow-up, then its end."""

from collections.abc import Awaitable
from uuid import UUID

from temporalio import workflow

from services.common.contracts.workflows import (
    AGREEMENT_FOLLOW_UP,
    CASE,
    CONTACT_CADENCE,
    PLAN_NEGOTIATION,
    CaseInput,
    ContactResult,
    FollowUpInput,
    FollowUpResult,
    NegotiationResult,
    RoundInput,
    agreement_workflow_id,
    contact_workflow_id,
    plan_workflow_id,
)
from services.common.durable.human_task import human_task
from services.common.durable.stuck import CloseCase, SkipStep
from services.intake.workflows import steps
from services.intake.workflows.messages import CaseStep, CloseStep, Reviewed, RoundStep, Triaged, TriageStep
from services.intake.workflows.waiting import CaseWaiting


@workflow.defn(name=CASE)
class CaseWorkflow(CaseWaiting):
    """One case from its opening to its close. What children and people decide is in databases; this waits for it."""

    @workflow.run
    async def run(self, start: CaseInput) -> None:
        self.case_id = start.case_id
        ended_by_person = await self._unless_closed(self._work())
        # A borrower who writes again before the case is closed is in conversation already.
        while await self._comes_back(ended_by_person):
            ended_by_person = await self._unless_closed(self._rounds(reached=True))

    async def _unless_closed(self, work: Awaitable[bool]) -> bool:
        try:
            return await work
        except CloseCase:
            return True

    async def _work(self) -> bool:
        """Everything before the close; True when a person ended it before it came to an end of its own."""
        triaged = await self._triage()
        self.round = triaged.round
        if triaged.then == "review":
            await human_task(self, self._review, CaseStep(case_id=self.case_id))
            return True
        if triaged.then != "rounds":
            return False
        if triaged.prepare:
            await self._prepare_contact()
        return await self._rounds(reached=False)

    async def _rounds(self, reached: bool) -> bool:
        while True:
            if not reached:
                contact = await self._contact(self.round)
                if contact.outcome == "stopped":
                    return True
                if contact.outcome == "exhausted":
                    if not await self._goes_on():
                        return False
                    continue
            reached = False
            plan = await self._negotiate(self.round)
            if plan.outcome != "active" or plan.agreement_id is None:
                return plan.outcome == "stopped"
            follow_up = await self._follow_up(plan.agreement_id, self.round)
            if follow_up.outcome != "broken":
                return follow_up.outcome == "stopped"
            if not await self._goes_on():
                return False

    async def _triage(self) -> Triaged:
        triaged = await self.must("triage", steps.triage, TriageStep(case_id=self.case_id))
        if triaged.then != "learn":
            return triaged
        try:
            await self.attempt(self.case_id, "learn_from_core", steps.learn_from_core, CaseStep(case_id=self.case_id))
        except SkipStep:
            workflow.logger.info("a person goes on without the facts of the core")
        return await self.must("triage", steps.triage, TriageStep(case_id=self.case_id, as_is=True))

    async def _prepare_contact(self) -> None:
        """What the bank can offer is looked up before the first word, and a borrower in grace is left alone."""
        step = CaseStep(case_id=self.case_id)
        while not (found := await self.must("prepare_contact", steps.prepare_contact, step)).ready:
            await self.until_nudged(found.wake_in)

    async def _review(self, step: CaseStep) -> Reviewed:
        return await self.must("review_import", steps.review_import, step)

    async def _contact(self, round_: int) -> ContactResult:
        id_ = contact_workflow_id(self.case_id, round_)
        argument = RoundInput(case_id=self.case_id, round=round_)
        return await self.child("contact", CONTACT_CADENCE, id_, argument, ContactResult, round_)

    async def _negotiate(self, round_: int) -> NegotiationResult:
        id_ = plan_workflow_id(self.case_id, round_)
        argument = RoundInput(case_id=self.case_id, round=round_)
        return await self.child("plan", PLAN_NEGOTIATION, id_, argument, NegotiationResult, round_)

    async def _follow_up(self, agreement_id: UUID, round_: int) -> FollowUpResult:
        id_ = agreement_workflow_id(agreement_id)
        argument = FollowUpInput(case_id=self.case_id, agreement_id=agreement_id)
        return await self.child("follow_up", AGREEMENT_FOLLOW_UP, id_, argument, FollowUpResult, round_)

    async def _goes_on(self) -> bool:
        """Whether another round of contact follows a broken plan, or one in which nobody was reached; it is the round
        from then on."""
        step = RoundStep(case_id=self.case_id, round=self.round)
        while (state := await self.must("reopen", steps.reopen, step)).then == "wait":
            await self.until_nudged()
        if state.then == "round":
            self.round = state.round
        return state.then == "round"

    async def _comes_back(self, withdraw: bool) -> bool:
        """Close the case; True when it stays open because a further round began."""
        while True:
            step = CloseStep(case_id=self.case_id, round=self.round, withdraw=withdraw)
            try:
                found = await self.must("close_case", steps.close_case, step)
            except CloseCase:
                withdraw = True
                continue
            if found.closed:
                return False
            if found.round is not None:
                self.round = found.round
                return True
            await self.until_nudged()
