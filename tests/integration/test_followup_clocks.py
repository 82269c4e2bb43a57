"""Clocks of the law on real agreements: begun by marks, counted by the bank's days, ended by risk."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any, Literal

import pytest

from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.events.plans import PlanActivated, PlanFlag
from tests.databases import FreshDatabase
from tests.integration.followup_house import DUE, LAST_GOOD, House, plan_for

MOVED = "regulatory_clock.moved"


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


def marked(
    plan: PlanActivated,
    code: Literal["cn_restructured", "eu_forborne"],
    standing: Literal["PERFORMING", "NON_PERFORMING"] | None = None,
    *,
    decided: bool = True,
) -> PlanActivated:
    rules = ("CN-21",) if code == "cn_restructured" else ("EU-03", "EU-04")
    starts = DUE if code == "cn_restructured" else plan.activated_on
    flag = PlanFlag(code=code, decided=decided, rules=rules, standing=standing, starts_on=starts, earliest_end=None)
    return plan.model_copy(update={"flags": (flag,), "pack": "cn" if code == "cn_restructured" else "eu"})


async def clock(house: House, plan: PlanActivated) -> dict[str, Any]:
    items = (await house.get(f"/v1/cases/{plan.case_id}/clocks")).json()["items"]
    return next(one for one in items if one["agreement_id"] == str(plan.agreement_id))


async def moved(house: House, plan: PlanActivated) -> list[str]:
    return [body["happened"] for name, body in await house.outbox(plan) if MOVED in name]


async def close(house: House, day: date) -> None:
    house.move_to(day + timedelta(days=1))
    await house.close_day(day)


@pytest.mark.rule("FUP-16")
@pytest.mark.rule("CN-21")
async def test_observation_is_counted_anew_when_an_instalment_is_missed_and_back_when_it_was_not(house: House) -> None:
    plan = marked(plan_for("A-1"), "cn_restructured")
    await house.hear("plans", plan)
    begun = await clock(house, plan)
    assert (begun["phase"], begun["starts_on"], begun["ends_on"]) == ("observation", str(DUE), "2027-04-01")
    assert (await house.open_obligations(plan.case_id))["regulatory_clock"][0] == "outside"
    second = plan.schedule[1].due_date
    await house.pay("p1", "A-1", "500.00", DUE)
    await close(house, second + timedelta(days=3))
    again = await clock(house, plan)
    assert (again["starts_on"], again["recounts"]) == (str(second), 1)
    assert again["ends_on"] == second.replace(year=2027).isoformat()
    await house.pay("p2", "A-1", "500.00", second)
    assert (await clock(house, plan))["recounts"] == 0, "it was valued in time: nothing was missed"
    assert await moved(house, plan) == ["began", "counted_anew", "moved_back"]


@pytest.mark.rule("CN-21")
async def test_at_its_end_risk_decides_and_the_clock_outlives_plan_and_case(house: House) -> None:
    plan = marked(plan_for("A-1"), "cn_restructured")
    await house.hear("plans", plan)
    for line in plan.schedule:
        await house.pay(f"p{line.number}", "A-1", "500.00", line.due_date)
    await close(house, plan.schedule[-1].due_date)
    await house.hear("intake", CaseClosed(case_id=plan.case_id, reason="completed", closed_at=house.clock.now()))
    assert "regulatory_clock" in await house.open_obligations(plan.case_id)
    await close(house, date(2027, 3, 31))
    assert (await clock(house, plan))["state"] == "running"
    await close(house, date(2027, 4, 1))
    assert (await clock(house, plan))["state"] == "confirm"
    assert set(await house.open_obligations(plan.case_id)) == {"task:end_regulatory_clock"}
    path = f"/v1/agreements/{plan.agreement_id}/clocks/restructured/decision"
    assert (await house.post(path, {"decision": "ends"}, "k0", "agent")).status_code == 403
    assert (await house.post(path, {"decision": "performing"}, "k1", "risk")).status_code == 409
    assert (await house.post(path, {"decision": "ends"}, "k2", "risk")).json()["state"] == "ended"
    assert (await house.post(path, {"decision": "ends"}, "k3", "risk")).status_code == 409
    assert await moved(house, plan) == ["began", "time_over", "ended"]
    assert not await house.open_obligations(plan.case_id)


@pytest.mark.rule("EU-05")
@pytest.mark.rule("FUP-17")
async def test_over_thirty_days_late_loses_the_cure_even_when_the_agreement_is_broken(house: House) -> None:
    plan = marked(plan_for("A-1"), "eu_forborne", "NON_PERFORMING")
    await house.hear("plans", plan)
    begun = await clock(house, plan)
    assert (begun["phase"], begun["starts_on"], begun["ends_on"]) == ("cure", "2026-03-02", "2027-03-02")
    await close(house, DUE + timedelta(days=30))
    assert (await clock(house, plan))["recounts"] == 0, "thirty days are not more than thirty"
    await close(house, DUE + timedelta(days=31))
    lost = await clock(house, plan)
    assert (lost["phase"], lost["starts_on"], lost["recounts"]) == ("cure", str(DUE + timedelta(days=31)), 1)


@pytest.mark.rule("EU-04")
@pytest.mark.rule("EU-05")
async def test_after_the_cure_comes_probation_and_a_further_plan_in_it_is_a_cure_again(house: House) -> None:
    plan = marked(plan_for("A-1"), "eu_forborne", "NON_PERFORMING")
    await house.hear("plans", plan)
    for line in plan.schedule:
        await house.pay(f"p{line.number}", "A-1", "500.00", line.due_date)
    await close(house, date(2027, 3, 2))
    found = await clock(house, plan)
    assert (found["phase"], found["starts_on"], found["ends_on"]) == ("probation", "2027-03-02", "2029-03-02")
    assert (await house.agreement(plan)).state == "completed"
    later = plan_for("A-1", first_due=date(2027, 6, 1), activated_on=date(2027, 5, 3), round_=2)
    further = marked(later, "eu_forborne", "PERFORMING")
    await house.hear("plans", further)
    again = await clock(house, further)
    assert (again["phase"], again["starts_on"], again["rules"][0]) == ("cure", "2027-05-03", "EU-05")
    assert (await clock(house, plan))["state"] == "replaced"
    assert await moved(house, plan) == ["began", "passed_on", "began", "replaced"]


@pytest.mark.rule("EU-05")
async def test_who_always_performed_and_is_late_is_assessed_by_risk(house: House) -> None:
    plan = marked(plan_for("A-1"), "eu_forborne", "PERFORMING")
    await house.hear("plans", plan)
    await close(house, DUE + timedelta(days=31))
    found = await clock(house, plan)
    assert (found["phase"], found["recounts"], found["was_late"]) == ("probation", 0, True)
    assert "task:assess_viability" in await house.open_obligations(plan.case_id)
    path = f"/v1/agreements/{plan.agreement_id}/clocks/forborne/decision"
    decided = (await house.post(path, {"decision": "non_performing"}, "k1", "risk")).json()
    assert (decided["phase"], decided["starts_on"]) == ("cure", str(DUE + timedelta(days=32)))


@pytest.mark.rule("EU-06")
@pytest.mark.rule("FUP-18")
@pytest.mark.parametrize(("paid", "status"), [((1, 2), 409), ((1, 2, 3), 200)])
async def test_a_probation_ends_only_when_it_was_kept(house: House, paid: tuple[int, ...], status: int) -> None:
    plan = marked(plan_for("A-1"), "eu_forborne", "PERFORMING")
    await house.hear("plans", plan)
    for line in plan.schedule:
        if line.number in paid:
            await house.pay(f"p{line.number}", "A-1", "500.00", line.due_date)
    await close(house, date(2028, 3, 2))
    assert (await clock(house, plan))["state"] == "confirm"
    path = f"/v1/agreements/{plan.agreement_id}/clocks/forborne/decision"
    assert (await house.post(path, {"decision": "ends"}, "k1", "risk")).status_code == status
    if status == 409:
        again = (await house.post(path, {"decision": "goes_on"}, "k2", "risk")).json()
        assert (again["state"], again["starts_on"], again["ends_on"]) == ("running", "2028-03-03", "2030-03-03")


async def test_a_mark_that_was_not_set_has_no_clock(house: House) -> None:
    plan = marked(plan_for("A-1"), "cn_restructured", decided=False)
    await house.hear("plans", plan)
    await close(house, LAST_GOOD)
    assert (await house.get(f"/v1/cases/{plan.case_id}/clocks")).json() == {"items": []}
