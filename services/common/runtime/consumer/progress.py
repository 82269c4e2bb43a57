"""How far a consumer is: offsets at the broker, now and then, and beats in the database, at once."""

import asyncio
from datetime import datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from services.common.runtime.database import Database
from services.common.runtime.logging import get_logger
from services.common.runtime.passing import may_pass

COMMIT_SECONDS = 1.0
"""Between two commits of offsets. The inbox makes a second delivery harmless, so a late commit costs only time."""

log = get_logger(__name__)


class Progress:
    """What one connection of a consumer has worked through. Guards read the beats, operations the positions."""

    def __init__(self, database: Database, consumer: AIOKafkaConsumer) -> None:
        self._database = database
        self._consumer = consumer
        self._offsets: dict[TopicPartition, int] = {}
        self._beats: dict[TopicPartition, datetime | None] = {}
        self._committed_at = 0.0

    def begins(self, partition: TopicPartition, offset: int) -> None:
        """A partition was assigned to us: a broker that lost its topics begins again at 0."""
        self._offsets[partition] = offset
        self._beats.setdefault(partition, None)

    def passed(self, partition: TopicPartition, next_offset: int, beat_at: datetime | None) -> None:
        """Everything of a partition before `next_offset` is worked through, a beat of that instant included."""
        self._offsets[partition] = next_offset
        if beat_at is not None:
            self._beats[partition] = beat_at

    async def keep(self, *, at_once: bool = False) -> None:
        """Write down new beats, and commit offsets when the last commit is a while ago."""
        if self._beats:
            await self._write()
        wall = asyncio.get_running_loop().time()
        if self._offsets and (at_once or wall - self._committed_at >= COMMIT_SECONDS):
            await self._commit()
            self._committed_at = wall

    async def _write(self) -> None:
        table = self._database.tables.consumer_position
        rows = insert(table).values(
            [
                {"topic": one.topic, "partition": one.partition, "next_offset": self._offsets[one], "beat_at": beat}
                for one, beat in self._beats.items()
            ]
        )
        kept = rows.on_conflict_do_update(
            index_elements=[table.c.topic, table.c.partition],
            set_={
                "next_offset": rows.excluded.next_offset,
                "beat_at": func.coalesce(rows.excluded.beat_at, table.c.beat_at),
            },
        )
        try:
            async with self._database.read() as session:
                await session.execute(kept)
            self._beats.clear()
        except Exception as error:
            if not may_pass(error):
                raise
            log.warning("position_not_kept", error=type(error).__name__)

    async def _commit(self) -> None:
        assigned = self._consumer.assignment()
        offsets = {partition: offset for partition, offset in self._offsets.items() if partition in assigned}
        self._offsets.clear()
        if not offsets:
            return
        try:
            await self._consumer.commit(offsets)
        except KafkaError as error:
            log.info("offset_not_committed", error=type(error).__name__)
