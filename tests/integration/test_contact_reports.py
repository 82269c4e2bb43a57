"""Permits that ran out: nobody knows whether somebody dialled, so each keeps its place until somebody says it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from services.contact.service.permits.using import REPORT
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_knowing import NEW_YORK, american, at, rules

OVER = timedelta(minutes=16)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


@pytest.mark.rule("CN-02")
async def test_a_permit_that_ran_out_counts_until_somebody_says_what_became_of_it(house: House) -> None:
    case = await house.triaged("silent")
    given = []
    for number in range(6):
        answer = await house.ask(case, f"silent-{number}")
        assert rules(answer) == []
        given.append(answer.json()["permit_id"])
        house.clock.advance(OVER)
    assert rules(await house.ask(case, "silent-7")) == ["CN-02"], "six may have been dialled today"
    returned = await house.post(f"/v1/permits/{given[0]}/return", None, "back")
    assert returned.status_code == 200 and returned.json()["permit_id"] == given[0]
    assert rules(await house.ask(case, "silent-8")) == [], "nobody dialled under that one"
    # A call that was made is told of late, and stays one; the place is the one that it had.
    vain = {"permit_id": given[1], "outcome": "NO_ANSWER", "party_verified": False}
    said = await house.post(f"/v1/cases/{case.case_id}/conversations", vain, "late")
    assert said.status_code == 201, said.text
    when = "SELECT a.at = p.decided_at AND p.used_at = p.decided_at FROM attempt a JOIN permit p USING (permit_id)"
    assert await house.scalar(when), "it was made when the permit was given"
    house.clock.advance(OVER)
    assert rules(await house.ask(case, "silent-9")) == ["CN-02"]


async def test_it_is_owed_to_say_what_became_of_a_call(house: House) -> None:
    case = await house.triaged("owed")
    expires = house.clock.now() + timedelta(minutes=15)
    permit = (await house.ask(case, "owed-1")).json()["permit_id"]
    assert (await house.obligations(case))[REPORT] == expires + timedelta(hours=12)
    assert REPORT not in await house.obligations(await house.triaged("not-asked"))
    assert (await house.call(case, "owed-2")).status_code == 201
    assert REPORT in await house.obligations(case), "of the other call nothing is known"
    assert (await house.post(f"/v1/permits/{permit}/return", None, "owed-back")).status_code == 200
    assert REPORT not in await house.obligations(case)
    case = await house.triaged("text")
    assert rules(await house.ask(case, "text-1", channel="sms")) == []
    assert REPORT not in await house.obligations(case), "the gateway says what became of a message"


async def test_who_may_give_a_permit_back_and_which(house: House) -> None:
    case = await house.triaged("back")
    permit = (await house.ask(case, "back-1")).json()["permit_id"]
    path = f"/v1/permits/{permit}/return"
    other = await house.post(path, None, "back-other", subject="a-2")
    assert other.status_code == 403
    assert (await house.post(path, None, "back-own")).status_code == 200
    assert_problem(await house.post(path, None, "back-again"), 409, "permit-unusable")
    begun = {"permit_id": permit, "channel": "voice"}
    assert_problem(await house.post(f"/v1/cases/{case.case_id}/conversations", begun, "b"), 409, "permit-unusable")
    unknown = f"/v1/permits/{case.case_id}/return"
    assert_problem(await house.post(unknown, None, "back-unknown"), 404, "permit-unknown")
    house.clock.advance(OVER)
    late = (await house.ask(case, "back-late")).json()["permit_id"]
    house.clock.advance(OVER)
    begun = {"permit_id": late, "channel": "voice"}
    begins = await house.post(f"/v1/cases/{case.case_id}/conversations", begun, "too-late")
    assert_problem(begins, 409, "permit-unusable")


@pytest.mark.rule("US-04", "US-05")
async def test_what_nobody_told_of_counts_as_a_call_and_not_as_a_conversation(house: House) -> None:
    house.clock.move_to(at(2, 9, NEW_YORK))
    case = await american(house, "rang")
    assert rules(await house.ask(case, "rang-1")) == []
    house.clock.advance(OVER)
    answer = await house.ask(case, "rang-2")
    assert rules(answer) == ["US-04"], "two hours between calls, and no week of silence"
    house.clock.advance(timedelta(hours=2))
    assert rules(await house.ask(case, "rang-3")) == []
