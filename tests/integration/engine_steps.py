"""Steps of the engines' tests: a PostgreSQL server of one's own, a question to it, and waiting for the system."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg

from sandbox.engines import ports, postgres
from sandbox.engines.state import State
from sandbox.engines.supervisor import Supervisor


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is so; the poll is of the operating system, which tells nobody."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not become so"
        await asyncio.sleep(0.02)


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
