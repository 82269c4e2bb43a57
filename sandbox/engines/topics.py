"""Topics on a broker: making those that are missing, and asking whether it answers."""

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from sandbox.engines.probes import listening
from services.common.runtime.kafka_topics import TopicSpec, create_topics

__all__ = ["TopicSpec", "create_topics", "healthy"]


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
