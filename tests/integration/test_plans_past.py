"""Re-aging rests on what the core knows of the account, not on what somebody says."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.sandbox_world import account_row
from tests.contract.test_banking_history import paid
from tests.databases import Databases
from tests.integration.plans_house import House, plans_house
from tests.integration.plans_service import Case

ABLE: dict[str, Any] = {"income": {"net_pay": {"amount": "20000.00", "currency": "CNY"}}}
USUAL = "1066.19"


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def re_age(house: House, case: Case, key: str) -> tuple[list[str], dict[str, str]]:
    """The rules that refuse a re-aging, and what is said of the age and of the payments."""
    answer = await house.post(f"{case.path}/options", {}, key)
    option = next(one for one in answer.json()["options"] if one["relief_type"] == "REAGE")
    said = {one["rule"]: one["reason"] for one in option["reasons"]}
    return [one["rule"] for one in option["reasons"] if not one["passed"]], said


@pytest.mark.rule("US-32")
@pytest.mark.rule("OPT-22")
async def test_payments_in_a_row_are_those_that_the_core_booked(house: House) -> None:
    case = await house.reviewed()
    refused, said = await re_age(house, case, "none")
    assert refused == ["OPT-22"]
    assert "known: 12" in said["OPT-21"] and "known: 0" in said["OPT-22"]
    for number, day in enumerate(("2025-12-20", "2026-01-20", "2026-02-20")):
        await paid(house.outside, USUAL, day, f"p{number}")
    refused, said = await re_age(house, case, "paid")
    assert refused == [] and "known: 3" in said["OPT-22"]
    drafted = await house.draft(case, relief_type="REAGE", instalments=None)
    assert drafted.status_code == 201, drafted.text


@pytest.mark.rule("OPT-21")
async def test_a_young_account_is_not_re_aged(house: House) -> None:
    young = {"term_months": 14, "months_paid": 0, "principal": "15000.00"}
    await house.outside.load(account_row("YOUNG", borrower_ref="B2", **young))
    case = await house.reviewed("YOUNG", **ABLE)
    refused, said = await re_age(house, case, "young")
    assert "OPT-21" in refused and "known: 2" in said["OPT-21"]
    drafted = await house.draft(case, relief_type="REAGE", instalments=None)
    assert (drafted.status_code, set(drafted.json()["rules"])) == (409, {"OPT-21", "OPT-22"})
