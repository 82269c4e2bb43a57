"""Everything that is on the topics, read without a group so that nobody's place moves."""

import asyncio
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from forbear.doctor.verdicts import CannotLook
from services.common.contracts.topics import all_topics

READ_WITHIN_SECONDS = 120.0
POLL_MS = 500
#: How often more is asked for behind the end, on topics that are being written.
FURTHER_POLLS = 10


@dataclass(frozen=True, slots=True)
class OnTopic:
    """One message as it lies on the broker; `from_start` says that its partition still has its first message."""

    topic: str
    partition: int
    offset: int
    key: bytes
    headers: tuple[tuple[str, bytes], ...]
    body: bytes
    from_start: bool

    @property
    def place(self) -> str:
        return f"{self.topic}/{self.partition}@{self.offset}"

    def header(self, name: str) -> str:
        """A header as text, empty when it is not there."""
        return next((value.decode("utf-8", "replace") for key, value in self.headers if key == name), "")


async def read_all(bootstrap: str) -> list[OnTopic]:
    """Every message of every topic up to its present end or a little further, partition by partition. CannotLook."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest", request_timeout_ms=10_000
    )
    try:
        async with asyncio.timeout(READ_WITHIN_SECONDS):
            try:
                await consumer.start()
                return await _read(consumer)
            finally:
                await consumer.stop()
    except (KafkaError, OSError, TimeoutError) as error:
        raise CannotLook(f"the topics: {type(error).__name__}") from None


async def _read(consumer: AIOKafkaConsumer) -> list[OnTopic]:
    partitions = [
        TopicPartition(name, number) for name, topic in all_topics().items() for number in range(topic.partitions)
    ]
    consumer.assign(partitions)
    starts: dict[TopicPartition, int] = await consumer.beginning_offsets(partitions)
    ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
    for partition in partitions:
        consumer.seek(partition, starts[partition])
    found: dict[TopicPartition, list[OnTopic]] = {partition: [] for partition in partitions}
    further = FURTHER_POLLS
    while further:
        records_by_partition = await consumer.getmany(timeout_ms=POLL_MS)
        for partition, records in records_by_partition.items():
            found[partition].extend(_on_topic(record, partition, starts[partition] == 0) for record in records)
        behind = [partition for partition in partitions if await consumer.position(partition) < ends[partition]]
        # The embedded broker calls the beginning of its last batch the end: what is there is known when no more comes.
        if not behind:
            further = further - 1 if records_by_partition else 0
    return [message for partition in partitions for message in found[partition]]


def _on_topic(record: Any, partition: TopicPartition, from_start: bool) -> OnTopic:
    return OnTopic(
        topic=partition.topic,
        partition=partition.partition,
        offset=record.offset,
        key=record.key or b"",
        headers=tuple(record.headers),
        body=record.value or b"",
        from_start=from_start,
    )
