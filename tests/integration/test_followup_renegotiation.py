"""A further request while an agreement runs: nothing is broken meanwhile, so often and so long as policy says."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.common.contracts.events.cases import CaseClosed, ReliefRequested, RequestEnded
from services.common.contracts.events.plans import PlanActivated
from services.common.kernel.ids import business_uuid
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.followup_house import DUE, LAST_GOOD, House, plan_for, sent

TALKS_LAST = timedelta(days=30)


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


def request_of(plan: PlanActivated, number: int) -> UUID:
    return business_uuid("request", str(plan.case_id), str(number))


async def asks(house: House, plan: PlanActivated, number: int = 2) -> None:
    event = ReliefRequested(
        case_id=plan.case_id,
        request_id=request_of(plan, number),
        request_type="DELAY",
        round=1,
        requested_on=house.clock.now().date(),
        agreement_id=plan.agreement_id,
    )
    assert await house.hear("intake", event) == "applied"


async def candidate(house: House, plan: PlanActivated) -> None:
    """Enough is missed for long enough, and the borrower was told: nothing is left but the decision."""
    house.move_to(LAST_GOOD + timedelta(days=1))
    await house.close_day(LAST_GOOD)
    await house.hear("contact", sent(house, str(plan.agreement_id), plan.case_id, 1))
    house.move_to(LAST_GOOD + timedelta(days=16))
    await house.close_day(LAST_GOOD + timedelta(days=15))
    assert (await house.agreement(plan)).standing == "BROKEN_CANDIDATE"


async def began(house: House) -> PlanActivated:
    plan = plan_for("N-1")
    assert await house.hear("plans", plan) == "applied"
    return plan


async def decides(house: House, plan: PlanActivated, decision: str, role: str, number: int = 2) -> Any:
    path = f"/v1/renegotiations/{request_of(plan, number)}/decision"
    return await house.post(path, {"decision": decision}, f"{decision}-{number}-{role}", role)


async def state_of(house: House, plan: PlanActivated) -> list[tuple[str, str | None]]:
    found = (await house.get(f"/v1/cases/{plan.case_id}/renegotiations")).json()["items"]
    return [(one["state"], one["ended_for"]) for one in found]


@pytest.mark.practice("000-09")
@pytest.mark.rule("FUP-06")
async def test_nothing_is_broken_while_more_is_talked_about(house: House) -> None:
    plan = await began(house)
    await candidate(house, plan)
    assert "decision" in await house.open_obligations(plan.case_id)
    await asks(house, plan)
    waited = await house.open_obligations(plan.case_id)
    assert "decision" not in waited and {"talks", "task:renegotiate"} <= set(waited)
    assert (await house.look(plan)).outcome is None
    assert (await house.get(f"/v1/agreements/{plan.agreement_id}")).json()["renegotiating"]

    # Somebody talks with the borrower; that alone ends nothing. When it took too long the agreement is judged on.
    assert (await decides(house, plan, "talked", "agent")).status_code == 200
    assert "task:renegotiate" not in await house.open_obligations(plan.case_id)
    house.clock.advance(TALKS_LAST - timedelta(minutes=1))
    assert (await house.look(plan)).outcome is None
    house.clock.advance(timedelta(minutes=1))
    assert (await house.look(plan)).outcome == "broken"
    assert await state_of(house, plan) == [("ended", "time_over")]
    assert await house.open_obligations(plan.case_id) == {}


@pytest.mark.parametrize("outcome", ["withdrawn", "declined"])
async def test_the_end_of_a_request_lets_the_decision_go_on(house: House, outcome: Any) -> None:
    plan = await began(house)
    house.move_to(DUE)
    await asks(house, plan)
    await candidate(house, plan)
    assert (await house.look(plan)).outcome is None
    assert "decision" not in await house.open_obligations(plan.case_id), "it is not asked for before the talks are over"
    ended = RequestEnded(case_id=plan.case_id, request_id=request_of(plan, 2), outcome=outcome)
    assert await house.hear("intake", ended) == "applied"
    waited = await house.open_obligations(plan.case_id)
    assert "decision" in waited and not {"talks", "task:renegotiate"} & set(waited)
    assert (await house.look(plan)).outcome == "broken"


async def test_who_pays_while_it_is_talked_about_recovers(house: House) -> None:
    plan = await began(house)
    await candidate(house, plan)
    await asks(house, plan)
    await house.pay("p1", "N-1", "500.00", LAST_GOOD + timedelta(days=16))
    agreement = await house.agreement(plan)
    assert (agreement.state, agreement.renegotiating) == ("active", True)
    assert (await decides(house, plan, "as_agreed", "supervisor")).status_code == 200
    agreement = await house.agreement(plan)
    assert (agreement.state, agreement.renegotiating) == ("active", False)
    assert await state_of(house, plan) == [("ended", "as_agreed")]


@pytest.mark.rule("FUP-07")
async def test_beyond_the_limit_a_supervisor_decides_whether_to_talk_again(house: House) -> None:
    plan = await began(house)
    await candidate(house, plan)
    for number in (2, 3):
        await asks(house, plan, number)
        assert (await decides(house, plan, "as_agreed", "supervisor", number)).status_code == 200
    await asks(house, plan, 4)
    waited = await house.open_obligations(plan.case_id)
    assert "task:accept_renegotiation" in waited and not {"talks", "task:renegotiate", "decision"} & set(waited)
    assert (await house.look(plan)).outcome is None, "nobody goes over the head of the supervisor who is asked"

    for decision, role, status in (("accept", "agent", 403), ("as_agreed", "senior_agent", 403)):
        assert (await decides(house, plan, decision, role, 4)).status_code == status
    assert_problem(await decides(house, plan, "talked", "agent", 4), 409, "renegotiation-decided")
    assert (await decides(house, plan, "accept", "supervisor", 4)).status_code == 200
    assert {"talks", "task:renegotiate"} <= set(await house.open_obligations(plan.case_id))
    assert_problem(await decides(house, plan, "accept", "manager", 4), 409, "renegotiation-decided")
    assert (await decides(house, plan, "as_agreed", "manager", 4)).status_code == 200
    assert_problem(await decides(house, plan, "as_agreed", "supervisor", 4), 409, "renegotiation-decided")
    assert (await house.look(plan)).outcome == "broken"


async def test_two_requests_hold_it_up_until_both_are_over(house: House) -> None:
    plan = await began(house)
    await candidate(house, plan)
    await asks(house, plan, 2)
    house.clock.advance(timedelta(days=10))
    await asks(house, plan, 3)
    house.clock.advance(TALKS_LAST - timedelta(days=10))
    assert (await house.look(plan)).outcome is None
    assert (await decides(house, plan, "as_agreed", "supervisor", 2)).status_code == 200
    assert (await house.look(plan)).outcome is None
    house.clock.advance(timedelta(days=10))
    assert (await house.look(plan)).outcome == "broken"
    assert await state_of(house, plan) == [("ended", "as_agreed"), ("ended", "time_over")]


async def test_a_request_that_is_heard_before_its_agreement(house: House) -> None:
    plan = plan_for("N-1")
    house.move_to(DUE)
    await asks(house, plan)
    assert await state_of(house, plan) == [("heard", None)]
    await house.hear("plans", plan)
    assert await state_of(house, plan) == [("running", None)]
    await candidate(house, plan)
    assert (await house.look(plan)).outcome is None


async def test_requests_of_an_agreement_that_is_over_hold_nothing_up(house: House) -> None:
    plan = await began(house)
    await asks(house, plan)
    await house.hear("intake", CaseClosed(case_id=plan.case_id, reason="SETTLED", closed_at=house.clock.now()))
    await asks(house, plan, 3)
    assert await state_of(house, plan) == [("ended", "agreement_over")] * 2
    assert await house.open_obligations(plan.case_id) == {} and not (await house.agreement(plan)).renegotiating
    assert_problem(await decides(house, plan, "talked", "agent"), 409, "renegotiation-decided")
    unknown = f"/v1/renegotiations/{business_uuid('request', 'nobody')}/decision"
    assert_problem(await house.post(unknown, {"decision": "talked"}, "k1"), 404, "not-found")


async def test_an_agreement_that_is_paid_to_its_end_is_not_talked_about(house: House) -> None:
    plan = await began(house)
    await asks(house, plan)
    await house.pay("p1", "N-1", "1500.00", DUE)
    house.move_to(date(2026, 4, 2))
    await house.close_day(DUE)
    assert (await house.look(plan)).outcome == "completed"
    assert await state_of(house, plan) == [("ended", "agreement_over")]
    assert await house.open_obligations(plan.case_id) == {}


async def test_a_first_request_is_none_of_an_agreement(house: House) -> None:
    plan = await began(house)
    first = ReliefRequested(
        case_id=plan.case_id,
        request_id=request_of(plan, 1),
        request_type="DELAY",
        round=1,
        requested_on=date(2026, 3, 2),
    )
    assert await house.hear("intake", first) == "passed"
    assert await state_of(house, plan) == []
