"""A small service with only the plumbing tables and one table of effects, to try the plumbing by itself.

Run as a program it is that service's relay: `python -m tests.integration.probe DATABASE_URL KAFKA_BOOTSTRAP`.
"""

import asyncio
import sys
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Integer, MetaData, Table, Text, insert, select
from temporalio.client import Client

from services.common.contracts.envelope import source_of
from services.common.contracts.events.cases import CaseAssigned
from services.common.kernel.clock import FixedClock
from services.common.kernel.errors import Conflict
from services.common.runtime.caller import Caller
from services.common.runtime.consumer.apply import Applier
from services.common.runtime.consumer.handlers import Handlers, Received
from services.common.runtime.consumer.held import RawMessage
from services.common.runtime.database import Database
from services.common.runtime.kafka import KafkaAddress
from services.common.runtime.metrics import Metrics
from services.common.runtime.relay.kafka_sink import KafkaSink
from services.common.runtime.relay.relay import Relay
from services.common.runtime.relay.temporal_sink import TemporalSink
from services.common.runtime.tables import NAMING, runtime_tables
from services.common.runtime.unit_of_work import UnitOfWork
from tests.integration.arriving import arriving

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALLER = Caller.service("probe", "test")
REFUSED = "refused"
BROKEN = "broken"

metadata = MetaData(naming_convention=NAMING)
TABLES = runtime_tables(metadata)
EFFECT = Table(
    "effect",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("assignee", Text, nullable=False),
)


def probe_database(url: str, service: str = "probe") -> Database:
    """The probe's database on a clock that stands still."""
    return Database(service, url, FixedClock(NOW), TABLES)


async def with_tables(url: str, service: str = "probe") -> Database:
    """The same, with its tables made."""
    database = probe_database(url, service)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    return database


async def say(database: Database, case_id: UUID, *assignees: str) -> None:
    """Emit one event per assignee, each in a transaction of its own."""
    for assignee in assignees:
        async with database.write(CALLER) as uow:
            await uow.emit(CaseAssigned(case_id=case_id, assignee=assignee))


def assigned(
    case_id: UUID, version: int, assignee: str, *, partition: int = 0, offset: int | None = None
) -> RawMessage:
    """An event of a case as the broker would give it; where it stands there is its version unless said."""
    payload = CaseAssigned(case_id=case_id, assignee=assignee)
    source = source_of("probe", CaseAssigned.topic)
    at = version if offset is None else offset
    return arriving(payload, f"{case_id}/{version}", source, NOW, version=version, partition=partition, offset=at)


async def record(uow: UnitOfWork, received: Received[CaseAssigned]) -> None:
    """The effect of an event; an assignee called `refused` is refused for good, with `broken` the code is wrong."""
    if received.payload.assignee == REFUSED:
        raise Conflict("nobody can be assigned to refused")
    if received.payload.assignee == BROKEN:
        raise KeyError(received.payload.assignee)
    await uow.session.execute(
        insert(EFFECT).values(
            case_id=received.event.subject, version=received.event.version, assignee=received.payload.assignee
        )
    )


def applier(database: Database) -> Applier:
    """An applier with the probe's one handler."""
    handlers = Handlers()
    handlers.on(CaseAssigned, record)
    return Applier(database, handlers)


async def effects(database: Database) -> list[tuple[str, int, str]]:
    """All effects (case, version, assignee) in the order in which they happened."""
    async with database.read() as session:
        rows = await session.execute(
            select(EFFECT.c.case_id, EFFECT.c.version, EFFECT.c.assignee).order_by(EFFECT.c.id)
        )
        return [(row.case_id, row.version, row.assignee) for row in rows]


async def _no_temporal() -> Client:
    raise TimeoutError("the probe has no workflows")


async def _relay(url: str, bootstrap: str) -> None:
    database = probe_database(url)
    sink = KafkaSink(KafkaAddress(bootstrap, idempotence=False), "probe")
    await Relay(database, sink, TemporalSink(_no_temporal), Metrics("probe", "relay")).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(_relay(sys.argv[1], sys.argv[2]))
