"""What a transaction reads of an agreement after it has waited for another one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from services.common.runtime.caller import Caller
from services.followup.repository import followed
from services.followup.repository.followed import Followed
from tests.databases import FreshDatabase
from tests.integration.followup_house import House, plan_for
from tests.waiting import until

DUE = date(2026, 4, 1)


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def test_who_waited_for_an_agreement_reads_what_the_other_one_wrote(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)

    async def read_later() -> Followed:
        async with house.database.write(Caller.service("followup", "second")) as uow:
            found = await followed.lock_agreement(uow.session, plan.agreement_id, uow.caller)
            assert found is not None
            return found

    async def waits() -> bool:
        async with house.database.read() as session:
            found = await session.execute(text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))
            return bool(found.scalar_one())

    async with house.database.write(Caller.service("followup", "first")) as uow:
        first = await followed.lock_agreement(uow.session, plan.agreement_id, uow.caller)
        assert first is not None
        second = asyncio.create_task(read_later())
        await until(waits, "the second one waits")
        first.agreement.unapplied, first.agreement.judge_on = Decimal("0.0700"), DUE
        first.lines[1].paid, first.lines[1].reminded = Decimal("12.3456"), True
        await followed.write(uow.session, [first])
    read = await second
    assert (read.agreement.unapplied, read.agreement.judge_on) == (Decimal("0.0700"), DUE)
    assert [(line.number, line.paid, line.reminded) for line in read.lines] == [
        (1, 0, False),
        (2, Decimal("12.3456"), True),
        (3, 0, False),
    ]
