"""A service's own database: one engine, write transactions as units of work, and cheap reads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from sqlalchemy import MetaData, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from services.common.kernel.clock import Clock
from services.common.runtime.caller import Caller
from services.common.runtime.outbox import SINKS
from services.common.runtime.tables import RuntimeTables
from services.common.runtime.unit_of_work import UnitOfWork, claim_command

STATEMENT_TIMEOUT_MS = 15_000
LOCK_TIMEOUT_MS = 5_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
STATEMENTS_KEPT = 500
"""Prepared by a connection and kept: more than a service has, so that none is ever prepared twice."""


class Database:
    """The database of `service`. `outbox_written[sink]` is set after each commit that left rows for that sink."""

    def __init__(self, service: str, url: str, clock: Clock, tables: RuntimeTables, *, pool_size: int = 8) -> None:
        self.service = service
        self.clock = clock
        self.tables = tables
        self.outbox_written = {sink: asyncio.Event() for sink in SINKS}
        self.statements = 0
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=2,
            pool_timeout=5,
            pool_recycle=1800,
            hide_parameters=True,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            connect_args={
                "prepared_statement_cache_size": STATEMENTS_KEPT,
                "server_settings": {
                    "application_name": f"forbear-{service}",
                    "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                    "lock_timeout": str(LOCK_TIMEOUT_MS),
                    "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MS),
                    "timezone": "UTC",
                },
            },
        )
        self._write = async_sessionmaker(self.engine, expire_on_commit=False)
        self._read = async_sessionmaker(
            self.engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False
        )
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._count)

    def _count(self, *_: Any) -> None:
        self.statements += 1

    @property
    def metadata(self) -> MetaData:
        return self.tables.outbox.metadata

    @asynccontextmanager
    async def write(self, caller: Caller) -> AsyncIterator[UnitOfWork]:
        """One transaction: state, audit, outbox and the answer to the caller's command commit together or not at all.

        Raises `AlreadyAnswered` with the stored answer when the command was done before.
        """
        async with self._write() as session, session.begin():
            uow = UnitOfWork(session, self.service, self.tables, self.clock, caller)
            if caller.command is not None:
                await claim_command(uow, caller.command)
            yield uow
            await uow.finish()
        for sink in uow.wrote_for:
            self.outbox_written[sink].set()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reads, each statement on its own."""
        async with self._read() as session:
            yield session

    async def close(self) -> None:
        await self.engine.dispose()
