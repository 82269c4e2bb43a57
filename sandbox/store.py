"""The sandbox's database: a pool, tables made at start, and one transaction at a time for each thing that happens."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from importlib.resources import files
from typing import Any

import asyncpg
import orjson

#: Every package whose tables live in this database, in the order in which they are made.
_SCHEMAS = ("sandbox", "sandbox.bank", "sandbox.gateway", "sandbox.issuer", "sandbox.portfolio", "sandbox.borrowers")
_CONNECTIONS = 16
"""Twice as many as acts that are done at once, see there."""
_SCHEMA_LOCK = 0x666F7262

#: A connection inside a transaction. asyncpg has no types of its own.
Tx = Any

#: The bells to be rung once the current transaction is committed.
_ringing: ContextVar[set[str] | None] = ContextVar("ringing", default=None)


def ring(bell: str) -> None:
    """Have whoever waits for this bell look, once the current transaction is committed."""
    noted = _ringing.get()
    if noted is None:
        raise RuntimeError("a bell is rung in a transaction")
    noted.add(bell)


class Store:
    """The pool of one process. `open` makes missing tables, so a new database needs no other step."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._bells: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    @classmethod
    async def open(cls, dsn: str) -> "Store":
        """Connect and make missing tables. Raises what asyncpg raises when the server is not there."""
        pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=_CONNECTIONS,
            init=_json_as_values,
            reset=_nothing_to_reset,
            server_settings={"application_name": "forbear-sandbox", "timezone": "UTC"},
        )
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _SCHEMA_LOCK)
            for package in _SCHEMAS:
                await connection.execute((files(package) / "schema.sql").read_text(encoding="utf-8"))
        return cls(pool)

    async def close(self) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """One transaction, committed when the block ends without an exception."""
        noted: set[str] = set()
        before = _ringing.set(noted)
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                yield connection
        finally:
            _ringing.reset(before)
        for bell in noted:
            self._bells[bell].set()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """A connection for single statements, each of which is a transaction of its own."""
        async with self._pool.acquire() as connection:
            yield connection

    async def wait_for(self, bell: str, seconds: float) -> None:
        """Wait until the bell is rung, at most so long."""
        event = self._bells[bell]
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
        # Before the look that follows: what is committed from now on rings again.
        event.clear()


async def _nothing_to_reset(_: Any) -> None:
    """Nobody sets anything that outlives a transaction, so a connection goes back as it is (an open one is ended)."""


async def _json_as_values(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda value: orjson.dumps(value).decode(), decoder=orjson.loads
    )
