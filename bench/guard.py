"""What the contact guard costs: microseconds of one pure decision, and permits a second on a real PostgreSQL.

`python -m bench.guard` asks about calls with a history of 200 attempts, by packs of several countries, then lets
several callers ask for permits of many borrowers at once. Processor time is what
counts on a machine that others use too.
"""

import argparse
import asyncio
import hashlib
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
from sqlalchemy import text

from sandbox.engines import ports, postgres
from sandbox.engines.state import State
from sandbox.engines.supervisor import Supervisor
from services.common.contracts.events.cases import TOPIC
from services.common.contracts.topics import all_topics
from services.common.kernel.clock import FixedClock
from services.common.kernel.ids import business_uuid
from services.common.runtime.assembly import configure_secrets
from services.common.runtime.caller import Caller
from services.common.runtime.clock import wall_now
from services.common.runtime.database import Database
from services.common.runtime.migrate import upgrade
from services.contact.domain.guard.decision import ask
from services.contact.domain.guard.facts import Contact, ContactFacts, NumberFact
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.models import TABLES, ContactCase, Number
from services.contact.policies import Policies
from services.contact.service.permits.deciding import PermitAsk, Permits
from services.contact.settings import Settings

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
ZONES = {"cn": "Asia/Shanghai", "us-ma": "America/New_York", "au": "Australia/Sydney", "uk": "Europe/London"}
HISTORY = 200


def situation(pack: str, history: int) -> ContactFacts:
    """A call at noon, after so many attempts in the ten days before."""
    now = datetime(2026, 6, 1, 12, tzinfo=UTC) if pack != "cn" else NOON
    step = timedelta(days=10) / max(history, 1)
    made = tuple(
        Contact(now - timedelta(hours=20) - k * step, Channel.VOICE, "NO_ANSWER", "n1", ("d1",)) for k in range(history)
    )
    return ContactFacts(
        now=now, zones=(ZONES[pack],), channel=Channel.VOICE, message_class=MessageClass.DEMAND,
        number=NumberFact("contract", "n1"), names_institution=True, hold_copy_fresh=True, debt="d1", history=made,
    )  # fmt: skip


def pure(rounds: int) -> None:
    """Print microseconds of processor time of one decision, the median of several runs."""
    packs = Policies.load().packs
    print(f"{'pack':<8} {'rules':>6} {'history':>8} {'us/decision':>12} {'decisions/s':>12}")
    for pack in ZONES:
        for history in (0, HISTORY):
            facts = situation(pack, history)
            terms = packs.terms((pack,), facts.now.date(), facts.channel)
            facts = replace(facts, calendars=packs.calendars(terms))
            rules, runs = len(ask(facts, terms).verdicts), []
            for _ in range(5):
                began = time.process_time()
                for _ in range(rounds):
                    ask(facts, terms)
                runs.append((time.process_time() - began) / rounds)
            spent = statistics.median(runs)
            print(f"{pack:<8} {rules:>6} {history:>8} {spent * 1e6:>12.0f} {1 / spent:>12.0f}")


async def permits(asked: int, callers: int, borrowers: int) -> None:
    """Print permits a second: every one locks a budget, reads the facts, decides and is kept, in its transaction."""
    with tempfile.TemporaryDirectory(prefix="forbear-bench-") as folder:
        state = State(folder)
        with state.locked():
            supervisor = Supervisor(state)
            server = postgres.prepare(state, ports.allocate(state, ("postgres",))["postgres"], fsync=False)
            await supervisor.add(server.spec())
            try:
                await _on(server.superuser_url, asked, callers, borrowers)
            finally:
                await supervisor.stop_all()
        state.remove()


async def _on(superuser_url: str, asked: int, callers: int, borrowers: int) -> None:
    connection = await asyncpg.connect(superuser_url)
    await connection.execute("CREATE DATABASE bench_contact")
    await connection.close()
    url = superuser_url.rpartition("/")[0].replace("postgresql://", "postgresql+asyncpg://") + "/bench_contact"
    await upgrade("contact", url)
    settings = Settings.model_validate(
        {"service": "contact", "sandbox": True, "database_url": url, "issuer": "http://127.0.0.1/issuer"}
    )
    configure_secrets(settings)
    database = Database("contact", url, FixedClock(NOON), TABLES, pool_size=callers)
    cases = [await _case(database, k) for k in range(borrowers)]
    async with database.write(Caller.service("contact", "bench")) as uow:
        values = [
            {"t": TOPIC, "p": k, "at": wall_now() + timedelta(days=1)} for k in range(all_topics()[TOPIC].partitions)
        ]
        insert = "INSERT INTO consumer_position (topic, partition, next_offset, beat_at) VALUES (:t, :p, 1, :at)"
        await uow.session.execute(text(insert), values)
    service, numbers = Permits(Policies.load()), iter(range(asked))
    given = 0

    async def one_after_another() -> None:
        nonlocal given
        for number in numbers:
            case, phone = cases[number % borrowers]
            async with database.write(Caller.service("contact", f"bench-{number}")) as uow:
                wanted = PermitAsk(
                    business_uuid("permit", "bench", str(number)), case, Channel.VOICE, "first_call", "first_call",
                    MessageClass.DEMAND, phone, names_institution=True,
                )  # fmt: skip
                decision = await service.reserve(uow, wanted)
                given += decision.permitted

    wall, processor = time.monotonic(), time.process_time()
    await asyncio.gather(*(one_after_another() for _ in range(callers)))
    wall, processor = time.monotonic() - wall, time.process_time() - processor
    await database.close()
    print(f"\npermits asked {asked}, given {given}, by {callers} callers at once, of {borrowers} borrowers")
    print(f"{asked / wall:.0f} permits/s, {processor / asked * 1e3:.2f} ms of our processor time each")


async def _case(database: Database, number: int) -> tuple[ContactCase, Number]:
    borrower: UUID = business_uuid("borrower", "bench", str(number))
    case = ContactCase(
        case_id=business_uuid("case", "bench", str(number)), borrower_id=borrower, pack="cn", bucket="M1",
        origin="bank", language="zh", time_zones=["Asia/Shanghai"], contactable=True, round=1,
    )  # fmt: skip
    phone = Number(
        number_id=business_uuid("number", "bench", str(number)), borrower_id=borrower, channel="voice",
        value=f"+86138{number:08}", provenance="contract", verified=True, learned_at=NOON,
        digest=hashlib.sha256(str(number).encode()).hexdigest(),
    )  # fmt: skip
    async with database.write(Caller.service("contact", "bench")) as uow:
        uow.session.add_all([case, phone])
        await uow.session.flush()
        uow.session.expunge_all()
    return case, phone


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1_000, help="decisions of one measurement")
    parser.add_argument("--permits", type=int, default=2_000, help="permits asked for; 0: none, and no database")
    parser.add_argument("--callers", type=int, default=8)
    parser.add_argument("--borrowers", type=int, default=200)
    arguments = parser.parse_args()
    pure(arguments.rounds)
    if arguments.permits:
        asyncio.run(permits(arguments.permits, arguments.callers, arguments.borrowers))
    print(f"on {Path('/proc/cpuinfo').read_text().count('processor	:')} processors")
