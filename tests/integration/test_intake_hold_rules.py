"""Short interim holds with their cap and one renewal; breathing space with its midway review and once in a year."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import triaged
from tests.integration.intake_house import House
from tests.integration.test_intake_clocks import clocks, look


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def place(house: House, case_id: UUID, kind: str, **body: Any) -> httpx.Response:
    return await house.ask("POST", f"/cases/{case_id}/holds", {"kind": kind} | body)


async def test_a_short_interim_hold_needs_no_proof_and_is_renewed_once(house: House) -> None:
    case_id = await triaged(house)
    late = (house.clock.now() + timedelta(days=31)).isoformat()
    assert_problem(await place(house, case_id, "HOLD_INTERIM", ends_at=late), 422, "invalid-input")
    hold = (await place(house, case_id, "HOLD_INTERIM")).json()
    assert hold["ends_at"].startswith("2026-04-01") and "verdict" in hold["blocks"]
    assert_problem(await place(house, case_id, "HOLD_INTERIM"), 409, "hold-renewed")
    path = f"/holds/{hold['hold_id']}/end-date"

    async def renew(days: int, version: int) -> httpx.Response:
        body = {"ends_at": (house.clock.now() + timedelta(days=days)).isoformat()}
        return await house.ask("POST", path, body, roles=("supervisor",), if_match=version)

    assert_problem(await renew(61, 1), 422, "invalid-input")
    assert (await renew(60, 1)).json()["version"] == 2
    assert_problem(await renew(60, 2), 409, "hold-renewed")


@pytest.mark.rule("UK-12")
async def test_breathing_space_is_reviewed_midway(house: House) -> None:
    case_id = await triaged(house)
    assert (await place(house, case_id, "BREATHING_SPACE")).status_code == 201
    review = (await clocks(house, case_id))["midway_review"]
    assert (review["warn_on"], review["due_on"]) == ("2026-03-27", "2026-04-06")
    assert not await look(house, case_id, "midway_review")
    assert "clock_warning" not in await house.tasks(case_id)
    house.clock.advance(timedelta(days=25))
    assert not await look(house, case_id, "midway_review")
    assert (await house.tasks(case_id))["clock_warning"] is None
    body = {"done_on": "2026-03-27", "means": "review"}
    met = await house.ask("POST", f"/clocks/{review['clock_id']}/meeting", body, roles=("compliance",))
    assert met.status_code == 200 and await look(house, case_id, "midway_review")


@pytest.mark.rule("UK-12")
async def test_a_second_breathing_space_within_a_year_is_taken_in_and_looked_at(house: House) -> None:
    case_id = await triaged(house)
    assert (await place(house, case_id, "BREATHING_SPACE")).status_code == 201
    assert "repeated" not in await clocks(house, case_id)
    house.clock.advance(timedelta(days=200))
    again = await place(house, case_id, "BREATHING_SPACE")
    assert again.status_code == 201, "nobody is refused silently"
    assert (await clocks(house, case_id))["repeated"]["rule_id"] == "UK-12"
    assert not await look(house, case_id, "repeated")
    assert (await house.tasks(case_id))["clock_warning"] is None
    house.clock.advance(timedelta(days=400))
    later = await place(house, case_id, "BREATHING_SPACE")
    assert later.status_code == 201
    answer = await house.ask("GET", f"/cases/{case_id}/clocks")
    assert [one["kind"] for one in answer.json()["items"]].count("repeated") == 1
