"""The bank's feeds: an outbox in the bank's own database, and the publisher that sends it to Kafka in order."""

import asyncio
from datetime import date, datetime
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from sandbox.bank import feed_repository as repository
from sandbox.store import Store, Tx
from services.common.contracts.envelope import Event, EventPayload
from services.common.contracts.events.bank import PAYMENTS, DayClosed
from services.common.runtime.kafka import KafkaAddress, abandon, connected_producer
from services.common.runtime.logging import error_fields, get_logger

SOURCE = "/bank"
_BATCH = 500
_LOOK_SECONDS = 0.5
_log = get_logger(__name__)


async def say(
    tx: Tx, payload: EventPayload, reference: str, at: datetime, *, copies: int = 1, release_on: date | None = None
) -> None:
    """Put an event into the outbox; `reference` is the bank's own and becomes the event id."""
    await repository.add(tx, payload, reference, at, everywhere=False, copies=copies, release_on=release_on)


async def say_day_closed(tx: Tx, day: date, at: datetime) -> None:
    """Put the close of a day into the outbox: one copy for every partition, behind all postings of that day."""
    payload = DayClosed(business_date=day)
    reference = f"day-closed-{day.isoformat()}"
    await repository.add(tx, payload, reference, at, everywhere=True, copies=1, release_on=None)


class Publisher:
    """Sends the outbox in order of its ids, with one acknowledgement before a day is closed."""

    def __init__(self, store: Store, broker: KafkaAddress) -> None:
        self._store = store
        self._broker = broker

    async def run(self, stopping: asyncio.Event) -> None:
        """Publish until told to stop; a broker that is away is tried again, with a new producer."""
        while not stopping.is_set():
            try:
                producer = await connected_producer(self._broker, "forbear-sandbox-bank")
                try:
                    while not stopping.is_set():
                        if not await self._publish(producer):
                            await self._store.wait_for(repository.BELL, _LOOK_SECONDS)
                finally:
                    await abandon(producer)
            except (KafkaError, OSError, TimeoutError) as error:
                _log.warning("feed_not_published", **error_fields(error))
                await _pause(stopping, 0.5)
            except Exception as error:
                _log.exception("feed_not_published", **error_fields(error))
                await _pause(stopping, 0.5)

    async def republish(self, since: datetime) -> int:
        """Send everything again that was sent since this wall instant (a broker that forgot)."""
        async with self._store.transaction() as tx:
            return await repository.mark_unsent(tx, since)

    async def _publish(self, producer: AIOKafkaProducer) -> bool:
        """Send one batch; tells whether more may wait, for which nobody rings again."""
        async with self._store.reading() as tx:
            rows = await repository.unsent(tx, _BATCH)
        waiting: list[tuple[int, Any]] = []
        for row in rows:
            if row["everywhere"]:
                await self._acknowledge(waiting)
                waiting = [(row["id"], await self._send_everywhere(producer, row))]
                await self._acknowledge(waiting)
                waiting = []
            else:
                event = _event(row, row["event_id"])
                for _ in range(row["copies"]):
                    sent = await producer.send(
                        row["topic"], event.body, key=row["key"].encode(), headers=_headers(event)
                    )
                waiting.append((row["id"], sent))
        await self._acknowledge(waiting)
        return len(rows) == _BATCH

    async def _send_everywhere(self, producer: AIOKafkaProducer, row: Any) -> "asyncio.Future[Any]":
        # The copies have ids of their own: one that hears several partitions must not take them for one message.
        partitions = await producer.partitions_for(PAYMENTS)
        sent = [
            await producer.send(
                row["topic"],
                row["body"],
                key=row["key"].encode(),
                headers=_headers(_event(row, f"{row['event_id']}/{partition}")),
                partition=partition,
            )
            for partition in sorted(partitions)
        ]
        return asyncio.gather(*sent)

    async def _acknowledge(self, waiting: list[tuple[int, Any]]) -> None:
        if not waiting:
            return
        await asyncio.gather(*(acknowledged for _, acknowledged in waiting))
        async with self._store.reading() as tx:
            await repository.mark_sent(tx, [row_id for row_id, _ in waiting])


def _event(row: Any, event_id: str) -> Event:
    return Event(
        id=event_id, source=SOURCE, type=row["event_type"], subject=row["key"], time=row["at"], body=row["body"]
    )


def _headers(event: Event) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in event.headers().items()]


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
