"""A service's worker runs workflows in the sandbox, and does not ask them in which context a payload is converted."""

from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from tests.workflow.conftest import Working
from tests.workflow.ending_workflow import Ending

CONTEXTS = ("get_serialization_context", "get_external_store_context")


async def test_a_workflow_is_run_in_the_sandbox_and_not_asked_for_contexts(
    time_skipping: WorkflowEnvironment, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    activated: list[str] = []
    asked: list[str] = []
    create = SandboxedWorkflowRunner.create_instance

    def watched(runner: SandboxedWorkflowRunner, details: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = create(runner, details)

        def count(noted: list[str], name: str) -> None:
            original = getattr(instance, name)

            def call(*arguments: Any) -> Any:
                noted.append(name)
                return original(*arguments)

            monkeypatch.setattr(instance, name, call)

        count(activated, "activate")
        for name in CONTEXTS:
            count(asked, name)
        return instance

    monkeypatch.setattr(SandboxedWorkflowRunner, "create_instance", watched)
    queue = f"instances-{uuid4()}"
    async with working(queue, [Ending], []):
        handle = await time_skipping.client.start_workflow(Ending.run, "complete", id=queue, task_queue=queue)
        assert await handle.result() == "complete"
    assert activated
    assert not asked
