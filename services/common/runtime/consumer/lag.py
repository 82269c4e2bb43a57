"""How far a consumer is behind: what the broker has for it, less what it has applied."""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.common.runtime.metrics import Metrics


class Lag:
    """The lag of this process by topic, over the partitions assigned to it, shown when figures are read.

    It grows while an application waits for the database, too: that is when somebody wants to know it.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._consumer: AIOKafkaConsumer | None = None
        self._applied: dict[TopicPartition, int] = {}
        metrics.refresh(self._show)

    def follow(self, consumer: AIOKafkaConsumer) -> None:
        """Look at this consumer from now on; the one before it is gone."""
        self._consumer = consumer
        self._applied.clear()

    def applied(self, partition: TopicPartition, next_offset: int) -> None:
        """Everything before `next_offset` is applied."""
        self._applied[partition] = next_offset

    async def _show(self) -> None:
        assigned: Iterable[TopicPartition] = self._consumer.assignment() if self._consumer else ()
        behind: dict[str, int] = {}
        for partition in assigned:
            waiting = 0
            if partition in self._applied and self._consumer:
                waiting = max((self._consumer.highwater(partition) or 0) - self._applied[partition], 0)
            behind[partition.topic] = behind.get(partition.topic, 0) + waiting
        self._metrics.consumer_lag.clear()
        for topic, messages in behind.items():
            self._metrics.consumer_lag.labels(topic).set(messages)
