"""A Temporal server on which months pass in milliseconds, and real workers on it; only activities are replaced."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from services.common.runtime.key_ring import KeyRing
from services.common.runtime.metrics import Metrics
from services.common.runtime.temporal import data_converter, run_worker

SERVER = Path(sys.executable).parent / "temporal-test-server"
Working = Callable[[str, Sequence[type], Sequence[Callable[..., Any]]], AbstractAsyncContextManager[None]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """The time-skipping server of the run, with payloads encrypted as in production."""
    environment = await WorkflowEnvironment.start_time_skipping(
        data_converter=data_converter(KeyRing("test", {"test": b"k" * 32})), test_server_existing_path=str(SERVER)
    )
    async with environment:
        yield environment


@pytest.fixture
def working(time_skipping: WorkflowEnvironment) -> Working:
    """`async with working(queue, workflows, activities)`: a worker as a service runs it."""

    @asynccontextmanager
    async def run(
        queue: str, workflows: Sequence[type], activities: Sequence[Callable[..., Any]]
    ) -> AsyncIterator[None]:
        stop = asyncio.Event()
        metrics = Metrics(queue, "worker")
        worker = asyncio.create_task(run_worker(time_skipping.client, queue, workflows, activities, metrics, stop))
        try:
            yield
        finally:
            stop.set()
            await worker

    return run
