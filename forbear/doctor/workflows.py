"""Workflows as Temporal knows them. Payloads stay as they are: the doctor has no key and needs none."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import WorkflowExecutionStatus
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    GetWorkflowExecutionHistoryRequest,
    ListWorkflowExecutionsRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from forbear.doctor.verdicts import CannotLook

CONCURRENT = 8
PAGE = 1000
TIMEOUT = timedelta(seconds=10)
CONNECT_SECONDS = 10.0
_BAD_ENDS = ("FAILED", "TERMINATED", "TIMED_OUT", "CANCELED")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Execution:
    """One run of a workflow. `status` is RUNNING, COMPLETED, CONTINUED_AS_NEW, FAILED, TERMINATED …"""

    workflow_id: str
    run_id: str
    kind: str
    status: str
    started_at: datetime
    events: int

    @property
    def runs(self) -> bool:
        return self.status == "RUNNING"

    @property
    def ended_badly(self) -> bool:
        return self.status in _BAD_ENDS


class Workflows:
    """Asks a Temporal server. CannotLook when it does not answer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @classmethod
    async def connect(cls, address: str, namespace: str) -> "Workflows":
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return cls(await Client.connect(address, namespace=namespace))
        except (RPCError, RuntimeError, OSError, TimeoutError) as error:
            raise CannotLook(f"Temporal: {type(error).__name__}") from None

    async def listed(self, query: str = "") -> list[Execution]:
        """The runs that fit a visibility query; without one all of them. The list may lag behind a little."""
        found: list[Execution] = []
        token = b""
        while True:
            page = await _answer(
                self._client.workflow_service.list_workflow_executions(
                    ListWorkflowExecutionsRequest(
                        namespace=self._client.namespace, page_size=PAGE, next_page_token=token, query=query
                    ),
                    timeout=TIMEOUT,
                )
            )
            found.extend(_execution(info) for info in page.executions)
            token = page.next_page_token
            if not token:
                return found

    async def described(self, workflow_ids: list[str]) -> dict[str, Execution]:
        """The latest run of each id, by id; ids that never ran are missing."""
        gate = asyncio.Semaphore(CONCURRENT)

        async def one(workflow_id: str) -> Execution | None:
            async with gate:
                return await self._describe(workflow_id)

        found = await asyncio.gather(*(one(workflow_id) for workflow_id in workflow_ids))
        return {execution.workflow_id: execution for execution in found if execution is not None}

    async def _describe(self, workflow_id: str) -> Execution | None:
        request = DescribeWorkflowExecutionRequest(
            namespace=self._client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
        )
        try:
            answer = await self._client.workflow_service.describe_workflow_execution(request, timeout=TIMEOUT)
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                return None
            raise CannotLook(f"Temporal: {error.status.name}") from None
        return _execution(answer.workflow_execution_info)

    async def history(self, execution: Execution) -> AsyncIterator[bytes]:
        """The pages of a run's history, as the server keeps them."""
        token = b""
        while True:
            page = await _answer(
                self._client.workflow_service.get_workflow_execution_history(
                    GetWorkflowExecutionHistoryRequest(
                        namespace=self._client.namespace,
                        execution=WorkflowExecution(workflow_id=execution.workflow_id, run_id=execution.run_id),
                        next_page_token=token,
                    ),
                    timeout=TIMEOUT,
                )
            )
            yield page.history.SerializeToString()
            token = page.next_page_token
            if not token:
                return


async def _answer(call: Awaitable[T]) -> T:
    try:
        return await call
    except RPCError as error:
        raise CannotLook(f"Temporal: {error.status.name}") from None


def _execution(info: WorkflowExecutionInfo) -> Execution:
    status = WorkflowExecutionStatus.Name(info.status).removeprefix("WORKFLOW_EXECUTION_STATUS_")
    return Execution(
        workflow_id=info.execution.workflow_id,
        run_id=info.execution.run_id,
        kind=info.type.name,
        status=status,
        started_at=info.start_time.ToDatetime(tzinfo=UTC),
        events=info.history_length,
    )
