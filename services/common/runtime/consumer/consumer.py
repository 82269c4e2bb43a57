"""The consumer loop: fetch in batches, apply one by one in partition order, commit offsets after the transactions."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.common.runtime.consumer.apply import Applier
from services.common.runtime.consumer.held import RawMessage
from services.common.runtime.consumer.lag import Lag
from services.common.runtime.consumer.progress import Progress
from services.common.runtime.database import Database
from services.common.runtime.failpoints import failpoint
from services.common.runtime.kafka import KafkaAddress, connected_consumer
from services.common.runtime.logging import get_logger
from services.common.runtime.metrics import Metrics
from services.common.runtime.passing import may_pass
from services.common.runtime.relay.kafka_sink import BEAT_TYPE

PAUSE_SECONDS = 1.0
FETCH_MS = 250
BATCH = 500

log = get_logger(__name__)


class Consumer:
    """The consumer of one service on the topics of its handlers, group = service name."""

    def __init__(self, database: Database, applier: Applier, address: KafkaAddress, topics: Sequence[str]) -> None:
        self._database = database
        self._applier = applier
        self._address = address
        self._topics = list(topics)

    async def run(self, stop: asyncio.Event, metrics: Metrics) -> None:
        """Consume until `stop` is set; a broker or database that is away is waited for."""
        lag = Lag(metrics)
        while not stop.is_set():
            try:
                consumer = await connected_consumer(self._address, self._database.service, self._topics)
            except (KafkaError, OSError) as error:
                log.warning("consumer_waits_for_broker", error=type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            progress = Progress(self._database, consumer)
            try:
                await self._consume(consumer, progress, stop, metrics, lag)
            except (KafkaError, OSError) as error:
                log.warning("consumer_restarts", error=type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS)
            finally:
                await self._leave(consumer, progress)

    async def _consume(
        self, consumer: AIOKafkaConsumer, progress: Progress, stop: asyncio.Event, metrics: Metrics, lag: Lag
    ) -> None:
        lag.follow(consumer)
        known: set[TopicPartition] = set()
        while not stop.is_set():
            known = await self._note_assignment(consumer, progress, known, lag)
            fetched: dict[TopicPartition, list[Any]] = await consumer.getmany(timeout_ms=FETCH_MS, max_records=BATCH)
            if fetched:
                failpoint("consumer.after_fetch")
            for partition, records in fetched.items():
                beat_at: datetime | None = None
                for record in records:
                    beat = beat_of(record)
                    if beat is not None:
                        beat_at = beat
                        continue
                    outcome = await self._apply(record, stop)
                    if outcome is None:
                        return
                    metrics.consumer_events.labels(partition.topic, outcome).inc()
                lag.applied(partition, records[-1].offset + 1)
                failpoint("consumer.after_commit_before_offset")
                progress.passed(partition, records[-1].offset + 1, beat_at)
            await progress.keep()

    async def _note_assignment(
        self, consumer: AIOKafkaConsumer, progress: Progress, known: set[TopicPartition], lag: Lag
    ) -> set[TopicPartition]:
        """Note where we begin on newly assigned partitions."""
        assigned = set(consumer.assignment())
        for partition in assigned - known:
            beginning = await consumer.position(partition)
            lag.applied(partition, beginning)
            progress.begins(partition, beginning)
        return assigned

    async def _apply(self, record: Any, stop: asyncio.Event) -> str | None:
        """Apply a record, waiting for the database as long as it takes; None when we are to stop first."""
        message = RawMessage(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            key=None if record.key is None else record.key.decode("utf-8", "backslashreplace").replace("\x00", "�"),
            headers=tuple(record.headers),
            body=record.value,
        )
        while not stop.is_set():
            try:
                return (await self._applier.apply(message)).outcome
            except Exception as error:
                if not may_pass(error):
                    raise
                log.warning("consumer_waits_for_database", error=type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS)
        return None

    async def _leave(self, consumer: AIOKafkaConsumer, progress: Progress) -> None:
        try:
            async with asyncio.timeout(3):
                await progress.keep(at_once=True)
                await consumer.stop()
        except (KafkaError, OSError, TimeoutError) as error:
            log.info("consumer_abandoned", error=type(error).__name__)


def beat_of(record: Any) -> datetime | None:
    """The instant a beat vouches for; None for any other message."""
    headers = dict(record.headers)
    if headers.get("ce_type") != BEAT_TYPE.encode():
        return None
    return datetime.fromisoformat(headers["ce_time"].decode())
