"""No plan is drafted before the borrower was told everything that comes before it (000-03)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.common.kernel.ids import business_uuid
from tests.contract.problem_answers import assert_problem
from tests.databases import Databases
from tests.integration.plans_house import House, plans_house
from tests.integration.plans_service import Case

pytestmark = pytest.mark.practice("000-03")


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def test_a_draft_waits_until_everything_was_told(house: House) -> None:
    case = await house.triaged(told=False)
    await house.requested(case)
    assert (await house.take_means(case)).status_code == 201
    uploaded = await house.upload(case)
    assert (await house.review(uploaded.json()["evidence_id"])).json()["phase"] == "draft"
    before = await house.said(case)
    refused = await house.draft(case, "too-early")
    assert_problem(refused, 409, "disclosures-open")
    assert "tell the borrower" in refused.json()["detail"]
    await house.disclosed(case, still_open=2)
    assert_problem(await house.draft(case, "still"), 409, "disclosures-open")
    assert await house.said(case) == before and "draft_plan" in await house.open_tasks(case)
    await house.disclosed(case)
    assert (await house.draft(case, "told")).status_code == 201


async def test_what_came_back_stops_the_next_version(house: House) -> None:
    case = await house.reviewed()
    assert (await house.draft(case, "first")).status_code == 201
    await house.disclosed(case, still_open=4)
    assert_problem(await house.draft(case, "second"), 409, "disclosures-open")


async def test_contact_may_speak_before_intake(house: House) -> None:
    case = Case(business_uuid("case", "A1"), "A1")
    await house.disclosed(case)
    assert (await house.triaged("A1", told=False)) == case
    await house.requested(case)
    assert (await house.take_means(case)).status_code == 201
    uploaded = await house.upload(case)
    await house.review(uploaded.json()["evidence_id"])
    assert (await house.draft(case)).status_code == 201
