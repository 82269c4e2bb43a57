"""How far a consumer is: positions in the database, offsets at the broker. Beats are written at once, the rest soon."""

import asyncio
from datetime import datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.common.runtime.database import Database
from services.common.runtime.logging import get_logger
from services.common.runtime.passing import may_pass
from services.common.runtime.sql import Sql

KEEP_SECONDS = 1.0
"""Between two commits of offsets. The inbox makes a second delivery harmless, so a late commit costs only time."""

# A beat that was heard stays until a later one.
KEEP = Sql(
    """
    INSERT INTO consumer_position (topic, partition, next_offset, beat_at)
    SELECT * FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[]), CAST(:offsets AS bigint[]),
        CAST(:beats AS timestamptz[]))
    ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset,
        beat_at = coalesce(excluded.beat_at, consumer_position.beat_at)
    """
)

log = get_logger(__name__)


class Progress:
    """What one connection of a consumer has worked through. Guards read the beats, operations the positions."""

    def __init__(self, database: Database, consumer: AIOKafkaConsumer) -> None:
        self._database = database
        self._consumer = consumer
        self._offsets: dict[TopicPartition, int] = {}
        self._beats: dict[TopicPartition, datetime] = {}
        self._unwritten: set[TopicPartition] = set()
        self._uncommitted: set[TopicPartition] = set()
        self._kept_at = 0.0

    def begins(self, partition: TopicPartition, offset: int) -> None:
        """A partition was assigned to us: a broker that lost its topics begins again at 0."""
        self._offsets[partition] = offset
        self._unwritten.add(partition)

    def passed(self, partition: TopicPartition, next_offset: int, beat_at: datetime | None) -> None:
        """Everything of a partition before `next_offset` is worked through, a beat of that instant included."""
        self._offsets[partition] = next_offset
        self._unwritten.add(partition)
        self._uncommitted.add(partition)
        if beat_at is not None:
            self._beats[partition] = beat_at

    async def keep(self, *, at_once: bool = False) -> None:
        """Write down new beats at once, and positions and offsets when that was last done a while ago."""
        wall = asyncio.get_running_loop().time()
        due = at_once or wall - self._kept_at >= KEEP_SECONDS
        if self._unwritten and (due or self._beats):
            await self._write()
        if self._uncommitted and due:
            await self._commit()
        if due:
            self._kept_at = wall

    async def _write(self) -> None:
        rows = sorted(self._unwritten)
        values = {
            "topics": [one.topic for one in rows],
            "partitions": [one.partition for one in rows],
            "offsets": [self._offsets[one] for one in rows],
            "beats": [self._beats.get(one) for one in rows],
        }
        try:
            async with self._database.read() as session:
                await KEEP.run(session, values)
        except Exception as error:
            if not may_pass(error):
                raise
            log.warning("position_not_kept", error=type(error).__name__)
            return
        self._unwritten.clear()
        self._beats.clear()

    async def _commit(self) -> None:
        self._uncommitted &= self._consumer.assignment()
        if not self._uncommitted:
            return
        try:
            await self._consumer.commit({partition: self._offsets[partition] for partition in self._uncommitted})
        except KafkaError as error:
            log.info("offset_not_committed", error=type(error).__name__)
            return
        self._uncommitted.clear()
