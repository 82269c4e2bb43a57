"""A PostgreSQL of its own for a benchmark, without fsync, gone when it is done."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from sandbox.engines import ports, postgres
from sandbox.engines.state import State
from sandbox.engines.supervisor import Supervisor
from services.common.runtime.migrate import upgrade


@asynccontextmanager
async def fresh(service: str) -> AsyncIterator[str]:
    """The address of a new database with the tables of a service."""
    with tempfile.TemporaryDirectory(prefix="forbear-bench-") as folder:
        state = State(folder)
        with state.locked():
            supervisor = Supervisor(state)
            server = postgres.prepare(state, ports.allocate(state, ("postgres",))["postgres"], fsync=False)
            await supervisor.add(server.spec())
            try:
                name = f"bench_{service}"
                connection = await asyncpg.connect(server.superuser_url)
                await connection.execute(f"CREATE DATABASE {name}")
                await connection.close()
                address = server.superuser_url.rpartition("/")[0].replace("postgresql://", "postgresql+asyncpg://")
                await upgrade(service, f"{address}/{name}")
                yield f"{address}/{name}"
            finally:
                await supervisor.stop_all()
        state.remove()
