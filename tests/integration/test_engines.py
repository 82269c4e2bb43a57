"""Engines start where a stranger would start them, side by side, and leave nothing behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from temporalio.client import Client

from sandbox.engines import broker, ports, temporal, topics
from sandbox.engines.engines import Engines
from sandbox.engines.state import State, StateInUse
from sandbox.engines.supervisor import Supervisor
from sandbox.engines.topics import TopicSpec
from tests.integration.engine_steps import query, until

ROOT = Path(__file__).resolve().parents[2]

#: A supervisor of its own: holds a state directory, starts PostgreSQL and Temporal, says so, and waits.
SUPERVISOR = """
import asyncio, sys
from sandbox.engines import ports, postgres, temporal
from sandbox.engines.state import State
from sandbox.engines.supervisor import Supervisor

async def main():
    state = State(sys.argv[1])
    with state.locked():
        chosen = ports.allocate(state, ("postgres", "temporal", "temporal_ui", "temporal_http", "temporal_metrics"))
        supervisor = Supervisor(state)
        await supervisor.add(postgres.prepare(state, chosen["postgres"], fsync=False).spec())
        await supervisor.add(temporal.spec(state, chosen))
        print("ready", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def test_a_reserved_port_is_not_given_to_another(private: Callable[[str], State]) -> None:
    left, right = private("left").make(), private("right").make()
    # Nobody listens yet; only the reservation keeps them apart.
    assert ports.allocate(left, ("broker",)) != ports.allocate(right, ("broker",))


def test_a_state_directory_has_one_supervisor(private: Callable[[str], State]) -> None:
    state = private("held")
    assert state.holder() is None
    with state.locked():
        assert state.holder() == os.getpid()
        with pytest.raises(StateInUse, match=str(os.getpid())), State(state.root).locked():
            pass
    assert state.holder() is None


async def test_nothing_is_left_when_the_supervisor_is_killed(private: Callable[[str], State]) -> None:
    state = private("orphans")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SUPERVISOR, str(state.root), cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout
    assert await asyncio.wait_for(process.stdout.readline(), 90) == b"ready\n"
    children = psutil.Process(process.pid).children(recursive=True)
    names = {child.name() for child in children}
    assert {"postgres", "temporal"} <= names
    process.send_signal(signal.SIGKILL)
    await process.wait()
    await until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children))
    assert state.holder() is None


async def test_temporal_keeps_its_store_over_a_restart(private: Callable[[str], State]) -> None:
    state = private("temporal")
    with state.locked():
        chosen = ports.allocate(state, ("temporal", "temporal_ui", "temporal_http", "temporal_metrics"))
        supervisor = Supervisor(state)
        try:
            await supervisor.add(temporal.spec(state, chosen))
            client = await Client.connect(f"127.0.0.1:{chosen['temporal']}")
            await client.start_workflow("AnyWorkflow", id="kept", task_queue="nobody")
            await supervisor.restart("temporal")
            client = await Client.connect(f"127.0.0.1:{chosen['temporal']}")
            described = await client.get_workflow_handle("kept").describe()
            assert described.workflow_type == "AnyWorkflow"
        finally:
            await supervisor.stop_all()


async def test_a_broker_that_lost_its_memory_is_put_right(private: Callable[[str], State]) -> None:
    state = private("broker")
    again = asyncio.Event()

    async def put_right() -> None:
        assert await topics.create_topics(address, [TopicSpec("test.lost")]) == ["test.lost"]
        again.set()

    with state.locked():
        chosen = ports.allocate(state, ("broker", "broker_behind"))
        spec = broker.spec(chosen["broker"], chosen["broker_behind"], put_right)
        address = spec.address
        supervisor = Supervisor(state)
        try:
            await supervisor.add(spec)
            assert await topics.create_topics(address, [TopicSpec("test.lost")]) == ["test.lost"]
            assert not again.is_set()
            supervisor.kill("broker")
            await asyncio.wait_for(again.wait(), 30)
            assert await topics.create_topics(address, [TopicSpec("test.lost")]) == []
        finally:
            await supervisor.stop_all()


async def test_given_addresses_are_used(
    engines: Engines, private: Callable[[str], State], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORBEAR_DATABASE_URL", engines.superuser_url)
    monkeypatch.setenv("FORBEAR_TEMPORAL_ADDRESS", engines.temporal_address)
    monkeypatch.setenv("FORBEAR_KAFKA_BOOTSTRAP", engines.kafka_bootstrap)
    monkeypatch.setenv("FORBEAR_ENABLE_IDEMPOTENCE", "0")
    supervisor = Supervisor(private("given").make())
    found = Engines(supervisor.state, supervisor)
    await found.start()
    assert supervisor.members == {}
    assert not found.idempotence
    assert await query(found.superuser_url, "select 1") == 1
    assert (found.temporal_address, found.kafka_bootstrap) == (engines.temporal_address, engines.kafka_bootstrap)


async def test_the_broker_carries_keyed_messages(engines: Engines) -> None:
    topic = TopicSpec("test.engines", partitions=3)
    assert await engines.create_topics([topic]) == ["test.engines"]
    assert await engines.create_topics([topic]) == []
    producer = AIOKafkaProducer(
        bootstrap_servers=engines.kafka_bootstrap, acks="all", enable_idempotence=engines.idempotence
    )
    await producer.start()
    try:
        for number in range(12):
            await producer.send_and_wait(topic.name, value=str(number).encode(), key=str(number % 4).encode())
    finally:
        await producer.stop()
    consumer = AIOKafkaConsumer(
        topic.name,
        bootstrap_servers=engines.kafka_bootstrap,
        group_id="test-engines",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        seen: dict[bytes, list[int]] = {}
        while sum(map(len, seen.values())) < 12:
            message = await asyncio.wait_for(consumer.getone(), 30)
            seen.setdefault(message.key, []).append(int(message.value))
        await consumer.commit()
    finally:
        await consumer.stop()
    assert seen == {str(key).encode(): [key, key + 4, key + 8] for key in range(4)}
