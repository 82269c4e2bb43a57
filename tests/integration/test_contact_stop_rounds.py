"""Rounds of contact under a stop: they stand still, and nothing they wait for is overdue."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from services.common.contracts.events.cases import CaseTriaged
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_stops import lifted, place


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def days_of(house: House, case: CaseTriaged) -> float:
    """How many days the round waits for what it does next."""
    return ((await house.obligations(case))["reply"] - house.clock.now()) / timedelta(days=1)


async def test_a_round_stands_still_while_it_is_stopped(house: House) -> None:
    case = await house.triaged("stands")
    stop = await place(house, scope="channel", value="sms")
    for _ in range(2):
        await house.look(case)
        assert await house.outbox(case, "start") == [] and await days_of(house, case) == 1
        house.clock.advance(timedelta(days=1))
    await lifted(house, stop)
    await house.look(case)
    assert [body["purpose"] for _, body in await house.outbox(case, "start")] == ["first_contact"]
    assert await days_of(house, case) == 3


async def test_the_days_of_a_step_begin_when_what_it_sent_could_go_out(house: House) -> None:
    case = await house.triaged("days")
    await house.look(case)
    stop = await place(house)
    house.clock.advance(timedelta(days=2))
    await lifted(house, stop)
    house.clock.advance(timedelta(days=1))
    await house.beat()
    assert await house.carry(case) == ["sent"]
    await house.look(case)
    assert len(await house.outbox(case, "start")) == 1 and await days_of(house, case) == 2
    house.clock.advance(timedelta(days=2))
    await house.look(case)
    assert len(await house.outbox(case, "start")) == 2 and await days_of(house, case) == 4


async def test_nothing_that_a_stopped_round_waits_for_is_overdue_and_the_quiet_period_is_whole(house: House) -> None:
    case = await house.triaged("quiet")
    for days in (3, 4):
        await house.look(case)
        await house.beat()
        await house.carry(case)
        house.clock.advance(timedelta(days=days))
    await house.look(case)
    stop = await place(house, "voice", "channel", "voice")
    house.clock.advance(timedelta(days=7))
    await house.look(case)
    assert await days_of(house, case) == 1
    due = await house.obligations(case)
    assert due["task:call_borrower"] == due["reply"] > house.clock.now(), "the call is put off with the round"
    await lifted(house, stop)
    house.clock.advance(timedelta(days=1))
    await house.look(case)
    assert await days_of(house, case) == 6, "seven days to call from the lift on"
    house.clock.advance(timedelta(days=6))
    await house.look(case)
    ends = (await house.obligations(case))["reply"]
    stop = await place(house, "notice", "template", "written_notice")
    house.clock.move_to(ends)
    await house.look(case)
    assert (await house.events(case))[-1] != "contact.exhausted", "the notice may not have gone out"
    house.clock.advance(timedelta(hours=1))
    await lifted(house, stop)
    house.clock.advance(timedelta(hours=23))
    await house.look(case)
    quiet = "SELECT ends_at FROM hold WHERE case_id = :id AND origin = 'quiet_period'"
    whole = await house.scalar(quiet, id=case.case_id)
    assert whole == (await house.obligations(case))["reply"] == ends + timedelta(days=15)
    house.clock.move_to(whole)
    assert (await house.look(case)).outcome == "exhausted"
