"""How soon a posting has its verdict: from its arrival until the verdict is committed, on a real PostgreSQL.

`python -m bench.verdicts` activates agreements, then lets postings arrive at a steady rate, as many at once as the feed
has partitions, each through the handler of the consumer with its inbox row; a share of them is heard twice, and a share
taken back. A late posting is not made up for: what waits for the one before it is part of its time, as it would be on
the feed. Printed are milliseconds from the moment at which a posting was due to arrive, and the rate that was held.
"""

import argparse
import asyncio
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench import database as databases
from services.common.contracts.envelope import EventPayload
from services.common.contracts.events.bank import PAYMENTS, PaymentPosted
from services.common.contracts.topics import all_topics
from services.common.kernel.clock import FixedClock
from services.common.kernel.money import Money
from services.common.runtime.consumer.apply import Applier
from services.common.runtime.database import Database
from services.followup.bootstrap import UseCases
from services.followup.models import TABLES
from tests.integration.arriving import arriving
from tests.integration.followup_house import plan_for

NOW = datetime(2026, 4, 1, 4, 0, tzinfo=UTC)
DUE = date(2026, 4, 1)
TWICE, TAKEN_BACK = 10, 25  # one in so many


async def measure(rate: float, seconds: float, agreements: int) -> None:
    """Print the times of postings at a rate for so many seconds."""
    async with databases.fresh("followup") as url:
        await _on(url, rate, seconds, agreements)


async def _on(url: str, rate: float, seconds: float, agreements: int) -> None:
    partitions = all_topics()[PAYMENTS].partitions
    database = Database("followup", url, FixedClock(NOW), TABLES, pool_size=partitions)
    applier = Applier(database, UseCases(database).handlers)

    async def hear(payload: EventPayload, event_id: str, source: str, partition: int, version: int | None) -> str:
        message = arriving(payload, event_id, source, NOW, version=version, partition=partition)
        return (await applier.apply(message)).outcome

    for number in range(agreements):
        plan = plan_for(f"A-{number}", months=3)
        assert await hear(plan, f"{plan.key()}/1", "/plans", 0, 1) == "applied"
    said = _postings(int(rate * seconds), agreements)
    times: list[float] = []
    began = time.monotonic() + 0.1

    async def partition_of(own: int) -> None:
        for number, payload in enumerate(said):
            if int(payload.account_ref[2:]) % partitions != own:
                continue
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            outcome = await hear(payload, payload.posting_ref, "/bank", own, None)
            if outcome == "applied":
                times.append(time.monotonic() - due)

    processor = time.process_time()
    await asyncio.gather(*(partition_of(own) for own in range(partitions)))
    wall, processor = time.monotonic() - began, time.process_time() - processor
    await database.close()
    times.sort()
    print(f"{len(said)} postings at {rate:.0f} a second for {agreements} agreements, {partitions} at once")
    print(f"held {len(said) / wall:.0f} a second; {processor / len(said) * 1e3:.2f} ms of our processor time each")
    cuts = statistics.quantiles(times, n=100)
    shown = {"p50": cuts[49], "p99": cuts[98], "most": times[-1]}
    print("from posting to verdict: " + ", ".join(f"{name} {spent * 1e3:.1f} ms" for name, spent in shown.items()))


def _postings(count: int, agreements: int) -> list[PaymentPosted]:
    """Payments of the first instalment and more, by account in turn."""
    found: list[PaymentPosted] = []
    while len(found) < count:
        number = len(found)
        account, ref = f"A-{number % agreements}", f"p{number}"
        day = DUE - timedelta(days=number % 7)
        paid = PaymentPosted(
            account_ref=account, posting_ref=ref, amount=Money.of("120.00", "CNY"), value_date=day, booking_date=DUE,
            kind="payment",
        )  # fmt: skip
        found.append(paid)
        if number % TWICE == 0:
            found.append(paid)
        if number % TAKEN_BACK == 0:
            found.append(paid.model_copy(update={"posting_ref": f"{ref}-R", "kind": "reversal", "reverses": ref}))
    return found[:count]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=200, help="postings a second")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--agreements", type=int, default=500)
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.rate, arguments.seconds, arguments.agreements))
    print(f"on {Path('/proc/cpuinfo').read_text().count('processor	:')} processors")
