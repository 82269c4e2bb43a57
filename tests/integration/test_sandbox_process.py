"""The sandbox as a process: what its feed says on a real broker, its tokens at a service's gate, a kill and a stop."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition

from sandbox.engines import ports
from sandbox.engines.engines import Engines
from sandbox.engines.state import State
from sandbox.engines.topics import TopicSpec
from services.common.contracts.envelope import Event, event_from
from services.common.contracts.events.bank import PAYMENTS, DayClosed, PaymentPosted
from services.common.runtime.clock import write_lapse
from services.common.runtime.http.jwks import Jwks
from services.common.runtime.http.tokens import TokenChecker
from tests.contract.sandbox_world import START, account_row
from tests.databases import Databases
from tests.waiting import until

BANK = "/fineract-provider/api/v1"


@asynccontextmanager
async def sandbox_process(env: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "sandbox", "serve", env={**os.environ, **env})
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def payments(bootstrap: str) -> list[list[Event]]:
    """Everything on the topic of payments, by partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(PAYMENTS, number) for number in range(4)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found: list[list[Event]] = [[], [], [], []]
        for partition in partitions:
            while await consumer.position(partition) < ends[partition]:
                fetched = await consumer.getmany(partition, timeout_ms=500)
                for record in fetched.get(partition, []):
                    found[partition.partition].append(event_from(record.headers, record.value))
        return found
    finally:
        await consumer.stop()


async def test_the_process_says_each_posting_before_the_close_of_its_day_on_every_partition(
    engines: Engines, databases: Databases, tmp_path: Path
) -> None:
    await engines.create_topics([TopicSpec(PAYMENTS), TopicSpec("bank.delinquency"), TopicSpec("bank.accounts")])
    clock = tmp_path / "clock"
    write_lapse(clock, START)
    port = ports.allocate(State(tmp_path), ("sandbox",))["sandbox"]
    address = f"http://127.0.0.1:{port}"
    env = {
        "FORBEAR_SANDBOX_DATABASE_URL": await databases.empty("sandbox_process"),
        "FORBEAR_SANDBOX_HTTP_PORT": str(port),
        "FORBEAR_LAPSE_CLOCK": str(clock),
        "FORBEAR_KAFKA_BOOTSTRAP": engines.kafka_bootstrap,
        "FORBEAR_ENABLE_IDEMPOTENCE": "1" if engines.idempotence else "0",
        "FORBEAR_ISSUER": f"{address}/issuer",
    }
    async with httpx.AsyncClient(base_url=address, timeout=20) as client:

        async def answers(path: str = "/health/ready") -> bool:
            try:
                return (await client.get(path)).status_code == 200
            except httpx.TransportError:
                return False

        async def at_rest() -> bool:
            return bool((await client.get("/sandbox/rest")).json() == {"in_flight": []})

        async with sandbox_process(env) as process:
            await until(answers, "the sandbox answers")
            row = account_row()
            text = "\n".join(",".join(str(value) for value in line) for line in (row, row.values()))
            assert (await client.post("/sandbox/bank/load", content=text.encode())).json() == {"opened": 1, "known": 0}
            asked = {"grant_type": "urn:forbear:sandbox", "username": "zhou.supervisor"}
            token = (await client.post("/issuer/token", data=asked)).json()["access_token"]
            keys = Jwks(f"{address}/issuer/.well-known/jwks.json", client)
            identity = await TokenChecker(f"{address}/issuer", "forbear", keys).check(token)
            assert (identity.subject, identity.roles) == ("staff-zhou", frozenset({"supervisor"}))
            client.headers["Authorization"] = f"Bearer {token}"
            pay = {
                "dateFormat": "yyyy-MM-dd",
                "locale": "en",
                "transactionDate": "2026-03-02",
                "transactionAmount": "12.34",
                "externalId": "P1",
            }
            path = f"{BANK}/loans/1/transactions?command=repayment"
            assert (await client.post(path, json=pay, headers={"Idempotency-Key": "P1"})).status_code == 200
            process.kill()
            await process.wait()

        async with sandbox_process(env) as process:
            await until(answers, "the sandbox answers again")
            assert (await client.post("/sandbox/bank/end-of-day", json={"date": "2026-03-03"})).status_code == 200
            write_lapse(clock, START + timedelta(days=2))
            await until(at_rest, "everything is said")
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 15) == 0

    said = await payments(engines.kafka_bootstrap)
    closes = [[DayClosed.model_validate_json(e.body) for e in part if e.type == DayClosed.type] for part in said]
    assert {tuple(day.business_date.isoformat() for day in part) for part in closes} == {("2026-03-02", "2026-03-03")}
    assert len({event.id for part in said for event in part if event.type == DayClosed.type}) == 8
    posted = next(part for part in said if any(event.type == PaymentPosted.type for event in part))
    # Killed between sending and remembering, the bank may say it twice: always before the close of the day.
    kinds = [event.type for event in posted]
    assert set(kinds[:-2]) == {PaymentPosted.type} and kinds[-2:] == [DayClosed.type] * 2
    assert json.loads(posted[0].body)["amount"] == {"amount": "12.34", "currency": "CNY"}
    assert (posted[0].id, posted[0].source, posted[0].subject) == ("P1", "/bank", "A1")
