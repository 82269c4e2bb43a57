"""A statement of means: judged on a lean month, shown in the form of its pack, refused where it makes no sense."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Databases
from tests.integration.plans_house import MEANS, House, plans_house


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


def cny(amount: str, **more: Any) -> dict[str, Any]:
    return {"amount": amount, "currency": "CNY", **more}


async def shown(house: House, path: str) -> Any:
    answer = await house.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.practice("000-05")
async def test_what_is_offered_rests_on_a_lean_month(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    income = {"net_pay": cny("1500.00", per="week"), "tips": cny("0", up_to="1200.00")}
    taken = await house.take_means(case, income=income, living_costs={"food": cny("34200.00", per="year")})
    assert taken.status_code == 201, taken.text
    view = taken.json()
    # 1,500 a week are 6,500 a month; 3,120 are for rent and 2,850 for living.
    assert (view["total_income"], view["after_priority"]) == (cny("6500.00"), cny("3380.00"))
    assert (view["result"], view["certainty"]) == ("AFFORDABLE", "certain")
    assert (view["own_share"], view["own_share_at_best"]) == (cny("530.00"), cny("1730.00"))
    statement = await shown(house, f"{case.path}/statement-of-means")
    assert statement["judged"]["own_share"] == cny("530.00")
    tips = statement["sections"][0]["lines"][1]["items"][0]
    assert (tips["monthly_from"], tips["monthly_to"]) == (cny("0.00"), cny("1200.00"))
    assert statement["form"] is None


async def test_an_uncertain_income_that_may_not_suffice_is_a_deficit_with_its_condition(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    taken = await house.take_means(case, income={"net_pay": cny("5000.00", up_to="8000.00")})
    view = taken.json()
    assert (view["result"], view["certainty"], view["phase"]) == ("DEFICIT", "only_if", "evidence")
    assert view["income_needed"] == cny("5970.01")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"income": {"net_pay": cny("100.00", up_to="50.00")}}, "#/income/net_pay"),
        ({"income": {"net_pay": cny("100.00", per="fortnight")}}, "#/income/net_pay/per"),
        ({"income": {"net_pay": cny("1e3")}}, "#/income/net_pay/amount"),
        ({"income": {"net_pay": cny("1.00", up_to="2.005")}}, "#/income/net_pay"),
        ({"income": {"net_pay": cny("1.00", weekly=True)}}, "#/income/net_pay/weekly"),
    ],
)
async def test_what_makes_no_sense_is_refused(house: House, change: dict[str, Any], pointer: str) -> None:
    case = await house.triaged()
    await house.requested(case)
    refused = await house.take_means(case, **change)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"].startswith(pointer)
    assert (await house.get(f"{case.path}/statement-of-means")).json()["type"].endswith("no-statement")
    assert (await house.take_means(case, **MEANS)).status_code == 201
