"""The consumer of a service: connected to the broker again and again, whatever becomes of it."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from services.common.runtime.consumer.apply import Applier
from services.common.runtime.consumer.lag import Lag
from services.common.runtime.consumer.progress import Progress
from services.common.runtime.consumer.session import PAUSE_SECONDS, Session
from services.common.runtime.database import Database
from services.common.runtime.kafka import KafkaAddress, connected_consumer
from services.common.runtime.logging import get_logger
from services.common.runtime.metrics import Metrics

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
                await Session(consumer, self._applier, progress, lag, metrics, stop).run()
            except (KafkaError, OSError) as error:
                log.warning("consumer_restarts", error=type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS)
            finally:
                await self._leave(consumer, progress)

    async def _leave(self, consumer: AIOKafkaConsumer, progress: Progress) -> None:
        try:
            async with asyncio.timeout(3):
                await progress.keep(at_once=True)
                await consumer.stop()
        except (KafkaError, OSError, TimeoutError) as error:
            log.info("consumer_abandoned", error=type(error).__name__)
