"""The stage of CaseWorkflow's tests: what its steps find, the children of other services, and one case."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any, Literal, TypeVar
from uuid import UUID

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import (
    CaseInput,
    ContactResult,
    FollowUpInput,
    FollowUpResult,
    NegotiationResult,
    RoundInput,
    case_workflow_id,
)
from services.common.durable.stuck import Resolution, StuckStep, StuckTaskState
from services.common.kernel.errors import Conflict
from services.common.kernel.ids import business_uuid
from services.intake.workflows.case import CaseWorkflow
from services.intake.workflows.messages import (
    Attention,
    CaseStep,
    ChildEnd,
    ChildStep,
    Closed,
    CloseStep,
    Learned,
    Prepared,
    Reentry,
    Reviewed,
    RoundStep,
    Triaged,
    TriageStep,
)
from tests.workflow.conftest import Working
from tests.workflow.intake_children import Contact, FollowUp, Negotiation

SECONDS = 30.0
T = TypeVar("T")


def agreement_of(case_id: UUID, round_: int) -> UUID:
    return business_uuid("agreement", str(case_id), str(round_))


def following(answers: list[T]) -> T:
    """The next answer; the last one again and again, because a step is done again when its task was not taken."""
    return answers.pop(0) if len(answers) > 1 else answers[0]


class Database:
    """What the steps find; `calls` are the steps that were taken."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.called = asyncio.Event()
        self.triages: list[Triaged] = [Triaged(then="rounds", round=1)]
        self.prepared: list[Prepared] = [Prepared(ready=True)]
        self.learn_refused = 0
        self.resolutions: list[Resolution | None] = []
        self.stuck: list[StuckStep] = []
        self.reviewed = False
        self.reentries: list[Reentry] = []
        self.ends: list[ChildEnd] = []
        self.attention = Attention(withdraw=False)
        self.closes: list[Closed] = [Closed(closed=True)]
        self.closed_after: list[int] = []
        self.planned: list[int] = []
        self.no_agreement: list[int] = []
        self.contact: Literal["engaged", "exhausted", "stopped"] = "engaged"
        self.contact_of: dict[int, Literal["engaged", "exhausted", "stopped"]] = {}
        self.plan_ends = True
        self.breaks: list[UUID] = []

    def _call(self, name: str) -> None:
        self.calls.append(name)
        self.called.set()

    async def until(self, name: str, times: int = 1) -> None:
        """Wait until a step was taken so many times."""
        async with asyncio.timeout(SECONDS):
            while self.calls.count(name) < times:
                self.called.clear()
                await self.called.wait()

    @activity.defn(name="triage")
    async def triage(self, step: TriageStep) -> Triaged:
        self._call("triage as is" if step.as_is else "triage")
        return following(self.triages)

    @activity.defn(name="learn_from_core")
    async def learn_from_core(self, step: CaseStep) -> Learned:
        self._call("learn_from_core")
        if self.learn_refused:
            self.learn_refused -= 1
            raise Conflict("the core has no such account")
        return Learned(profile=True)

    @activity.defn(name="prepare_contact")
    async def prepare_contact(self, step: CaseStep) -> Prepared:
        self._call("prepare_contact")
        return following(self.prepared)

    @activity.defn(name="review_import")
    async def review_import(self, step: CaseStep) -> Reviewed:
        self._call("review_import")
        return Reviewed(decided=self.reviewed)

    @activity.defn(name="reopen")
    async def reopen(self, step: RoundStep) -> Reentry:
        self._call("reopen")
        return following(self.reentries)

    @activity.defn(name="child_end")
    async def child_end(self, step: ChildStep) -> ChildEnd:
        self._call(f"child_end {step.child}")
        return following(self.ends)

    @activity.defn(name="pay_attention")
    async def pay_attention(self, step: CaseStep) -> Attention:
        self._call("pay_attention")
        return self.attention

    @activity.defn(name="close_case")
    async def close_case(self, step: CloseStep) -> Closed:
        self._call("withdraw" if step.withdraw else "close")
        self.closed_after.append(step.round)
        # A local activity runs again when a signal overtakes the end of its workflow task; the answer stays the same.
        return following(self.closes)

    @activity.defn(name="stuck_task")
    async def stuck_task(self, stuck: StuckStep) -> StuckTaskState:
        self.stuck.append(stuck)
        self._call("stuck_task")
        return StuckTaskState(resolution=self.resolutions.pop(0))

    @activity.defn(name="contact_end")
    async def contact_end(self, asked: RoundInput) -> ContactResult:
        return ContactResult(outcome=self.contact_of.get(asked.round, self.contact))

    @activity.defn(name="plan_end")
    async def plan_end(self, asked: RoundInput) -> NegotiationResult:
        self.planned.append(asked.round)
        if asked.round in self.no_agreement:
            return NegotiationResult(outcome="no_agreement", agreement_id=None)
        agreement_id = agreement_of(asked.case_id, asked.round) if self.plan_ends else None
        return NegotiationResult(outcome="active", agreement_id=agreement_id)

    @activity.defn(name="follow_up_end")
    async def follow_up_end(self, asked: FollowUpInput) -> FollowUpResult:
        return FollowUpResult(outcome="broken" if asked.agreement_id in self.breaks else "completed")

    def activities(self) -> Sequence[Callable[..., Any]]:
        return [
            self.triage, self.learn_from_core, self.prepare_contact, self.review_import,
            self.reopen, self.child_end, self.pay_attention,
            self.close_case, self.stuck_task,
        ]  # fmt: skip


class Stage:
    """Workers of all four services, and one case."""

    def __init__(self, environment: WorkflowEnvironment, working: Working, name: str) -> None:
        self.case_id = business_uuid("case", name)
        self.database = Database()
        self._environment = environment
        self._working = working

    async def __aenter__(self) -> "Stage":
        self._stack = AsyncExitStack()
        children: list[tuple[str, type, Callable[..., Any]]] = [
            ("contact", Contact, self.database.contact_end),
            ("plans", Negotiation, self.database.plan_end),
            ("followup", FollowUp, self.database.follow_up_end),
        ]
        for queue, kind, end in children:
            await self._stack.enter_async_context(self._working(queue, [kind], [end]))
        await self._stack.enter_async_context(self._working("intake", [CaseWorkflow], self.database.activities()))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def begin(self) -> WorkflowHandle[Any, None]:
        return await self._environment.client.start_workflow(
            CaseWorkflow.run,
            CaseInput(case_id=self.case_id),
            id=case_workflow_id(self.case_id),
            task_queue="intake",
        )

    async def run(self) -> list[str]:
        """The case from start to end; the steps it took."""
        await asyncio.wait_for((await self.begin()).result(), SECONDS)
        return self.database.calls
