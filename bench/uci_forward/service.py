"""The same through followup itself: events through the handlers of its consumer, verdicts from its PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from bench import database as databases
from bench.uci_forward.judging import MONTHS, Played
from bench.uci_forward.plans import RELIEF
from services.common.contracts.envelope import EventPayload
from services.common.contracts.events.bank import PAYMENTS, DayClosed, PaymentPosted
from services.common.contracts.events.plans import PlanActivated, ScheduledInstalment
from services.common.contracts.topics import all_topics
from services.common.kernel.clock import FixedClock
from services.common.kernel.ids import business_uuid
from services.common.kernel.money import Money
from services.common.runtime.consumer.apply import Applier
from services.common.runtime.database import Database
from services.followup.bootstrap import UseCases
from services.followup.domain.verdict import AgreementVerdict, InstalmentState, InstalmentVerdict, Standing
from services.followup.models import TABLES, Agreement, Instalment
from tests.integration.arriving import arriving

_PARTITIONS = all_topics()[PAYMENTS].partitions
_DAY, _NOON = timedelta(days=1), time(12, tzinfo=UTC)


class Differs(Exception):
    """The service and the core do not say the same of an account."""


async def check(sample: Sequence[Played]) -> int:
    """`check_on` a PostgreSQL of its own."""
    async with databases.fresh("followup") as url:
        return await check_on(url, sample)


async def check_on(url: str, sample: Sequence[Played]) -> int:
    """Let the service judge agreements that begin on one day, on its empty tables; the number of postings it heard.

    Differs unless every verdict that it keeps is the verdict of the core: standing, money, and each instalment with
    its state, what it holds, what came in time, and when.
    """
    clock = FixedClock(datetime.combine(sample[0].start.day, _NOON))
    database = Database("followup", url, clock, TABLES, pool_size=_PARTITIONS)
    try:
        return await _House(database, clock).check(sample)
    finally:
        await database.close()


class _House:
    def __init__(self, database: Database, clock: FixedClock) -> None:
        self._database, self._clock = database, clock
        self._applier = Applier(database, UseCases(database).handlers)

    async def check(self, sample: Sequence[Played]) -> int:
        heard = 0
        await _in_partitions(sample, self._activate)
        for month in range(MONTHS):
            # What was paid with one due day is said after it; then the bank closes the last good day.
            decisive = sample[0].last_good_days()[month]
            self._clock.move_to(datetime.combine(decisive + _DAY, _NOON))
            due = [one for one in sample if _paid_in(one, month)]
            await _in_partitions(due, partial(self._post, month))
            heard += len(due)
            for partition in range(_PARTITIONS):
                said = DayClosed(business_date=decisive)
                await self._hear(said, f"day-closed-{decisive}/{partition}", "/bank", partition, None)
        kept = await self._verdicts()
        for one in sample:
            if kept[one.client.account_ref] != one.verdict():
                raise Differs(one.client.account_ref)
        return heard

    async def _activate(self, one: Played, partition: int) -> None:
        plan = _activated(one)
        await self._hear(plan, f"{plan.key()}/1", "/plans", partition, 1)

    async def _post(self, month: int, one: Played, partition: int) -> None:
        for posting in one.postings:
            if posting.value_date == one.schedule[month].due_date:
                said = PaymentPosted(
                    account_ref=posting.account,
                    posting_ref=posting.reference,
                    amount=posting.amount,
                    value_date=posting.value_date,
                    booking_date=posting.value_date,
                    kind="payment",
                )
                await self._hear(said, posting.reference, "/bank", partition, None)

    async def _hear(
        self, payload: EventPayload, event_id: str, source: str, partition: int, version: int | None
    ) -> None:
        message = arriving(payload, event_id, source, self._clock.now(), version=version, partition=partition)
        done = await self._applier.apply(message)
        if done.outcome != "applied":
            raise Differs(f"{payload.type}: {done.outcome}")

    async def _verdicts(self) -> dict[str, AgreementVerdict]:
        """The verdicts that the service keeps, by account."""
        async with self._database.read() as session:
            agreements = list((await session.execute(select(Agreement))).scalars())
            lines = list((await session.execute(select(Instalment).order_by("number"))).scalars())
        own: dict[object, list[Instalment]] = {}
        for line in lines:
            own.setdefault(line.agreement_id, []).append(line)
        return {one.account_ref: _verdict(one, own[one.agreement_id]) for one in agreements}


async def _in_partitions(sample: Sequence[Played], say: Callable[[Played, int], Coroutine[Any, Any, None]]) -> None:
    """Say something of each, as many at once as the feed has partitions; an account keeps its partition."""

    async def partition_of(own: int) -> None:
        for one in sample:
            if int(one.client.account_ref.rpartition("-")[2]) % _PARTITIONS == own:
                await say(one, own)

    await asyncio.gather(*(partition_of(own) for own in range(_PARTITIONS)))


def _paid_in(one: Played, month: int) -> bool:
    return any(posting.value_date == one.schedule[month].due_date for posting in one.postings)


def _activated(one: Played) -> PlanActivated:
    account, total = (
        one.client.account_ref,
        Money.total((d.amount for d in one.schedule), one.schedule[0].amount.currency),
    )
    return PlanActivated(
        case_id=business_uuid("case", account),
        round=1,
        plan_id=business_uuid("plan", account, "1"),
        version=1,
        agreement_id=business_uuid("agreement", account, "1"),
        borrower_id=business_uuid("borrower", account),
        account_ref=account,
        relief_type=RELIEF.value,
        pack=one.client.pack,
        language="zh",
        total=total,
        schedule=tuple(
            ScheduledInstalment(number=d.number, due_date=d.due_date, amount=d.amount) for d in one.schedule
        ),
        schedule_hash="0" * 64,
        core_reference=f"core-{account}",
        activated_on=one.start.day,
        days_past_due=0,
    )


def _verdict(agreement: Agreement, lines: Sequence[Instalment]) -> AgreementVerdict:
    """The verdict as its rows say it; money is conserved, so what came in is what lines hold and what is left over."""
    held = Money.total((agreement.money(line.paid) for line in lines), agreement.currency)
    return AgreementVerdict(
        instalments=tuple(
            InstalmentVerdict(
                number=line.number,
                due_date=line.due_date,
                amount=agreement.money(line.amount),
                paid=agreement.money(line.paid),
                paid_in_time=agreement.money(line.paid_in_time),
                last_good_day=line.last_good_day,
                paid_on=line.paid_on,
                state=InstalmentState(line.state),
            )
            for line in lines
        ),
        standing=Standing(agreement.standing),
        received=held + agreement.money(agreement.unapplied),
        unapplied=agreement.money(agreement.unapplied),
        unmatched_reversals=(),
    )
