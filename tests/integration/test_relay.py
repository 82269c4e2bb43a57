"""The relay against its two worst moments: dying between send and mark, and sleeping through its lease."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid5

from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import func, select, text

from sandbox.engines.engines import Engines
from sandbox.engines.topics import TopicSpec
from services.common.kernel.ids import business_uuid
from services.common.runtime.consumer.held import RawMessage
from services.common.runtime.database import Database
from services.common.runtime.relay.store import BATCH
from tests.databases import Databases
from tests.integration import probe
from tests.waiting import until

TOPIC = "forbear.cases"
CASE = business_uuid("case", "relay")


@asynccontextmanager
async def relay_process(
    database_url: str, bootstrap: str, failpoints: str = ""
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The probe's relay in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.integration.probe",
        database_url,
        bootstrap,
        env={**os.environ, "FORBEAR_FAILPOINTS": failpoints},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
            await process.wait()


async def drained(database: Database) -> bool:
    """Whether nothing waits in the outbox."""
    outbox = database.tables.outbox
    async with database.read() as session:
        waiting = select(func.count()).where(outbox.c.published_at.is_(None))
        return (await session.execute(waiting)).scalar_one() == 0


async def on_topic(bootstrap: str, case_id: UUID) -> list[RawMessage]:
    """All messages of a case on the topic, in their order."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    found: list[RawMessage] = []
    try:
        partitions = [TopicPartition(TOPIC, number) for number in range(4)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        for partition in partitions:
            while await consumer.position(partition) < ends[partition]:
                fetched = await consumer.getmany(partition, timeout_ms=500)
                for record in fetched.get(partition, []):
                    if record.key == str(case_id).encode():
                        headers = tuple(record.headers)
                        key = record.key.decode()
                        found.append(RawMessage(TOPIC, record.partition, record.offset, key, headers, record.value))
    finally:
        await consumer.stop()
    return found


def versions(messages: list[RawMessage]) -> list[int]:
    return [int(dict(message.headers)["ce_caseversion"]) for message in messages]


async def test_a_relay_killed_between_send_and_mark_has_one_effect(
    engines: Engines, databases: Databases, tmp_path: Path
) -> None:
    await engines.create_topics([TopicSpec(TOPIC)])
    url = await databases.empty("relay_kill")
    database = await probe.with_tables(url)
    case_id = uuid5(CASE, "kill")
    await probe.say(database, case_id, "anna", "bo")

    marker = tmp_path / "killed"
    dies = f"relay.after_ack_before_mark.kafka=kill@{marker}"
    async with relay_process(url, engines.kafka_bootstrap, dies) as first:
        assert await asyncio.wait_for(first.wait(), 30) == -signal.SIGKILL
    assert not await drained(database)

    async with relay_process(url, engines.kafka_bootstrap, dies):
        await until(lambda: drained(database), "the second relay delivered everything")

    messages = await on_topic(engines.kafka_bootstrap, case_id)
    assert versions(messages) == [1, 2, 1, 2]
    applier = probe.applier(database)
    outcomes = [(await applier.apply(message)).outcome for message in messages]
    assert outcomes == ["applied", "applied", "repeat", "repeat"]
    assert await probe.effects(database) == [(str(case_id), 1, "anna"), (str(case_id), 2, "bo")]
    await database.close()


async def test_a_relay_frozen_past_its_lease_marks_nothing(
    engines: Engines, databases: Databases, tmp_path: Path
) -> None:
    await engines.create_topics([TopicSpec(TOPIC)])
    url = await databases.empty("relay_freeze")
    database = await probe.with_tables(url)
    lease = database.tables.relay_lease
    case_id = uuid5(CASE, "freeze")
    await probe.say(database, case_id, "anna")

    async def epoch() -> int:
        async with database.read() as session:
            return (await session.execute(select(lease.c.epoch))).scalar_one_or_none() or 0

    async def epoch_is(wanted: int) -> bool:
        return await epoch() >= wanted

    marker = tmp_path / "frozen"
    freezes = f"relay.after_ack_before_mark.kafka=stop@{marker}"
    async with relay_process(url, engines.kafka_bootstrap, freezes) as frozen:
        await until(lambda: asyncio.sleep(0, marker.exists()), "the first relay froze after its send")
        async with relay_process(url, engines.kafka_bootstrap) as active:
            await until(lambda: epoch_is(2), "the second relay took the lease over")
            await until(lambda: drained(database), "the second relay delivered")
            async with database.write(probe.CALLER) as uow:
                outbox = database.tables.outbox
                await uow.session.execute(outbox.update().values(published_at=None))
            active.send_signal(signal.SIGSTOP)
            frozen.send_signal(signal.SIGCONT)
            await until(lambda: epoch_is(3), "the thawed relay had to take a new lease")
            await until(lambda: drained(database), "and delivered under it")

    applier = probe.applier(database)
    for message in await on_topic(engines.kafka_bootstrap, case_id):
        await applier.apply(message)
    assert await probe.effects(database) == [(str(case_id), 1, "anna")]
    await database.close()


async def test_rows_delivered_more_than_seven_days_ago_are_let_go(engines: Engines, databases: Databases) -> None:
    await engines.create_topics([TopicSpec(TOPIC)])
    url = await databases.empty("relay_prune")
    database = await probe.with_tables(url)
    case_id = business_uuid("case", "prune")
    await probe.say(database, case_id, "old", "waiting", "sent-again", "young")
    outbox = database.tables.outbox
    change = text(
        "UPDATE outbox SET created_at = now() - make_interval(days => :created), "
        "published_at = now() - make_interval(days => :published) WHERE headers ->> 'ce_caseversion' = :version"
    )
    many = text(
        "INSERT INTO outbox (sink, kind, target, key, name, headers, body, created_at, published_at) "
        "SELECT 'temporal', 'nudge', 'probe', 'k', 'look', '{}', '', now() - interval '9 days', now() - interval "
        "'8 days' FROM generate_series(1, :count)"
    )
    answered = text("INSERT INTO command_log VALUES ('s', 'k', 'h', '{}', now() - interval '900 days')")
    async with database.engine.begin() as connection:
        for version, created, published in (("1", 8, 8), ("2", 8, None), ("3", 8, 6), ("4", 6, 6)):
            row = {"version": version, "created": created, "published": published}
            await connection.execute(change, row)
        await connection.execute(many, {"count": BATCH + 1})
        await connection.execute(answered)

    async def left() -> list[str]:
        async with database.read() as session:
            rows = await session.execute(select(outbox.c.headers["ce_caseversion"].astext).order_by(outbox.c.id))
            return [row[0] for row in rows]

    async def pruned() -> bool:
        return await left() == ["2", "3", "4"] and await drained(database)

    async with relay_process(url, engines.kafka_bootstrap):
        await until(pruned, "old rows are gone and what waited is delivered")
    async with database.read() as session:
        assert (await session.execute(select(func.count()).select_from(database.tables.command_log))).scalar_one() == 1
    await database.close()
