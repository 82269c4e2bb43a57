"""Reviews of vulnerability flags: in time, by the case that is open, or the flag expires."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest_asyncio

from services.intake.workflows.messages import FlagInput
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import triaged
from tests.integration.intake_flag_steps import CONSENT, LEAD, care, kinds_of_holds, record
from tests.integration.intake_house import TODAY, House


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


def look(case_id: UUID, flag: dict[str, Any]) -> FlagInput:
    return FlagInput(case_id=case_id, flag_id=UUID(flag["flag_id"]))


def midnight(day: date) -> datetime:
    """The first instant of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)


async def test_a_flag_is_reviewed_in_time_or_expires(house: House) -> None:
    case_id = await triaged(house)
    flag = await record(house, case_id, "CARER")
    review_on = date.fromisoformat(flag["review_on"])
    reviews = house.cases.flag_reviews
    assert not (await reviews.look(look(case_id, flag))).over
    assert (await house.obligations(case_id))["flag_review"] == midnight(review_on - timedelta(days=7))
    house.clock.move_to(midnight(review_on - timedelta(days=7)))
    for _ in range(2):
        assert not (await reviews.look(look(case_id, flag))).over
    assert (await house.tasks(case_id))["review_flag"] is None
    assert (await house.obligations(case_id))["flag_review"] == midnight(review_on)
    # Renewed: the task is done, and the next review is a quarter of a year away.
    renewed = await house.ask(
        "POST", f"/flags/{flag['flag_id']}/renewal", {}, roles=("senior_agent",), if_match=flag["version"]
    )
    later = date.fromisoformat(renewed.json()["review_on"])
    assert later == review_on - timedelta(days=7) + timedelta(days=90)
    assert (await house.tasks(case_id))["review_flag"] == "renewed"
    house.clock.move_to(midnight(later) - timedelta(seconds=1))
    assert not (await reviews.look(look(case_id, flag))).over
    assert (await house.tasks(case_id))["review_flag"] is None
    house.clock.move_to(midnight(later))
    assert (await reviews.look(look(case_id, flag))).over
    assert (await care(house, case_id))[-1] == []
    assert "flag_review" not in await house.obligations(case_id)
    assert await house.scalar("SELECT end_reason FROM vulnerability_flag") == "expired"
    assert (await reviews.look(look(case_id, flag))).over


async def test_what_protects_for_good_stays_until_somebody_ends_it(house: House) -> None:
    case_id = await triaged(house)
    flag = await record(house, case_id, "SUICIDE_RISK", source="staff", consent=None)
    # The day after: somebody is asked at once.
    assert not (await house.cases.flag_reviews.look(look(case_id, flag))).over
    assert (await house.tasks(case_id))["review_flag"] is None
    assert await kinds_of_holds(house, case_id) == ["SAFETY"]
    house.clock.advance(timedelta(days=40))
    assert not (await house.cases.flag_reviews.look(look(case_id, flag))).over
    assert "specialist" in (await house.ask("GET", f"/cases/{case_id}/flags", roles=LEAD)).json()["care"]
    waiting = await house.obligations(case_id)
    assert "flag_review" not in waiting and waiting["task:review_flag"] < house.clock.now()


async def test_flags_follow_the_person_from_an_ended_case(house: House) -> None:
    one, two = await triaged(house, "A1"), await triaged(house, "A2")
    flag = await record(house, one, "ELDERLY")
    await house.restore("A1")
    await house.cases.procedure.close(one, 1, False)
    assert (await house.cases.flag_reviews.look(look(one, flag))).over
    assert not (await house.cases.flag_reviews.look(look(two, flag))).over
    assert "flag_review" in await house.obligations(two) and "flag_review" not in await house.obligations(one)
    await house.restore("A2")
    await house.cases.procedure.close(two, 1, False)
    assert "flag_review" not in await house.obligations(two)
    assert (await house.cases.flag_reviews.look(look(two, flag))).over
    # Nobody is left to review it; the next case of the person does.
    three = await triaged(house, "A3")
    assert "flag_review" in await house.obligations(three)
    assert (f"case/{three}/flag/{flag['flag_id']}",) == await _started(house, three)
    shown = (await house.ask("GET", f"/cases/{three}/flags", roles=LEAD)).json()
    assert shown["care"] == ["slow_pace"] and len(shown["items"]) == 1


async def test_what_ran_out_while_no_case_was_open_is_told_with_the_next_one(house: House) -> None:
    one = await triaged(house, "A1")
    await record(house, one, "ELDERLY")
    await house.restore("A1")
    await house.cases.procedure.close(one, 1, False)
    house.clock.advance(timedelta(days=91))
    two = await house.post_case("A2")
    await house.cases.triage.triage(two, True)
    assert (await care(house, two)) == [[]]
    assert await house.scalar("SELECT end_reason FROM vulnerability_flag") == "expired"
    assert "flag_review" not in await house.obligations(two)


async def test_a_party_whose_case_ended_is_reviewed_by_the_next_debt_of_the_person(house: House) -> None:
    person = {"name": "Li", "phone": "+8613400000009", "language": "zh", "time_zone": "Asia/Shanghai"}
    joined = {"role": "guarantor", "person": {"borrower_ref": "B9"} | person}
    one, two, three = await triaged(house, "A1"), await triaged(house, "A2"), await triaged(house, "A3")
    for case_id in (one, two):
        added = await house.ask("POST", f"/cases/{case_id}/parties", joined, roles=("system",))
        assert added.status_code == 201
    flag = await record(house, one, "SUICIDE_RISK", source="staff", consent=None, party_id=added.json()["party_id"])
    await house.restore("A1")
    await house.cases.procedure.close(one, 1, False)
    assert "flag_review" in await house.obligations(two)
    await house.restore("A2")
    await house.cases.procedure.close(two, 1, False)
    assert (await house.cases.flag_reviews.look(look(two, flag))).over
    assert (await house.ask("POST", f"/cases/{three}/parties", joined, roles=("system",))).status_code == 201
    assert "flag_review" in await house.obligations(three)


async def test_a_review_date_lies_within_the_days_of_the_policy(house: House) -> None:
    case_id = await triaged(house)
    body = {"kind": "LANGUAGE", "source": "borrower", "consent": CONSENT}
    for day in (TODAY, TODAY + timedelta(days=91)):
        answer = await house.ask("POST", f"/cases/{case_id}/flags", body | {"review_on": str(day)})
        assert answer.status_code == 422
    assert (await record(house, case_id, "LANGUAGE", review_on=str(TODAY + timedelta(days=90))))["renewals"] == 0


async def _started(house: House, case_id: UUID) -> tuple[str, ...]:
    """The ids of the reviews of flags that were started for a case."""
    query = "SELECT array_agg(key) FROM outbox WHERE kind = 'start' AND name = 'FlagReview' AND case_id = :id"
    return tuple(await house.scalar(query, id=case_id))
