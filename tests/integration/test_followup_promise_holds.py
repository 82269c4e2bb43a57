"""On the days of a hold under which nobody has to pay no promise is broken, and none counts for a supervisor."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.common.contracts.events.cases import ActionClass, HoldLifted, HoldPlaced
from services.common.contracts.events.contacts import PromiseMade
from services.common.kernel.ids import business_uuid
from tests.databases import FreshDatabase
from tests.integration.followup_house import House, cny, plan_for, posting

PLAN = plan_for("A-1")
CASE, PERSON = PLAN.case_id, PLAN.borrower_id
MADE, DAY = date(2026, 3, 2), date(2026, 3, 10)
GRACE = timedelta(days=2)
#: The hold begins before the promised day; AFTER is the first day on which somebody has to pay again.
START, AFTER = DAY - timedelta(days=3), DAY + timedelta(days=20)
ZONE = ZoneInfo("Asia/Shanghai")
SPACE: tuple[ActionClass, ...] = ("demand_message", "interest_accrual", "reminder", "verdict")


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def promised(house: House, name: str = "p", day: date = DAY, made_on: date = MADE) -> UUID:
    promise_id = business_uuid("promise", name)
    event = PromiseMade(
        case_id=CASE,
        promise_id=promise_id,
        borrower_id=PERSON,
        account_ref="A-1",
        pack="cn",
        amount=cny("1500.00"),
        promised_date=day,
        made_on=made_on,
    )
    assert await house.hear("contact", event) == "applied"
    return promise_id


def midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZONE)


async def held(
    house: House, after: date | None = AFTER, blocks: tuple[ActionClass, ...] = SPACE, person: UUID = PERSON
) -> str:
    """A hold of whole days from START, up to and without `after`."""
    event = HoldPlaced(
        case_id=CASE,
        borrower_id=person,
        hold_id=business_uuid("hold", "A-1"),
        blocks=blocks,
        starts_at=midnight(START),
        ends_at=None if after is None else midnight(after),
    )
    return await house.hear("intake", event)


async def lifted(house: House, at: datetime) -> str:
    event = HoldLifted(case_id=CASE, borrower_id=PERSON, hold_id=business_uuid("hold", "A-1"), lifted_at=at)
    return await house.hear("intake", event)


async def closes(house: House, day: date) -> None:
    """The bank has closed its days up to and with this one."""
    house.move_to(day + timedelta(days=1), 1)
    await house.close_day(day)


async def state(house: House, promise_id: UUID) -> tuple[str, str]:
    """State and last good day."""
    [found] = [
        item
        for item in (await house.get(f"/v1/cases/{CASE}/promises")).json()["items"]
        if item["promise_id"] == str(promise_id)
    ]
    return found["state"], found["last_good_day"]


async def said(house: House) -> list[str]:
    return [name for name in await house.names(PLAN) if name.startswith(("promise.", "task."))]


@pytest.mark.rule("UK-12")
async def test_a_promise_due_in_a_hold_is_not_broken_while_it_lasts_and_has_its_grace_afterwards(house: House) -> None:
    promise_id = await promised(house)
    house.move_to(START)
    assert await held(house) == "applied"
    last = AFTER + GRACE
    assert await state(house, promise_id) == ("ACTIVE", str(last)), "day 0 of the grace is the first day after the hold"
    await closes(house, AFTER - timedelta(days=1))
    await closes(house, last - timedelta(days=1))
    assert await state(house, promise_id) == ("ACTIVE", str(last)) and await said(house) == []
    await closes(house, last)
    assert await state(house, promise_id) == ("BROKEN", str(last)) and await said(house) == ["promise.broken"]


@pytest.mark.rule("UK-12")
async def test_a_payment_in_the_grace_after_a_hold_keeps_a_promise(house: House) -> None:
    promise_id = await promised(house)
    await held(house)
    await closes(house, AFTER)
    await house.pay("p1", "A-1", "1500.00", AFTER + GRACE)
    await closes(house, AFTER + GRACE)
    assert (await state(house, promise_id))[0] == "KEPT" and await said(house) == ["promise.kept"]


async def test_a_promise_made_under_a_hold_that_is_known_has_its_days_too(house: House) -> None:
    await held(house)
    promise_id = await promised(house)
    await closes(house, DAY + GRACE)
    assert await state(house, promise_id) == ("ACTIVE", str(AFTER + GRACE))


async def test_a_hold_without_an_end_pauses_until_it_is_lifted(house: House) -> None:
    promise_id = await promised(house)
    await held(house, None)
    for days in (3, 40, 41, 42, 43, 90):
        await closes(house, DAY + timedelta(days=days))
        assert (await state(house, promise_id))[0] == "ACTIVE", days
    # It is said late that it ended on the fifth day; that day is paused too.
    assert await lifted(house, midnight(DAY + timedelta(days=5)) + timedelta(hours=12)) == "applied"
    assert await state(house, promise_id) == ("BROKEN", str(DAY + timedelta(days=8)))
    assert await said(house) == ["promise.broken"]


async def test_lifted_early_its_days_run_from_then(house: House) -> None:
    promise_id = await promised(house)
    await held(house)
    await closes(house, DAY)
    await lifted(house, midnight(DAY + timedelta(days=2)))
    last = DAY + timedelta(days=2) + GRACE
    assert await state(house, promise_id) == ("ACTIVE", str(last))
    await closes(house, last)
    assert (await state(house, promise_id))[0] == "BROKEN"


@pytest.mark.rule("FUP-03")
async def test_what_a_hold_excuses_counts_for_no_supervisor(house: House) -> None:
    for number in range(2):
        await promised(house, f"p{number}", DAY + timedelta(days=number))
    house.move_to(START)
    await held(house)
    await closes(house, DAY + timedelta(days=10))
    third = await promised(house, "p2", DAY + timedelta(days=30), DAY + timedelta(days=11))
    assert (await state(house, third))[0] == "ACTIVE", "followed without being asked about"
    assert await said(house) == []


async def test_one_that_broke_before_the_hold_was_heard_of_runs_again(house: House) -> None:
    promise_id = await promised(house)
    await closes(house, DAY + GRACE)
    assert (await state(house, promise_id))[0] == "BROKEN"
    await held(house)
    assert await state(house, promise_id) == ("ACTIVE", str(AFTER + GRACE))


async def test_what_pauses_nothing_breaks_it_in_its_time(house: House) -> None:
    promise_id = await promised(house)
    assert await held(house, blocks=("demand_call",)) == "passed"
    assert await held(house, person=business_uuid("borrower", "somebody else")) == "applied"
    await closes(house, DAY + GRACE)
    assert await state(house, promise_id) == ("BROKEN", str(DAY + GRACE))


async def test_nothing_is_broken_by_a_lift_while_a_posting_of_the_account_is_set_aside(house: House) -> None:
    promise_id = await promised(house)
    await held(house, None)
    await closes(house, DAY + timedelta(days=20))
    await house.pay("p1", "A-1", "10.00", DAY)
    assert await house.hear_bank(posting("p1", "A-1", "11.00", DAY), "p1-again") == "dead"
    await lifted(house, midnight(DAY + timedelta(days=1)))
    assert (await state(house, promise_id))[0] == "ACTIVE"


@pytest.mark.parametrize("hold_first", [True, False])
async def test_an_agreement_that_begins_in_the_hold_takes_the_place_of_the_promise(
    house: House, hold_first: bool
) -> None:
    plan = plan_for("A-1", activated_on=DAY + timedelta(days=10))
    promise_id = await promised(house)
    if hold_first:
        await held(house)
    assert await house.hear("plans", plan) == "applied"
    if not hold_first:
        await closes(house, DAY + GRACE)
        assert (await state(house, promise_id))[0] == "BROKEN", "nothing was known of the hold"
        await held(house)
    assert (await state(house, promise_id))[0] == "CANCELLED"
