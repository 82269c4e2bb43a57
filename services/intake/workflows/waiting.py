"""How the case workflow waits: for steps that must be done, and for children of other services."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ChildWorkflowError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

from services.common.contracts.workflows import QUEUE, Message
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.intake.workflows import steps
from services.intake.workflows.messages import CaseStep, Child, ChildStep

I = TypeVar("I", bound=BaseModel)  # noqa: E741
O = TypeVar("O", bound=BaseModel)  # noqa: E741


class CaseWaiting(Patient):
    """Mixin with the waits of a case. `case_id` is set before the first of them; `round` is 0 until triage."""

    case_id: UUID
    round: int = 0

    async def must(self, name: str, step: Callable[[I], Awaitable[O]], argument: I) -> O:
        """A step without which the case can go nowhere: when a person skips it, it is tried again."""
        while True:
            try:
                return await self.attempt(self.case_id, name, step, argument)
            except SkipStep:
                continue

    async def child(
        self, kind: Child, name: str, workflow_id: str, argument: Message, result: type[O], round_: int
    ) -> O:
        """Start a child on its service's queue and wait for its end; where that cannot be heard, the state tells it."""
        try:
            handle = await workflow.start_child_workflow(
                name,
                argument,
                id=workflow_id,
                task_queue=QUEUE[name],
                result_type=result,
                parent_close_policy=ParentClosePolicy.ABANDON,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            )
            while not handle.done():
                await workflow.wait_condition(lambda: handle.done() or self._nudged)
                if not handle.done():
                    await self.pay_attention()
            ended: O = handle.result()
            return ended
        except (WorkflowAlreadyStartedError, ChildWorkflowError) as error:
            workflow.logger.info("the end of a child is read from the case: %s", type(error).__name__)
        step = ChildStep(case_id=self.case_id, round=round_, child=kind)
        while (end := await self.must("child_end", steps.child_end, step)).outcome is None:
            await self.until_nudged()
            await self.pay_attention()
        return result.model_validate(end.model_dump(include=set(result.model_fields)))

    async def pay_attention(self) -> None:
        """After a nudge while a child works: the case stood still too long, or a person decided on that."""
        self._nudged = False
        found = await self.must("pay_attention", steps.pay_attention, CaseStep(case_id=self.case_id))
        if found.withdraw:
            raise CloseCase
