"""Rounds of contact under a hold that has an end: they stand still, and go on where they stood."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CareChanged, CaseTriaged, HoldLifted
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.contact.repository import people
from services.contact.service.heard import hold_here
from tests.databases import FreshDatabase
from tests.integration.contact_house import House

PURSUIT = ("demand_call", "demand_message", "visit")


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def days_of(house: House, case: CaseTriaged) -> float:
    """How many days the round waits for what it does next."""
    return ((await house.obligations(case))["reply"] - house.clock.now()) / timedelta(days=1)


async def purposes(house: House, case: CaseTriaged) -> list[str]:
    return [body["purpose"] for _, body in await house.outbox(case, "start")]


@pytest.mark.rule("UK-12")
async def test_a_round_stands_still_until_the_hold_ends_and_then_its_days_begin_again(house: House) -> None:
    case = await house.triaged("pause")
    await house.look(case)
    await house.carry(case)
    house.clock.advance(timedelta(days=1))
    await house.hold(case, *PURSUIT, ends_at=house.clock.now() + timedelta(days=60))
    house.clock.advance(timedelta(days=2))
    for day in range(58):
        await house.look(case)
        assert await purposes(house, case) == ["first_contact"], day
        assert await days_of(house, case) == 1
        house.clock.advance(timedelta(days=1))
    await house.look(case)
    assert await days_of(house, case) == 3, "the days in which the first message could be answered"
    house.clock.advance(timedelta(days=3))
    await house.look(case)
    assert await purposes(house, case) == ["first_contact", "follow_up"]


async def test_a_hold_that_is_lifted_early_lets_the_round_go_on_within_a_day(house: House) -> None:
    case = await house.triaged("early")
    await house.hold(case, *PURSUIT, ends_at=house.clock.now() + timedelta(days=30))
    await house.look(case)
    assert await purposes(house, case) == [] and await days_of(house, case) == 1
    lifted = HoldLifted(
        case_id=case.case_id,
        borrower_id=case.borrower_id,
        hold_id=business_uuid("hold", str(case.case_id), *PURSUIT),
        lifted_at=house.clock.now() + timedelta(hours=2),
    )
    house.clock.advance(timedelta(hours=2))
    await house.hear("intake", lifted)
    house.clock.advance(timedelta(hours=22))
    await house.look(case)
    assert await purposes(house, case) == ["first_contact"]


async def test_what_a_hold_does_not_block_and_what_has_no_end_lets_the_round_go_on(house: House) -> None:
    fees = await house.triaged("fees")
    await house.hold(fees, "fee", "interest_accrual", ends_at=house.clock.now() + timedelta(days=30))
    await house.look(fees)
    assert await purposes(house, fees) == ["first_contact"]
    for_good = await house.triaged("for-good")
    await house.hold(for_good, "demand_call")
    await house.look(for_good)
    assert await purposes(house, for_good) == ["first_contact"]


async def test_distress_on_a_call_pauses_the_round_for_its_day(house: House) -> None:
    case = await house.triaged("distress")
    async with house.database.write(Caller.service("contact", "test")) as uow:
        await hold_here(
            uow,
            case_id=case.case_id,
            borrower_id=case.borrower_id,
            origin="distress",
            blocks=PURSUIT,
            ends_at=uow.now() + timedelta(hours=24),
            occasion="call",
        )
    await house.look(case)
    assert await purposes(house, case) == []
    house.clock.advance(timedelta(days=1))
    await house.look(case)
    assert await purposes(house, case) == ["first_contact"]


async def test_the_latest_care_is_kept_whatever_the_order(house: House) -> None:
    case = await house.triaged("care")

    def said(hours: int, *care: str) -> CareChanged:
        at = house.clock.now() + timedelta(hours=hours)
        return CareChanged.model_validate(
            {"case_id": case.case_id, "borrower_id": case.borrower_id, "care": care, "at": at}
        )

    for event in (said(1, "specialist"), said(3, "no_visits"), said(2, "slow_pace"), said(3, "no_visits", "slow_pace")):
        assert await house.hear("intake", event) == "applied"
    async with house.database.read() as session:
        person = await people.find_person(session, case.borrower_id)
    assert person is not None and person.care == ["no_visits", "slow_pace"]
