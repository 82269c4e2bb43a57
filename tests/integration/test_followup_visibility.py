"""Agents see the agreements of the cases that are theirs or nobody's; leads and services see all."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from services.common.contracts.events.bank import PaymentPosted
from services.common.contracts.events.cases import CaseAssigned
from services.common.kernel.money import Money
from tests.databases import FreshDatabase
from tests.integration.followup_house import House, plan_for

OWN, STRANGER = "agent-li", "agent-sun"


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def test_others_do_not_find_the_agreements_of_a_case_that_is_somebodys(house: House) -> None:
    plan = plan_for("A1")
    one, of_case = f"/v1/agreements/{plan.agreement_id}", f"/v1/cases/{plan.case_id}/agreements"
    assert await house.hear("intake", CaseAssigned(case_id=plan.case_id, assignee=OWN)) == "applied"
    assert await house.hear("plans", plan) == "applied"

    async def sees(subject: str, role: str) -> tuple[int, int]:
        listed = await house.get(of_case, role, subject=subject)
        return (await house.get(one, role, subject=subject)).status_code, len(listed.json()["items"])

    assert await sees(OWN, "agent") == (200, 1)
    assert await sees(STRANGER, "agent") == (404, 0)
    for role in ("supervisor", "manager", "committee", "risk", "compliance", "system"):
        assert await sees(f"{role}-1", role) == (200, 1)
    served = {"means": "letter", "served_on": "2026-03-02"}
    answers = [(await house.post(f"{one}/notices", served, who, subject=who)).status_code for who in (STRANGER, OWN)]
    assert answers == [404, 409]
    await house.hear("intake", CaseAssigned(case_id=plan.case_id, assignee=STRANGER))
    assert await sees(STRANGER, "agent") == (200, 1)


async def test_the_work_list_leaves_out_postings_of_agreements_of_others(house: House) -> None:
    plan = plan_for("A1")
    await house.hear("plans", plan)
    await house.hear("intake", CaseAssigned(case_id=plan.case_id, assignee=OWN))
    day = date(2026, 3, 2)
    dollars = PaymentPosted(
        account_ref="A1",
        posting_ref="P1",
        amount=Money.of("10.00", "USD"),
        value_date=day,
        booking_date=day,
        kind="payment",
        reverses=None,
    )
    await house.hear_bank(dollars, "P1")
    await house.pay("P2", "B7", "10.00", day, reverses="P0")

    async def listed(subject: str, role: str = "agent") -> list[str]:
        answer = await house.get("/v1/unmatched-postings", role, subject=subject)
        return [entry["posting_ref"] for entry in answer.json()["items"]]

    assert await listed(OWN) == await listed("he", "supervisor") == ["P1", "P2"]
    assert await listed(STRANGER) == ["P2"]
