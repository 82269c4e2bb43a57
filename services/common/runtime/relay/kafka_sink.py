"""The Kafka side of the relay: rows in order, one batch at a time, marked only after every acknowledgement."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from sqlalchemy import Row

from services.common.runtime.kafka import REQUEST_TIMEOUT_MS, KafkaAddress, abandon, connected_producer
from services.common.runtime.logging import get_logger

SEND_TIMEOUT_SECONDS = 15.0
CLOSE_SECONDS = REQUEST_TIMEOUT_MS / 1000 + 2
BEAT_TYPE = "forbear.beat.v1"

log = get_logger(__name__)


class KafkaSink:
    """A producer that is made again after each failure, so that a broker that died holds nothing up for long."""

    def __init__(self, address: KafkaAddress, client_id: str) -> None:
        self._address = address
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None

    async def deliver(self, rows: Sequence[Row[Any]]) -> list[int]:
        """Send rows in order; the ids, once all are acknowledged. `KafkaError` or `TimeoutError` when any was not."""
        producer = await self._connect()
        try:
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                sent = [
                    await producer.send(
                        row.target,
                        value=bytes(row.body),
                        key=row.key.encode(),
                        headers=[(name, value.encode()) for name, value in orjson.loads(row.headers).items()],
                    )
                    for row in rows
                ]
                await asyncio.gather(*sent)
        except (KafkaError, TimeoutError):
            await self.close()
            raise
        return [row.id for row in rows]

    async def beat(self, topic: str, as_of: datetime) -> None:
        """Say on every partition of `topic` that all that was committed before `as_of` has been said there."""
        producer = await self._connect()
        headers = [("ce_type", BEAT_TYPE.encode()), ("ce_time", as_of.isoformat().encode())]
        try:
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                partitions = await producer.partitions_for(topic)
                sent = [
                    await producer.send(topic, value=b"{}", partition=number, headers=headers) for number in partitions
                ]
                await asyncio.gather(*sent)
        except (KafkaError, TimeoutError):
            await self.close()
            raise

    async def _connect(self) -> AIOKafkaProducer:
        if self._producer is None:
            self._producer = await connected_producer(self._address, self._client_id)
        return self._producer

    async def close(self) -> None:
        """Let go of the producer: what it holds waits in the outbox, too. A broker that is away does not keep us."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await abandon(producer)
        except (KafkaError, TimeoutError):
            log.info("producer_abandoned")
