"""The Temporal client and worker of a service: encrypted payloads, encrypted failures, permanent refusals by class."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.exceptions import ApplicationError
from temporalio.service import GrpcCompression, RPCError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
    Worker,
)
from temporalio.worker.workflow_sandbox import SandboxRestrictions

from services.common.kernel.errors import ForbearError, Retryable
from services.common.runtime.codec import EncryptingCodec
from services.common.runtime.key_ring import KeyRing
from services.common.runtime.logging import get_logger
from services.common.runtime.metrics import Metrics
from services.common.runtime.workflow_instances import RunnerWithoutContexts
from services.common.runtime.workflow_outcomes import CountsOutcomes

RETRY_SECONDS = 1.0
GRACE = timedelta(seconds=10)
PASSED_THROUGH = ("services.common.contracts", "services.common.kernel", "services.common.durable", "pydantic", "yaml")
"""Modules that a workflow's sandbox shares with the process: they hold values and names, and no state."""

log = get_logger(__name__)


def data_converter(ring: KeyRing) -> DataConverter:
    """Pydantic models as JSON, all of it encrypted, failure messages and stack traces too."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptingCodec(ring),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(address: str, namespace: str, ring: KeyRing) -> Client:
    """Connect, waiting for a server that is not there yet."""
    while True:
        try:
            return await Client.connect(
                address,
                namespace=namespace,
                data_converter=data_converter(ring),
                # What is encrypted does not shrink: compressing it is work for nothing on both sides.
                grpc_compression=GrpcCompression.NONE,
            )
        except (RPCError, RuntimeError, OSError) as error:
            log.warning("temporal_waited_for", error=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)


def connector(address: str, namespace: str, ring: KeyRing) -> Callable[[], Awaitable[Client]]:
    """One client per process, made at first use."""
    made: asyncio.Future[Client] | None = None

    async def get() -> Client:
        nonlocal made
        if made is None:
            made = asyncio.ensure_future(connect(address, namespace, ring))
        return await asyncio.shield(made)

    return get


class RefusalsArePermanent(Interceptor):
    """Turns expected refusals into application errors named by class, which no retry policy repeats, and counts."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Refusals(next, self._metrics)


class _Refusals(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, metrics: Metrics) -> None:
        super().__init__(next)
        self._metrics = metrics

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        name = input.fn.__name__
        try:
            result = await super().execute_activity(input)
        except ForbearError as error:
            self._metrics.activities.labels(name, "refused").inc()
            raise ApplicationError(
                error.detail, type=type(error).__name__, non_retryable=not isinstance(error, Retryable)
            ) from error
        except Exception as error:
            self._metrics.activities.labels(name, "failed").inc()
            log.warning("activity_failed", activity=name, error=type(error).__name__)
            raise
        self._metrics.activities.labels(name, "completed").inc()
        return result


async def run_worker(
    client: Client,
    queue: str,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Any]],
    metrics: Metrics,
    stop: asyncio.Event,
) -> None:
    """Work on a task queue until `stop` is set; a worker that the server's absence ended is made again."""
    # The service's own models and step stubs are values too; making them anew is most of a workflow's start.
    shared = (*PASSED_THROUGH, *(f"services.{queue}.workflows.{name}" for name in ("messages", "steps")))
    while not stop.is_set():
        worker = Worker(
            client,
            task_queue=queue,
            workflows=workflows,
            activities=activities,
            interceptors=[RefusalsArePermanent(metrics), CountsOutcomes(metrics)],
            workflow_runner=RunnerWithoutContexts(
                restrictions=SandboxRestrictions.default.with_passthrough_modules(*shared)
            ),
            graceful_shutdown_timeout=GRACE,
            max_concurrent_activities=20,
            max_concurrent_local_activities=20,
            max_concurrent_workflow_tasks=20,
        )
        running = asyncio.create_task(worker.run())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if stop.is_set():
            await worker.shutdown()
            await asyncio.gather(running, return_exceptions=True)
            return
        failure = running.exception()
        log.warning("worker_made_again", queue=queue, error=type(failure).__name__)
        await asyncio.sleep(RETRY_SECONDS)
