"""Counts how workflows end. A replay is not an end, so it counts nothing."""

from typing import Any

from temporalio import workflow
from temporalio.exceptions import FailureError
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)
from temporalio.workflow import ContinueAsNewError

from services.common.runtime.metrics import Metrics


class CountsOutcomes(Interceptor):
    """A run ends `completed`, `failed` or `continued`; any other exception only fails its workflow task, for now."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        """A class that knows the metrics: the worker makes its instances with one fixed argument."""
        metrics = self._metrics

        class Counting(WorkflowInboundInterceptor):
            async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
                try:
                    result = await super().execute_workflow(input)
                except ContinueAsNewError:
                    _count(metrics, "continued")
                    raise
                except FailureError:
                    _count(metrics, "failed")
                    raise
                except Exception:
                    if not workflow.unsafe.is_replaying():
                        metrics.workflow_task_failures.labels(workflow.info().workflow_type).inc()
                    raise
                _count(metrics, "completed")
                return result

        return Counting


def _count(metrics: Metrics, outcome: str) -> None:
    if not workflow.unsafe.is_replaying():
        metrics.workflow_ends.labels(workflow.info().workflow_type, outcome).inc()
