"""Each role of a service as a process of its own: it works, shows its figures and leaves when told."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from sandbox.engines.engines import Engines
from services.common.runtime.kafka_topics import create_topics, declared_topics
from tests.databases import FreshDatabase
from tests.waiting import until

#: A series that a role shows once it works.
PROOF = {
    "relay": 'forbear_relay_oldest_seconds{sink="kafka"} 0.0',
    "consumer": 'forbear_consumer_lag_messages{topic="forbear.cases"} 0.0',
    "worker": 'forbear_relay_oldest_seconds{sink="temporal"} 0.0',
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def started(service: str, role: str, **settings: str) -> asyncio.subprocess.Process:
    own = {name: value for name, value in os.environ.items() if not name.startswith("FORBEAR_")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "forbear", "serve", service, "--role", role, env={**own, **settings}
    )


async def polls(temporal_address: str, queue: str, pid: int) -> bool:
    """Whether that process asks Temporal for work of the queue."""
    client = await Client.connect(temporal_address)
    asked = DescribeTaskQueueRequest(
        namespace="default", task_queue=TaskQueue(name=queue), task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
    )
    described = await client.workflow_service.describe_task_queue(asked)
    return any(poller.identity.startswith(f"{pid}@") for poller in described.pollers)


@pytest.mark.parametrize(("service", "role"), [("intake", "relay"), ("contact", "consumer"), ("contact", "worker")])
async def test_a_role_without_http_works_and_shows_its_figures(
    engines: Engines, fresh_database: FreshDatabase, tmp_path: Path, service: str, role: str
) -> None:
    await create_topics(engines.kafka_bootstrap, declared_topics())
    port = free_port()
    process = await started(
        service,
        role,
        FORBEAR_SANDBOX="1",
        FORBEAR_STATE=str(tmp_path),
        **{f"FORBEAR_{service.upper()}_DATABASE_URL": await fresh_database(service)},
        FORBEAR_KAFKA_BOOTSTRAP=engines.kafka_bootstrap,
        FORBEAR_ENABLE_IDEMPOTENCE="1" if engines.idempotence else "0",
        FORBEAR_TEMPORAL_ADDRESS=engines.temporal_address,
        FORBEAR_METRICS_PORT=str(port),
    )
    figures = ""

    async def shows_its_figures() -> bool:
        nonlocal figures
        assert process.returncode is None, f"it left with {process.returncode}"
        async with httpx.AsyncClient() as client:
            try:
                figures = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
            except httpx.TransportError:
                return False
        return PROOF[role] in figures

    try:
        await until(shows_its_figures, f"{service} shows that its {role} works", 60)
        assert f'forbear_process{{role="{role}",service="{service}"}} 1.0' in figures
        assert "forbear_metrics_refresh_failures_total 0.0" in figures
        if role == "worker":
            await until(lambda: polls(engines.temporal_address, service, process.pid), "Temporal knows the worker")
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
