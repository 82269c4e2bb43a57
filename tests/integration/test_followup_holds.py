"""On the days of a hold nobody has to pay: nothing is missed, nobody is reminded, and days count again afterwards."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import ActionClass, HoldLifted, HoldPlaced
from services.common.contracts.events.plans import PlanActivated
from services.common.kernel.ids import business_uuid
from tests.databases import FreshDatabase
from tests.integration.followup_house import DUE, LAST_GOOD, House, plan_for

ZONE = ZoneInfo("Asia/Shanghai")
SPACE: tuple[ActionClass, ...] = ("demand_message", "interest_accrual", "reminder", "verdict")


@pytest_asyncio.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


def hold_of(account: str) -> UUID:
    return business_uuid("hold", account)


async def held(
    house: House, account: str, first: date, after: date | None, blocks: tuple[ActionClass, ...] = SPACE
) -> str:
    """A hold of whole days, from `first` up to and without `after`."""
    event = HoldPlaced(
        case_id=business_uuid("case", account),
        borrower_id=business_uuid("borrower", account),
        hold_id=hold_of(account),
        blocks=blocks,
        starts_at=datetime.combine(first, datetime.min.time(), ZONE),
        ends_at=None if after is None else datetime.combine(after, datetime.min.time(), ZONE),
    )
    return await house.hear("intake", event)


async def lifted(house: House, account: str) -> str:
    event = HoldLifted(
        case_id=business_uuid("case", account),
        borrower_id=business_uuid("borrower", account),
        hold_id=hold_of(account),
        lifted_at=house.clock.now(),
    )
    return await house.hear("intake", event)


async def closes(house: House, first: date, last: date) -> None:
    """The bank closes each of these days in the following night."""
    day = first
    while day <= last:
        house.move_to(day + timedelta(days=1), 0)
        await house.close_day(day)
        day += timedelta(days=1)


async def began(house: House, account: str) -> PlanActivated:
    plan = plan_for(account)
    assert await house.hear("plans", plan) == "applied"
    return plan


@pytest.mark.rule("UK-12")
async def test_what_falls_due_in_breathing_space_is_not_missed_until_it_is_over(house: House) -> None:
    plan = await began(house, "B1")
    house.move_to(DUE - timedelta(days=2))
    after = DUE + timedelta(days=20)
    assert await held(house, "B1", DUE - timedelta(days=2), after) == "applied"
    await closes(house, DUE - timedelta(days=2), after - timedelta(days=1))
    assert (await house.agreement(plan)).state == "active" and "instalment.missed" not in await house.names(plan)
    assert await house.names(plan, "start") == [], "no reminder and no notice"

    # The first day after it is day 0 of the grace.
    await closes(house, after, after + timedelta(days=2))
    assert (await house.agreement(plan)).state == "active"
    await closes(house, after + timedelta(days=3), after + timedelta(days=3))
    assert (await house.agreement(plan)).state == "at_risk"
    assert (await house.names(plan)).count("instalment.missed") == 1 and len(await house.names(plan, "start")) == 1


async def test_a_hold_without_an_end_pauses_until_it_is_lifted(house: House) -> None:
    plan = await began(house, "B2")
    house.move_to(DUE)
    await held(house, "B2", DUE, None)
    await closes(house, DUE, DUE + timedelta(days=40))
    assert (await house.agreement(plan)).state == "active"
    assert await lifted(house, "B2") == "applied"
    free = DUE + timedelta(days=42)
    await closes(house, DUE + timedelta(days=41), free + timedelta(days=3))
    assert (await house.agreement(plan)).state == "at_risk"


async def test_who_is_at_risk_gets_no_notice_and_is_not_broken_in_a_pause(house: House) -> None:
    plan = await began(house, "B3")
    await closes(house, LAST_GOOD - timedelta(days=1), LAST_GOOD)
    agreement = await house.agreement(plan)
    assert agreement.state == "at_risk" and agreement.second_notice_at is not None
    notices = await house.names(plan, "start")
    start = LAST_GOOD + timedelta(days=1)
    house.move_to(start)
    after = start + timedelta(days=60)
    await held(house, "B3", start, after)
    assert (await house.agreement(plan)).second_notice_at is None
    assert not set(await house.open_obligations(plan.case_id)) & {"second_notice", "decision"}
    await closes(house, start, after - timedelta(days=1))
    await house.look(plan)
    assert (await house.agreement(plan)).state == "at_risk" and await house.names(plan, "start") == notices
    # What waited is planned anew.
    await closes(house, after, after)
    planned = (await house.agreement(plan)).second_notice_at
    assert planned is not None and planned > house.clock.now()


async def test_a_payment_in_a_pause_counts_and_a_hold_of_contacts_pauses_nothing(house: House) -> None:
    plan = await began(house, "B4")
    house.move_to(DUE)
    assert await held(house, "B4", DUE, None, ("demand_call",)) == "passed"
    assert await lifted(house, "B4") == "applied"
    await closes(house, LAST_GOOD - timedelta(days=1), LAST_GOOD)
    assert (await house.agreement(plan)).state == "at_risk"
    await held(house, "B4", LAST_GOOD + timedelta(days=1), None)
    await house.pay("P4", "B4", "500.00", LAST_GOOD + timedelta(days=1))
    assert (await house.agreement(plan)).state == "active"


async def test_a_hold_that_was_there_before_the_agreement(house: House) -> None:
    await held(house, "B5", DUE - timedelta(days=40), DUE + timedelta(days=30))
    plan = await began(house, "B5")
    await closes(house, LAST_GOOD, LAST_GOOD + timedelta(days=1))
    assert (await house.agreement(plan)).state == "active"
