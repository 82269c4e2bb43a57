"""Starts and nudges that the engine refuses, batch for batch, do not keep later ones from it."""

from typing import cast

from sqlalchemy import text
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from services.common.runtime.database import Database
from services.common.runtime.relay import store
from services.common.runtime.relay.temporal_sink import TemporalSink
from tests.databases import Databases
from tests.integration import probe

FILL = text(
    "INSERT INTO outbox (sink, kind, target, key, name, headers, body) "
    "SELECT :sink, :kind, 'probe', :key, 'look', '{}', '' FROM generate_series(1, :count)"
)


class Refusing:
    """An engine that has no room for one workflow: a condition that a real one cannot be brought into at will."""

    def __init__(self) -> None:
        self.nudged: list[str] = []

    def get_workflow_handle(self, key: str) -> "WorkflowHandle[object, object]":
        self.key = key
        return cast("WorkflowHandle[object, object]", self)

    async def signal(self, name: str, **_: object) -> None:
        if self.key == "full":
            raise RPCError(name, RPCStatusCode.RESOURCE_EXHAUSTED, b"")
        self.nudged.append(self.key)


async def fill(database: Database, sink: str, kind: str, *keys: tuple[str, int]) -> None:
    async with database.engine.begin() as connection:
        for key, count in keys:
            await connection.execute(FILL, {"sink": sink, "kind": kind, "key": key, "count": count})


async def test_a_batch_of_failing_nudges_lets_a_later_one_pass(databases: Databases) -> None:
    database = await probe.with_tables(await databases.empty("relay_fair"))
    await fill(database, "temporal", "nudge", ("full", 2 * store.BATCH), ("later", 1))
    engine = Refusing()

    async def connect() -> Client:
        return cast(Client, engine)

    sink = TemporalSink(connect)
    for _ in range(3):
        delivered, failed = await sink.deliver(await store.waiting(database, "temporal"))
        await store.note_failure(database, list(failed), "RPCError")
    assert engine.nudged == ["later"] and len(delivered) == 1
    await database.close()


async def test_events_stay_in_their_order_however_often_they_failed(databases: Databases) -> None:
    database = await probe.with_tables(await databases.empty("relay_order"))
    await fill(database, "kafka", "event", ("case", 2))
    first, second = (row.id for row in await store.waiting(database, "kafka"))
    await store.note_failure(database, [first], "KafkaError")
    assert [row.id for row in await store.waiting(database, "kafka")] == [first, second]
    await database.close()
