"""Topics on a broker: making those that are missing, and asking whether it answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from sandbox.engines.probes import listening


@dataclass(frozen=True)
class TopicSpec:
    """One topic: its name, number of partitions, and settings such as `retention.ms`."""

    name: str
    partitions: int = 4
    config: Mapping[str, str] = field(default_factory=dict)


async def create_topics(bootstrap: str, specs: Iterable[TopicSpec]) -> list[str]:
    """Make the topics that are missing and return their names; raise KafkaError when the broker refuses one."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        missing = [spec for spec in specs if spec.name not in there]
        if not missing:
            return []
        answer = await admin.create_topics(
            [NewTopic(spec.name, spec.partitions, 1, topic_configs=dict(spec.config)) for spec in missing]
        )
    finally:
        await admin.close()
    for name, code, *_ in answer.topic_errors:
        if code and for_code(code) is not TopicAlreadyExistsError:
            raise for_code(code)(f"topic {name}")
    return [spec.name for spec in missing]


async def healthy(bootstrap: str) -> bool:
    """Tell whether the broker answers a request about its topics."""
    host, _, port = bootstrap.rpartition(":")
    if not await listening(int(port), host)():  # the client logs an error for what is only "not yet"
        return False
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=2_000)
    try:
        await admin.start()
        await admin.list_topics()
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await admin.close()
    return True
