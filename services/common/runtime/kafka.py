"""Producers and consumers as every service uses them: acknowledged by all replicas, offsets committed by hand."""

from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

REQUEST_TIMEOUT_MS = 5_000
MAX_MESSAGE_BYTES = 1_048_576
FETCH_WAIT_MS = 250
"""How long a broker may wait for messages; it answers as soon as there are some."""


@dataclass(frozen=True, slots=True)
class KafkaAddress:
    """Where the broker is, and whether it has the idempotent producer."""

    bootstrap: str
    idempotence: bool = True


async def connected_producer(address: KafkaAddress, client_id: str) -> AIOKafkaProducer:
    """A started producer; `KafkaError` when the broker does not answer."""
    producer = AIOKafkaProducer(
        bootstrap_servers=address.bootstrap,
        client_id=client_id,
        acks="all",
        enable_idempotence=address.idempotence,
        linger_ms=0,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        max_request_size=MAX_MESSAGE_BYTES,
    )
    try:
        await producer.start()
    except BaseException:
        await _quietly_stop(producer)
        raise
    return producer


async def abandon(producer: AIOKafkaProducer) -> None:
    """Let go of a producer, sending nothing of what it still holds; takes no longer than a request may.

    Its own `stop` sends all of it first: it waits for a broker that is away, for ever where the producer is
    idempotent, and what is given up after a while is overtaken by what came later.
    """
    await producer._sender.close()
    producer._message_accumulator.fail_all(KafkaError("the producer was let go"))
    await producer.stop()


async def connected_consumer(address: KafkaAddress, group: str, topics: list[str]) -> AIOKafkaConsumer:
    """A started consumer of a group, from the earliest message it has not committed."""
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=address.bootstrap,
        group_id=group,
        client_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        request_timeout_ms=REQUEST_TIMEOUT_MS * 2,
        session_timeout_ms=10_000,
        heartbeat_interval_ms=2_000,
        max_poll_interval_ms=120_000,
        max_partition_fetch_bytes=4 * MAX_MESSAGE_BYTES,
        fetch_max_wait_ms=FETCH_WAIT_MS,
        metadata_max_age_ms=30_000,
    )
    try:
        await consumer.start()
    except BaseException:
        await _quietly_stop(consumer)
        raise
    return consumer


async def _quietly_stop(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    try:
        await client.stop()
    except (KafkaError, OSError):
        return
