"""Whoever waits for messages of the embedded broker is answered when there are some, however long it would wait."""

import asyncio
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from sandbox.engines import broker, ports, topics
from sandbox.engines.state import State
from sandbox.engines.supervisor import Supervisor
from sandbox.engines.topics import TopicSpec

#: Tansu alone would look again after half of this.
LONG_MS = 30_000
ROUNDS = 20


async def test_messages_come_long_before_the_wait_is_over(private: Callable[[str], State]) -> None:
    state = private("door")
    with state.locked():
        chosen = ports.allocate(state, ("broker", "broker_behind"))
        spec = broker.spec(chosen["broker"], chosen["broker_behind"])
        supervisor = Supervisor(state)
        try:
            await supervisor.add(spec)
            await topics.create_topics(spec.address, [TopicSpec("test.one"), TopicSpec("test.two")])
            consumer = AIOKafkaConsumer(
                "test.one", "test.two", bootstrap_servers=spec.address, auto_offset_reset="earliest",
                fetch_max_wait_ms=LONG_MS, request_timeout_ms=2 * LONG_MS,
            )  # fmt: skip
            async with AIOKafkaProducer(bootstrap_servers=spec.address, acks="all") as producer, consumer:
                async with asyncio.timeout(LONG_MS / 1000 / 2 - 1):
                    for number in range(ROUNDS):
                        topic = ("test.one", "test.two")[number % 2]
                        await producer.send_and_wait(topic, str(number).encode())
                        heard = await consumer.getone()
                        assert (heard.topic, heard.value) == (topic, str(number).encode())
        finally:
            await supervisor.stop_all()
