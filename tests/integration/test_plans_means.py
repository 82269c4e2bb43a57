"""What the means allow: options with the numbers of the worked cases, and deficits that yield no plan."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.sandbox_world import account_row
from tests.databases import Databases
from tests.integration.plans_house import House, plans_house
from tests.integration.plans_people import contents
from tests.integration.plans_service import Case


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


async def options(house: House, case: Case, **body: Any) -> dict[str, dict[str, Any]]:
    """Options by relief."""
    token = house.issuer.token(sub="a-1", roles=["agent"])
    answer = await house.client.post(f"{case.path}/options", json=body, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return {option["relief_type"]: option for option in answer.json()["options"]}


async def test_an_extension_has_the_numbers_of_the_worked_case(house: House) -> None:
    """CMP-1: 72,000 over 24 months at 12 % with 6,900 past due, extended to 48 months."""
    row = {"balance": "72000.00", "term_months": 36, "months_paid": 10, "principal": "120000.00"}
    arrears = {"arrears_principal": "6000.00", "arrears_interest": "840.00", "arrears_fees": "60.00"}
    await house.outside.load(account_row("CMP", **row, **arrears))
    case = await house.reviewed("CMP", income={"net_pay": cny("9000.00")})
    found = (await options(house, case, instalments=48))["EXTEND"]
    assert found["eligible"] and found["affordable"]
    comparison = found["comparison"]
    assert {name: comparison[name]["amount"] for name in (
        "before_payment", "before_total", "after_payment", "after_last_payment", "after_total", "payment_change",
        "total_cost_change",
    )} == {
        "before_payment": "3389.29", "before_total": "88243.00", "after_payment": "2077.74",
        "after_last_payment": "2077.69", "after_total": "99731.47", "payment_change": "-1311.55",
        "total_cost_change": "11488.47",
    }  # fmt: skip
    assert (comparison["before_payments"], comparison["after_payments"]) == (24, 48)
    assert (comparison["payment_change_percent"], comparison["diminished_over_threshold"]) == ("-38.70", False)


async def test_an_interest_suspension_has_the_numbers_of_the_worked_case(house: House) -> None:
    """SUS-1: 48,230.15 with 3,610.30 interest and 520.00 fees, fees waived, in 60 instalments."""
    row = {"balance": "0", "term_months": 11, "oldest_unpaid_due_date": "2026-02-16"}
    arrears = {"arrears_principal": "48230.15", "arrears_interest": "3610.30", "arrears_fees": "520.00"}
    await house.outside.load(account_row("SUS", **row, **arrears))
    case = await house.reviewed("SUS")
    found = (await options(house, case, instalments=60, waived_fees=cny("520.00")))["INT_STOP"]
    assert found["eligible"], found["reasons"]
    assert [found[name]["amount"] for name in ("payment", "last_payment", "total")] == ["864.00", "864.45", "51840.45"]
    assert (found["first_due_date"], found["end_date"]) == ("2026-04-01", "2031-03-01")


@pytest.mark.parametrize("first_due_date", ["9999-12-31", "0001-01-01", "2026-03-03"])
async def test_options_begin_when_a_draft_may(house: House, first_due_date: str) -> None:
    case = await house.reviewed()
    asked = await house.post(f"{case.path}/options", {"first_due_date": first_due_date}, "o1")
    assert (asked.status_code, asked.json()["errors"][0]["pointer"]) == (422, "#/first_due_date")


async def test_options_change_nothing_and_say_why_not(house: House) -> None:
    case = await house.reviewed()
    before = await contents(house)
    found = await options(house, case)
    assert found["EXTEND"]["eligible"] and found["INT_STOP"]["eligible"]
    assert found["INT_STOP"]["payment"]["amount"] <= "2030.00" and found["INT_STOP"]["headroom"]["amount"] >= "0.00"
    refused = (await options(house, case, instalments=61))["EXTEND"]
    assert not refused["eligible"] and "CN-14" in [one["rule"] for one in refused["reasons"] if not one["passed"]]
    assert refused["payment"] is not None
    assert await contents(house) == before


async def test_unwillingness_is_no_ground_for_relief(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    assert (await house.take_means(case, willing_to_pay=False)).json()["result"] == "UNAFFORDABLE"
