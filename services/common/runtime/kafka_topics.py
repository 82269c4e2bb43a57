"""Topics on a broker as the contracts declare them: those that are missing are made, those that differ are named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from services.common.contracts.topics import all_topics

REQUEST_TIMEOUT_MS = 10_000
MS_PER_DAY = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class TopicSpec:
    """One topic: its name, number of partitions, and settings such as `retention.ms`."""

    name: str
    partitions: int = 4
    config: Mapping[str, str] = field(default_factory=dict)


class OtherPartitions(Exception):
    """A topic exists with another number of partitions. It is not changed: events of a case would lose their order."""


def declared_topics() -> list[TopicSpec]:
    """Every topic of the contracts, with its partitions and retention."""
    return [
        TopicSpec(topic.name, topic.partitions, {"retention.ms": str(topic.retention_days * MS_PER_DAY)})
        for topic in all_topics().values()
    ]


async def create_topics(bootstrap: str, specs: Iterable[TopicSpec], replication: int = 1) -> list[str]:
    """Make the topics that are missing and return their names; `replication` is the number of copies.

    KafkaError when the broker refuses one, OtherPartitions when one is there with other partitions.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=REQUEST_TIMEOUT_MS)
    await admin.start()
    try:
        wanted = {spec.name: spec for spec in specs}
        there = sorted(wanted.keys() & set(await admin.list_topics()))
        for found in await admin.describe_topics(there) if there else []:
            _compare(wanted.pop(found["topic"]), len(found["partitions"]))
        if not wanted:
            return []
        answer = await admin.create_topics(
            [
                NewTopic(spec.name, spec.partitions, replication, topic_configs=dict(spec.config))
                for spec in wanted.values()
            ]
        )
    finally:
        await admin.close()
    for name, code, *_ in answer.topic_errors:
        if code and for_code(code) is not TopicAlreadyExistsError:
            raise for_code(code)(f"topic {name}")
    return sorted(wanted)


def _compare(spec: TopicSpec, partitions: int) -> None:
    if partitions != spec.partitions:
        raise OtherPartitions(f"{spec.name} has {partitions} partitions, not {spec.partitions}")
