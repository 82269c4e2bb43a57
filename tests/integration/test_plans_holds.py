"""Under a hold that says so nobody makes new terms; what the borrower asks for is taken in all the same."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.common.contracts.events.cases import ActionClass, HoldLifted, HoldPlaced
from services.common.kernel.ids import business_uuid
from tests.contract.problem_answers import assert_problem
from tests.databases import Databases
from tests.integration.plans_house import BORROWER, House, plans_house
from tests.integration.plans_service import Case

STAY: tuple[ActionClass, ...] = ("enforcement", "offer", "verdict")
HOLD = business_uuid("hold", "stay")


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def held(
    house: House, case: Case, blocks: tuple[ActionClass, ...] = STAY, ends_at: datetime | None = None
) -> str:
    event = HoldPlaced(
        case_id=case.case_id,
        borrower_id=BORROWER,
        hold_id=HOLD,
        blocks=blocks,
        starts_at=house.clock.now(),
        ends_at=ends_at,
    )
    return await house.hear("intake", event)


async def lifted(house: House, case: Case) -> None:
    event = HoldLifted(case_id=case.case_id, borrower_id=BORROWER, hold_id=HOLD, lifted_at=house.clock.now())
    assert await house.hear("intake", event) == "applied"


async def test_nothing_is_drafted_approved_or_signed(house: House) -> None:
    case = await house.reviewed()
    await held(house, case)
    assert_problem(await house.draft(case, "held"), 409, "hold-in-force")
    await lifted(house, case)
    drafted = await house.draft(case, "free")
    submitted = await house.submit(case, drafted.headers["etag"])

    until = house.clock.now() + timedelta(days=3)
    await held(house, case, ends_at=until)
    said = await house.said(case)
    refused = assert_problem(await house.decide(case, submitted), 409, "hold-in-force")
    assert datetime.fromisoformat(refused["until"]) == until
    assert await house.said(case) == said
    house.later(days=2)
    await lifted(house, case)
    assert (await house.decide(case, submitted)).status_code in (200, 409), "the first refusal is what it was"


async def test_an_offer_waits_for_the_end_of_the_hold(house: House) -> None:
    case = await house.offered()
    await held(house, case, ends_at=house.clock.now() + timedelta(days=2))
    assert_problem(await house.accept(case, "held"), 409, "hold-in-force")
    house.later(days=2)
    assert (await house.accept(case, "free")).status_code == 201


async def test_breathing_space_lets_people_talk_and_a_request_is_always_taken_in(house: House) -> None:
    case = await house.triaged()
    assert await held(house, case, ("demand_call", "interest_accrual", "verdict")) == "passed"
    await held(house, case)
    assert await house.requested(case) == "applied"
    assert "take_statement_of_means" in await house.open_tasks(case)
    assert (await house.take_means(case)).status_code == 201


async def test_a_hold_may_be_heard_of_before_the_case(house: House) -> None:
    case = Case(business_uuid("case", "A1"), "A1")
    assert await held(house, case) == "applied"
    found = await house.reviewed()
    assert found == case
    assert_problem(await house.draft(case), 409, "hold-in-force")
