"""Engines start where a stranger would start them, side by side, and leave nothing behind."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from temporalio.client import Client

from sandbox.engines import broker, databases, ports, postgres, temporal, topics
from sandbox.engines.engines import Engines
from sandbox.engines.state import State, StateInUse
from sandbox.engines.supervisor import Supervisor
from sandbox.engines.topics import TopicSpec

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


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is so; the poll is of the operating system, which tells nobody."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not become so"
        await asyncio.sleep(0.02)


@pytest.fixture
async def private(tmp_path: Path) -> AsyncIterator[Callable[[str], State]]:
    """Make state directories inside a directory that only its owner may enter; all are removed afterwards."""
    tmp_path.chmod(0o700)
    made: list[State] = []

    def make(name: str) -> State:
        made.append(State(tmp_path / name))
        return made[-1]

    yield make
    for state in made:
        state.remove()


@contextlib.asynccontextmanager
async def running_postgres(state: State) -> AsyncIterator[tuple[postgres.Postgres, Supervisor]]:
    """Hold a state directory with a PostgreSQL server."""
    with state.locked():
        chosen = ports.allocate(state, ("postgres",))
        server = postgres.prepare(state, chosen["postgres"], fsync=False)
        supervisor = Supervisor(state)
        try:
            await supervisor.add(server.spec())
            yield server, supervisor
        finally:
            await supervisor.stop_all()


async def query(url: str, text: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(text)
    finally:
        await connection.close()


async def test_postgres_runs_unprivileged_in_a_private_directory(private: Callable[[str], State]) -> None:
    state = private("here")
    async with running_postgres(state) as (server, supervisor):
        assert (await query(server.superuser_url, "show server_version")).startswith("18.")
        pid = supervisor.members["postgres"].pid
        assert pid
        owner = psutil.Process(pid).uids().real
        assert owner != 0
        if os.geteuid() == 0:
            assert server.data.is_relative_to(state.twin)
            assert state.twin.stat().st_mode & 0o777 == 0o711
    assert state.root.parent.stat().st_mode & 0o777 == 0o700, "the private directory was opened"


async def test_postgres_keeps_its_data_and_its_port(private: Callable[[str], State]) -> None:
    state = private("kept")
    async with running_postgres(state) as (server, _):
        await query(server.superuser_url, "create table kept as select 7 as value")
        first = server.port
    async with running_postgres(state) as (server, _):
        assert await query(server.superuser_url, "select value from kept") == 7
        assert server.port == first


async def test_postgres_asks_for_the_password(private: Callable[[str], State]) -> None:
    async with running_postgres(private("closed")) as (server, _):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(server.superuser_url.replace(server.password, "guess"))


async def test_a_killed_postgres_comes_back(private: Callable[[str], State]) -> None:
    async with running_postgres(private("killed")) as (server, supervisor):
        before = supervisor.kill("postgres")
        await until(lambda: supervisor.members["postgres"].restarts == 1)
        await supervisor.wait_ready("postgres")
        assert supervisor.members["postgres"].pid != before
        assert await query(server.superuser_url, "select 1") == 1


async def test_a_service_reaches_its_own_database_only(engines: Engines) -> None:
    urls = await engines.databases(["engines_one", "engines_two"])
    one = urls["engines_one"].replace("postgresql+asyncpg", "postgresql")
    assert await query(one, "select current_user") == "forbear_engines_one"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(one, database="forbear_engines_two")


async def test_services_reach_a_server_of_ours_by_its_socket_and_with_their_password(
    private: Callable[[str], State],
) -> None:
    async with running_postgres(private("near by")) as (server, _):
        assert server.socket_folder == server.data
        urls = await databases.provision(server.superuser_url, {"near": "its-password"}, server.socket_folder)
        near = urls["near"].replace("+asyncpg", "")
        assert await query(near, "select inet_client_addr() is null")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(near.replace("its-password", "guess"))


def test_a_socket_that_cannot_be_reached_is_not_used(tmp_path: Path) -> None:
    long = tmp_path / ("x" * (postgres.LONGEST_SOCKET - len(str(tmp_path)) - len("/.s.PGSQL.5432")))
    long.mkdir()
    server = postgres.Postgres(binaries=tmp_path, data=long, port=5432, password="", user=None)
    assert server.socket_folder is None
    fits = long.rename(long.with_name(long.name[1:]))
    assert replace(server, data=fits).socket_folder == fits
    assert replace(server, data=tmp_path / "gone").socket_folder is None
    (tmp_path / "here,there").mkdir()
    assert replace(server, data=tmp_path / "here,there").socket_folder is None


async def test_two_stacks_side_by_side_have_different_ports(private: Callable[[str], State]) -> None:
    async with running_postgres(private("left")) as (left, _), running_postgres(private("right")) as (right, _):
        assert left.port != right.port
        assert await query(left.superuser_url, "select 1") == await query(right.superuser_url, "select 1") == 1


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


async def test_a_frozen_process_is_stopped_all_the_same(private: Callable[[str], State]) -> None:
    async with running_postgres(private("frozen")) as (server, supervisor):
        pid = supervisor.members["postgres"].pid
        assert pid
        supervisor.freeze("postgres")
        await until(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED)
        status = json.loads((supervisor.state.root / "status.json").read_text())
        assert [row["state"] for row in status["processes"]] == ["frozen"]
        await supervisor.stop("postgres")
        assert not psutil.pid_exists(pid)
        await supervisor.start("postgres")
        assert await query(server.superuser_url, "select 1") == 1


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
        spec = broker.spec(ports.allocate(state, ("broker",))["broker"], put_right)
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
