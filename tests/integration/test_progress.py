"""How far a consumer is: written down when it can be, and told to the broker, with nothing forgotten in between."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import select

from sandbox.engines.engines import Engines
from sandbox.engines.topics import TopicSpec
from services.common.kernel.clock import FixedClock
from services.common.runtime.consumer.progress import Progress
from services.common.runtime.database import Database
from services.contact.models import TABLES
from tests.databases import FreshDatabase

TOPIC = "forbear.cases"
ONE, TWO = TopicPartition(TOPIC, 0), TopicPartition(TOPIC, 1)
BEAT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    made = Database("contact", await fresh_database("contact"), FixedClock(BEAT), TABLES, pool_size=1)
    yield made
    await made.close()


@pytest.fixture
async def consumer(engines: Engines) -> AsyncIterator[AIOKafkaConsumer]:
    await engines.create_topics([TopicSpec(TOPIC, 4)])
    made = AIOKafkaConsumer(bootstrap_servers=engines.kafka_bootstrap, group_id="progress", enable_auto_commit=False)
    await made.start()
    made.assign([ONE, TWO])
    yield made
    await made.stop()


async def positions(database: Database) -> dict[int, tuple[int, datetime | None]]:
    table = database.tables.consumer_position
    async with database.read() as session:
        rows = (await session.execute(select(table))).all()
    return {row.partition: (row.next_offset, row.beat_at) for row in rows}


async def test_beats_are_written_at_once_and_the_rest_soon(database: Database, consumer: AIOKafkaConsumer) -> None:
    progress = Progress(database, consumer)
    for partition in (ONE, TWO):
        progress.begins(partition, 0)
    await progress.keep()
    assert await positions(database) == {0: (0, None), 1: (0, None)}
    progress.passed(ONE, 3, None)
    await progress.keep()
    assert await positions(database) == {0: (0, None), 1: (0, None)}, "once a second is often enough"
    progress.passed(TWO, 5, BEAT)
    await progress.keep()
    assert await positions(database) == {0: (3, None), 1: (5, BEAT)}
    progress.passed(TWO, 6, None)
    await progress.keep(at_once=True)
    assert await positions(database) == {0: (3, None), 1: (6, BEAT)}, "a beat stays until the next one"
    assert (await consumer.committed(ONE), await consumer.committed(TWO)) == (3, 6)


async def test_what_could_not_be_written_is_written_later(
    engines: Engines, database: Database, consumer: AIOKafkaConsumer
) -> None:
    progress = Progress(database, consumer)
    progress.begins(ONE, 0)
    await progress.keep(at_once=True)
    name = database.engine.url.database
    administrator = await asyncpg.connect(engines.superuser_url)
    try:
        await administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    finally:
        await administrator.close()
    progress.passed(ONE, 7, BEAT)
    await progress.keep(at_once=True)
    progress.passed(TWO, 2, None)
    await progress.keep(at_once=True)
    assert await positions(database) == {0: (7, BEAT), 1: (2, None)}
    assert (await consumer.committed(ONE), await consumer.committed(TWO)) == (7, 2)
