"""The sandbox's database: a pool, tables made at start, and one transaction at a time for each thing that happens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

import asyncpg
import orjson

#: Every package whose tables live in this database, in the order in which they are made.
_SCHEMAS = ("sandbox", "sandbox.bank", "sandbox.gateway", "sandbox.issuer", "sandbox.portfolio", "sandbox.borrowers")
_SCHEMA_LOCK = 0x666F7262

#: A connection inside a transaction. asyncpg has no types of its own.
Tx = Any


class Store:
    """The pool of one process. `open` makes missing tables, so a new database needs no other step."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @classmethod
    async def open(cls, dsn: str) -> "Store":
        """Connect and make missing tables. Raises what asyncpg raises when the server is not there."""
        pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=8,
            init=_json_as_values,
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
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """A connection for single statements."""
        async with self._pool.acquire() as connection:
            yield connection


async def _json_as_values(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda value: orjson.dumps(value).decode(), decoder=orjson.loads
    )
