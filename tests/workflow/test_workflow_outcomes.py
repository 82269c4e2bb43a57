"""How workflows end is counted once, and not again by a replay."""

from uuid import uuid4

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, Worker

from services.common.runtime.metrics import Metrics
from services.common.runtime.workflow_outcomes import CountsOutcomes
from tests.waiting import until
from tests.workflow.ending_workflow import Ending


def counted(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(f"forbear_{name}_total", {"workflow": "Ending", **labels}) or 0.0


@pytest.mark.parametrize(
    ("way", "ends"),
    [("complete", {"completed": 1}), ("fail", {"failed": 1}), ("continue", {"continued": 1, "completed": 1})],
)
async def test_each_run_counts_once(time_skipping: WorkflowEnvironment, way: str, ends: dict[str, int]) -> None:
    metrics, queue = Metrics("probe"), f"outcomes-{uuid4()}"
    # Without a cache every task replays the workflow from its beginning.
    async with Worker(
        time_skipping.client, task_queue=queue, workflows=[Ending],
        interceptors=[CountsOutcomes(metrics)], max_cached_workflows=0,
    ):  # fmt: skip
        handle = await time_skipping.client.start_workflow(Ending.run, way, id=queue, task_queue=queue)
        if way == "fail":
            with pytest.raises(WorkflowFailureError):
                await handle.result()
        else:
            assert await handle.result() == "complete"
    history = await time_skipping.client.get_workflow_handle(
        queue, run_id=handle.first_execution_run_id
    ).fetch_history()
    await Replayer(
        workflows=[Ending], interceptors=[CountsOutcomes(metrics)], data_converter=time_skipping.client.data_converter
    ).replay_workflow(history)
    for outcome in ("completed", "failed", "continued"):
        assert counted(metrics, "workflow_ends", outcome=outcome) == ends.get(outcome, 0)


async def test_an_exception_in_a_task_is_no_end(time_skipping: WorkflowEnvironment) -> None:
    metrics, queue = Metrics("probe"), f"outcomes-{uuid4()}"

    async def failed_tasks() -> bool:
        return counted(metrics, "workflow_task_failures") > 0

    async with Worker(
        time_skipping.client, task_queue=queue, workflows=[Ending], interceptors=[CountsOutcomes(metrics)]
    ):  # fmt: skip
        handle = await time_skipping.client.start_workflow(Ending.run, "raise", id=queue, task_queue=queue)
        await time_skipping.sleep(61)
        await until(failed_tasks, "the task has failed")
        await handle.terminate()
    assert not any(counted(metrics, "workflow_ends", outcome=outcome) for outcome in ("completed", "failed"))
