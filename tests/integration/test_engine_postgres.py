"""PostgreSQL as an engine: private, protected, found again with its data, and back after it was killed or frozen."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import asyncpg
import psutil
import pytest

from sandbox.engines import databases, postgres
from sandbox.engines.engines import Engines
from sandbox.engines.state import State
from services.common.runtime.settings import driverless
from tests.integration.engine_steps import query, running_postgres, until


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
    one = driverless(urls["engines_one"])
    assert await query(one, "select current_user") == "forbear_engines_one"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(one, database="forbear_engines_two")


async def test_services_reach_a_server_of_ours_by_its_socket_and_with_their_password(
    private: Callable[[str], State],
) -> None:
    async with running_postgres(private("near by")) as (server, _):
        assert server.socket_folder == server.data
        urls = await databases.provision(server.superuser_url, {"near": "its-password"}, server.socket_folder)
        near = driverless(urls["near"])
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


async def test_two_stacks_side_by_side_have_different_ports(private: Callable[[str], State]) -> None:
    async with running_postgres(private("left")) as (left, _), running_postgres(private("right")) as (right, _):
        assert left.port != right.port
        assert await query(left.superuser_url, "select 1") == await query(right.superuser_url, "select 1") == 1
