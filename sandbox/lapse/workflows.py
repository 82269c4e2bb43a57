"""Which of the touched workflows still have something to do, asked of the Temporal server itself."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import WorkflowExecutionStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

CONCURRENT = 8
RPC_TIMEOUT = timedelta(seconds=5)


class Workflows:
    """Remembers which workflows were touched and not yet seen at rest."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._unsettled: set[str] = set()
        self._busy: str | None = None
        self._settled_children: set[str] = set()

    def touch(self, workflow_ids: Iterable[str]) -> None:
        """Have these looked at before time moves on."""
        self._unsettled.update(workflow_ids)

    async def in_flight(self) -> list[str]:
        """Workflows that have a task or an activity, or whose end or start another one has not heard of yet.

        Asks no further than the first that are found, and next time asks one of those before any other.
        """
        asked: set[str] = set()
        while left := self._unsettled - asked:
            wave = [self._busy] if self._busy in left else sorted(left)[:CONCURRENT]
            asked.update(wave)
            found = dict(zip(wave, await asyncio.gather(*map(self._look, wave)), strict=True))
            busy = {workflow_id: reason for workflow_id, reason in found.items() if reason is not None}
            self._busy = next(iter(busy), None)
            if busy:
                return list(busy.values())
        return []

    async def _look(self, workflow_id: str) -> str | None:
        described = await self._describe(workflow_id)
        if described is None:
            self._unsettled.discard(workflow_id)
            return None
        reason = self._reason(workflow_id, described)
        if reason is None:
            self._unsettled.discard(workflow_id)
        return reason

    def _reason(self, workflow_id: str, described: DescribeWorkflowExecutionResponse) -> str | None:
        info = described.workflow_execution_info
        if info.status != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING:
            parent = info.parent_execution.workflow_id
            # The parent hears of it by a task of its own a moment later.
            if parent and workflow_id not in self._settled_children:
                self._settled_children.add(workflow_id)
                self._unsettled.add(parent)
            return None
        if described.HasField("pending_workflow_task"):
            return f"workflow {workflow_id} has a task"
        if described.pending_activities:
            return f"workflow {workflow_id} runs {described.pending_activities[0].activity_type.name}"
        for child in described.pending_children:
            if not child.run_id:
                return f"workflow {workflow_id} starts {child.workflow_id}"
            if child.workflow_id in self._settled_children:
                return f"workflow {workflow_id} has not heard that {child.workflow_id} ended"
            self._unsettled.add(child.workflow_id)
        return None

    async def _describe(self, workflow_id: str) -> DescribeWorkflowExecutionResponse | None:
        try:
            return await self._client.workflow_service.describe_workflow_execution(
                DescribeWorkflowExecutionRequest(
                    namespace=self._client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
                ),
                timeout=RPC_TIMEOUT,
            )
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                return None
            raise
