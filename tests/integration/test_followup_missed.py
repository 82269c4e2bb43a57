"""From a missed instalment to one that is caught up, or to a broken agreement."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from services.common.contracts.events.plans import PlanActivated
from tests.databases import FreshDatabase
from tests.integration.followup_house import DUE, LAST_GOOD, House, notices, plan_for, posting, sent


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def test_a_missed_instalment_that_is_caught_up(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    await house.pay("p1", "A-1", "200.00", DUE)
    house.move_to(date(2026, 4, 5))
    await house.close_day(LAST_GOOD)
    assert (await house.agreement(plan)).state == "at_risk"
    [(_, notice)] = await house.outbox(plan, "start")
    assert (notice["purpose"], notice["params"]["amount"]) == ("missed_notice", "300.00")
    assert set(await house.open_obligations(plan.case_id)) == {
        "bank_day", "notice", "second_notice", "reminder", "task:plan_at_risk",
    }  # fmt: skip
    house.move_to(date(2026, 4, 11))
    await house.look(plan)
    assert [name["purpose"] for _, name in await house.outbox(plan, "start")] == ["missed_notice", "missed_notice"]
    await house.pay("p2", "A-1", "300.00", date(2026, 4, 11))
    assert await house.lines(plan) == [(1, "CAUGHT_UP", 500), (2, "SCHEDULED", 0), (3, "SCHEDULED", 0)]
    assert await house.names(plan) == [
        "instalment.missed", "task.opened", "instalment.paid", "task.closed", "agreement.recovered",
    ]  # fmt: skip
    assert set(await house.open_obligations(plan.case_id)) == {"bank_day", "reminder"}


@pytest.mark.practice("000-09")
async def test_somebody_looks_after_an_agreement_before_anything_is_decided_about_it(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    calendar = set(await house.open_obligations(plan.case_id))
    assert {"bank_day", "reminder"} <= calendar, "what is to come is there with the agreement"
    path = f"/v1/agreements/{plan.agreement_id}/risk"
    assert (await house.post(path, {"outcome": "will_pay"}, "k0", "agent")).status_code == 409
    house.move_to(date(2026, 4, 5))
    await house.close_day(LAST_GOOD)
    assert (await house.agreement(plan)).standing == "AT_RISK", "before the rule of default"
    assert (await house.open_obligations(plan.case_id))["task:plan_at_risk"][0] == "person"
    assert (await house.post(path, {"outcome": "will_pay"}, "k1", "risk")).status_code == 403
    seen = await house.post(path, {"outcome": "will_pay"}, "k2", "agent")
    assert (seen.status_code, seen.json()["state"]) == (200, "at_risk"), "what is said pays nothing"
    assert "task:plan_at_risk" not in await house.open_obligations(plan.case_id)
    assert (await house.post(path, {"outcome": "will_pay"}, "k3", "agent")).status_code == 409


async def test_an_agreement_is_broken_only_after_its_notice_was_served(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    house.move_to(date(2026, 4, 5))
    await house.close_day(LAST_GOOD)
    house.move_to(date(2026, 4, 20))
    await house.close_day(LAST_GOOD + timedelta(days=14))
    assert (await house.agreement(plan)).standing == "AT_RISK"
    await house.close_day(LAST_GOOD + timedelta(days=15))
    assert (await house.agreement(plan)).standing == "BROKEN_CANDIDATE"
    assert (await house.look(plan)).outcome is None
    assert "decision" not in await house.open_obligations(plan.case_id)
    await house.hear("contact", sent(house, str(plan.agreement_id), plan.case_id, 1))
    assert (await house.open_obligations(plan.case_id))["decision"][0] == "workflow"
    assert (await house.look(plan)).outcome == "broken"
    assert (await house.look(plan)).outcome == "broken"
    assert (await house.names(plan)).count("agreement.broken") == 1
    assert await house.open_obligations(plan.case_id) == {}
    again = plan_for("A-1", round_=2, first_due=date(2026, 6, 1), activated_on=date(2026, 5, 1))
    assert await house.hear("plans", again) == "applied"


async def two_missed(house: House) -> PlanActivated:
    """An agreement of which two instalments are missed, with the first notice served."""
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    await house.pay("p0", "A-1", "10.00", DUE)
    house.move_to(date(2026, 4, 5))
    await house.close_day(LAST_GOOD)
    assert await house.names(plan, "nudge") == ["look"], "the second notice is to be waited for"
    await house.hear("contact", sent(house, str(plan.agreement_id), plan.case_id, 1))
    house.move_to(date(2026, 5, 5))
    await house.close_day(LAST_GOOD + timedelta(days=30))
    assert await notices(house, plan) == [f"{plan.agreement_id}:{number}" for number in (1, 2)], "one for each miss"
    assert "decision" in await house.open_obligations(plan.case_id)
    return plan


async def test_who_catches_up_with_one_of_two_is_not_broken(house: House) -> None:
    plan = await two_missed(house)
    await house.pay("p1", "A-1", "490.00", date(2026, 5, 5))
    assert (await house.agreement(plan)).standing == "AT_RISK"
    assert "decision" not in await house.open_obligations(plan.case_id)
    assert (await house.look(plan)).outcome is None


async def test_nothing_is_broken_while_a_posting_is_not_understood(house: House) -> None:
    plan = await two_missed(house)
    assert await house.hear_bank(posting("p0", "A-1", "1000.00", DUE), "p0-changed") == "dead"
    assert (await house.look(plan)).outcome is None
    assert "decision" in await house.open_obligations(plan.case_id), "it is asked again"
