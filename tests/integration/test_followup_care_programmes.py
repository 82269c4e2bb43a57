"""What a borrower sees of a plan, and a programme that opens while it runs."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.common.contracts.events.plans import PlanActivated, PlanRejected
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.followup_care import messages, reads
from tests.integration.followup_house import DUE, House, plan_for
from tests.integration.refusing import Visitor
from tests.integration.test_followup_ends import triaged

OPENED = {
    "code": "winter-2026",
    "relief_type": "RATE_CUT",
    "packs": ["cn"],
    "products": ["credit_card"],
    "instalments_left_least": 3,
    "opens_on": "2026-03-02",
    "closes_on": "2026-12-31",
}


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def runs(
    house: House, account: str, months: int = 3, pack: str = "cn", product: str = "credit_card"
) -> PlanActivated:
    plan = plan_for(account, months=months)
    case = triaged(pack, product).model_copy(update={"case_id": plan.case_id, "borrower_id": plan.borrower_id})
    await house.hear("intake", case)
    assert await house.hear("plans", plan) == "applied"
    return plan


async def status_of(house: House, plan: PlanActivated) -> dict[str, Any]:
    answer = await reads(house, plan, f"/v1/cases/{plan.case_id}/plan-status")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.practice("003-12")
async def test_the_borrower_sees_how_the_plan_stands_what_is_next_and_what_is_left(house: House) -> None:
    plan = await runs(house, "S-1")
    await house.pay("P-1", "S-1", "500.00", DUE)
    await house.close_day(DUE)
    await house.hear("plans", PlanRejected(case_id=plan.case_id, round=1, plan_id=plan.plan_id, version=1))
    found = await status_of(house, plan)
    assert (found["state"], found["standing"], found["instalments_left"]) == ("active", "ON_TRACK", 2)
    assert [found[name]["amount"] for name in ("total", "paid", "remaining")] == ["1500.00", "500.00", "1000.00"]
    assert (found["next_payment"]["number"], found["next_payment"]["due_date"]) == (2, "2026-05-01")
    assert found["ends_on"] == "2026-05-31"
    assert [(one["kind"], one["about"]) for one in found["questions"]] == [("feedback", "decision")]
    assert found["reading"] == [], "a bank of this country names what it trusts"
    stranger = plan_for("S-2")
    assert_problem(await reads(house, stranger, f"/v1/cases/{plan.case_id}/plan-status"), 404, "not-found")
    assert_problem(await reads(house, stranger, f"/v1/cases/{stranger.case_id}/plan-status"), 404, "not-found")
    staff = await house.get(f"/v1/cases/{plan.case_id}/plan-status")
    assert (staff.status_code, staff.json()["questions"]) == (200, []), "nobody learns whether it was answered"


@pytest.mark.practice("003-12")
@pytest.mark.parametrize(("pack", "language", "titles"), [("uk", "en", 1), ("us-ma", "en", 1), ("uk", "zh", 1)])
async def test_there_is_something_to_read_about_money_where_a_public_body_offers_it(
    house: House, pack: str, language: str, titles: int
) -> None:
    plan = plan_for("S-1").model_copy(update={"pack": pack, "language": language})
    await house.hear("plans", plan)
    reading = (await status_of(house, plan))["reading"]
    assert len(reading) == titles and all(one["url"].startswith("https://") for one in reading)


@pytest.mark.practice("003-12")
@pytest.mark.rule("FUP-11")
async def test_running_plans_are_screened_when_a_programme_opens_and_who_may_have_it_is_told_once(
    house: House,
) -> None:
    told = await runs(house, "S-1")
    nearly = await runs(house, "S-2", months=2)
    loan = await runs(house, "S-3", product="mortgage")
    abroad = await runs(house, "S-4", pack="uk")
    before = await house.agreement(told)
    opened = await house.post("/v1/programmes", OPENED, "k1", "risk")
    assert opened.status_code == 201, opened.text
    assert opened.json()["results"] == {"eligible": 1, "nearly_paid": 1, "other_product": 1, "other_country": 1}
    assert opened.json()["left"] is False
    [message] = await messages(house, told, "programme")
    assert (message["message_class"], message["params"]) == ("reminder", {"until": "2026-12-31"})
    for plan in (nearly, loan, abroad):
        assert await messages(house, plan, "programme") == []
    path = f"/v1/programmes/{opened.json()['programme_id']}/screenings"
    listed = (await house.get(path, "supervisor")).json()["items"]
    assert [one["agreement_id"] for one in listed] == [str(told.agreement_id)]
    assert (await house.get(f"{path}?after={told.agreement_id}", "supervisor")).json()["items"] == []
    assert (await status_of(house, told))["programmes"] == [
        {"code": "winter-2026", "relief_type": "RATE_CUT", "closes_on": "2026-12-31"}
    ]
    late = await runs(house, "S-5")
    again = await house.post(path, {}, "k2", "supervisor")
    assert again.json()["results"]["eligible"] == 2, "one that was not screened yet is, the others are not again"
    assert len(await messages(house, told, "programme")) == len(await messages(house, late, "programme")) == 1
    after = await house.agreement(told)
    assert (after.state, after.version, after.terms_version) == (before.state, before.version, before.terms_version)


async def test_refusals_change_nothing(house: House) -> None:
    visitor, path = Visitor(house, "risk"), "/programmes"
    unknown = "00000000-0000-0000-0000-000000000000"
    await visitor.assert_refused(403, "forbidden", "POST", path, OPENED, role="supervisor")
    await visitor.assert_refused(422, "invalid-input", "POST", path, {**OPENED, "opens_on": "2026-03-09"})
    await visitor.assert_refused(422, "validation-failed", "POST", path, {**OPENED, "closes_on": "2026-03-01"})
    await visitor.assert_refused(404, "not-found", "POST", f"{path}/{unknown}/screenings", {})
    await visitor.assert_refused(403, "forbidden", "GET", f"{path}/{unknown}/screenings", role="agent")
    assert (await house.post("/v1/programmes", OPENED, "k1", "risk")).status_code == 201
    await visitor.assert_refused(409, "programme-known", "POST", path, OPENED, key="k2")
