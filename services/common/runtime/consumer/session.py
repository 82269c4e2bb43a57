"""One connection of a consumer: fetch in batches, apply one by one in each partition, note how far that went."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.common.runtime.consumer.apply import Applier
from services.common.runtime.consumer.held import RawMessage
from services.common.runtime.consumer.lag import Lag
from services.common.runtime.consumer.progress import Progress
from services.common.runtime.failpoints import failpoint
from services.common.runtime.logging import get_logger
from services.common.runtime.metrics import Metrics
from services.common.runtime.passing import may_pass
from services.common.runtime.relay.kafka_sink import BEAT_TYPE

PAUSE_SECONDS = 1.0
FETCH_MS = 250
BATCH = 500
AT_ONCE = 4
"""Partitions worked through at the same time: order is within a partition, and a transaction mostly waits."""

log = get_logger(__name__)
T = TypeVar("T")


class Session:
    """Works on what one connection is given until `stop` is set or the broker is lost."""

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        applier: Applier,
        progress: Progress,
        lag: Lag,
        metrics: Metrics,
        stop: asyncio.Event,
    ) -> None:
        self._consumer = consumer
        self._applier = applier
        self._progress = progress
        self._metrics = metrics
        self._lag = lag
        self._stop = stop
        self._assigned: set[TopicPartition] = set()
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Consume. Raises aiokafka's errors when the broker is lost, and what a handler's bug raises."""
        self._lag.follow(self._consumer)
        while not self._stop.is_set():
            await self._note_assignment()
            fetched: dict[TopicPartition, list[Any]] = await self._consumer.getmany(
                timeout_ms=FETCH_MS, max_records=BATCH
            )
            if fetched:
                failpoint("consumer.after_fetch")
            async with asyncio.TaskGroup() as group:
                for partition, records in fetched.items():
                    group.create_task(self._work_through(partition, records))
            await self._progress.keep()

    async def _note_assignment(self) -> None:
        """Note where we begin on newly assigned partitions."""
        assigned = set(self._consumer.assignment())
        for partition in assigned - self._assigned:
            beginning = await self._consumer.position(partition)
            self._lag.applied(partition, beginning)
            self._progress.begins(partition, beginning)
        self._assigned = assigned

    async def _work_through(self, partition: TopicPartition, records: Sequence[Any]) -> None:
        async with self._gate:
            beat_at: datetime | None = None
            messages: list[RawMessage] = []
            for record in records:
                beat = beat_of(record)
                if beat is None:
                    messages.append(_message(record))
                else:
                    beat_at = beat
            if not await self._patiently(partial(self._applier.observe, messages)):
                return
            if self._applier.applies_any_of(partition.topic):
                for message in messages:
                    applied = await self._patiently(partial(self._applier.apply, message))
                    if not applied:
                        return
                    self._metrics.consumer_events.labels(partition.topic, applied[0].outcome).inc()
            self._lag.applied(partition, records[-1].offset + 1)
            failpoint("consumer.after_commit_before_offset")
            self._progress.passed(partition, records[-1].offset + 1, beat_at)

    async def _patiently(self, act: Callable[[], Awaitable[T]]) -> tuple[T] | None:
        """What an act gives, waiting for the database as long as it takes; None when we are to stop first."""
        while not self._stop.is_set():
            try:
                return (await act(),)
            except Exception as error:
                if not may_pass(error):
                    raise
                log.warning("consumer_waits_for_database", error=type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS)
        return None


def _message(record: Any) -> RawMessage:
    return RawMessage(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=None if record.key is None else record.key.decode("utf-8", "backslashreplace").replace("\x00", "�"),
        headers=tuple(record.headers),
        body=record.value,
    )


def beat_of(record: Any) -> datetime | None:
    """The instant a beat vouches for; None for any other message."""
    headers = dict(record.headers)
    if headers.get("ce_type") != BEAT_TYPE.encode():
        return None
    return datetime.fromisoformat(headers["ce_time"].decode())
