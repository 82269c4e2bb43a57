"""Plans with all lenders: who is led into one, what a proposal of one asks of us, and debts that bear no interest."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import REQUEST
from tests.integration.intake_house import House, case_body
from tests.integration.test_intake_clocks import clocks, look

ZONES = {"hk": "Asia/Hong_Kong", "sg": "Asia/Singapore", "cn": "Asia/Shanghai"}
CURRENCY = {"hk": "HKD", "sg": "SGD", "cn": "CNY"}
DEMANDS = {"demand_call", "demand_message", "visit", "enforcement", "agency_placement", "sale_of_debt"}


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def owed(
    house: House, pack: str, account: str = "A1", product: str = "credit_card", balance: str = "9000"
) -> UUID:
    """An open debt of the one borrower, triaged under a pack."""
    body = case_body(account)
    money = {"amount": "1000.00", "currency": CURRENCY[pack]}
    body["borrower"] |= {"time_zone": ZONES[pack]}
    body["account"] |= {"product": product, "currency": CURRENCY[pack], "pack": pack}
    body |= {"arrears": money, "balance": money | {"amount": f"{balance}.00"}}
    answer = await house.ask("POST", "/cases", body, roles=("system",))
    assert answer.status_code == 201, answer.text
    case_id = UUID(answer.json()["case_id"])
    await house.cases.triage.triage(case_id, False)
    return case_id


async def asks(house: House, case_id: UUID, **changes: Any) -> UUID:
    answer = await house.ask("POST", f"/cases/{case_id}/requests", REQUEST | changes)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["request_id"])


async def scheme(house: House, case_id: UUID, **said: Any) -> dict[str, Any]:
    answer = await house.ask("POST", f"/cases/{case_id}/holds", {"kind": "DEBT_RELIEF_PLAN"} | said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def holds(house: House, case_id: UUID) -> list[dict[str, Any]]:
    answer = await house.ask("GET", f"/cases/{case_id}/holds", roles=("supervisor",))
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.mark.rule("HK-01", "HOUSE-09")
async def test_who_is_in_difficulty_with_two_lenders_is_led_into_their_plan_and_asked_for_nothing(house: House) -> None:
    case_id = await owed(house, "hk")
    await asks(house, case_id, lenders=1)
    assert await holds(house, case_id) == [] and "relief_plan" not in await clocks(house, case_id)
    await asks(house, case_id, lenders=2)
    (hold,) = await holds(house, case_id)
    assert hold["kind"] == "DEBT_RELIEF_PLAN" and set(hold["blocks"]) >= DEMANDS | {"offer"}
    assert not {"statutory_notice", "reply", "interest_accrual"} & set(hold["blocks"])
    clock = (await clocks(house, case_id))["relief_plan"]
    assert (clock["rule_id"], clock["started_on"], clock["due_on"]) == ("HK-01", "2026-03-02", "2026-03-07")
    assert not await look(house, case_id, "relief_plan")
    assert (await house.tasks(case_id))["clock_warning"] is None, "somebody is asked to lead them in at once"
    await asks(house, case_id, lenders=5)
    assert len(await holds(house, case_id)) == 1


@pytest.mark.rule("HK-01")
@pytest.mark.parametrize(("pack", "product"), [("hk", "mortgage"), ("hk", "auto_loan"), ("cn", "credit_card")])
async def test_the_plan_is_of_unsecured_debts_in_hong_kong(house: House, pack: str, product: str) -> None:
    case_id = await owed(house, pack, product=product)
    await asks(house, case_id, lenders=3)
    assert await holds(house, case_id) == [] and "relief_plan" not in await clocks(house, case_id)


@pytest.mark.rule("SG-02", "HK-01")
@pytest.mark.parametrize(("pack", "rule"), [("sg", "SG-02"), ("hk", "HK-01")])
async def test_a_proposed_plan_is_answered_in_time(house: House, pack: str, rule: str) -> None:
    case_id = await owed(house, pack)
    await asks(house, case_id)
    assert "proposal" not in await clocks(house, case_id), "another request is no such proposal"
    request_id = await asks(house, case_id, request_type="DEBT_PLAN", source="third_party")
    clock = (await clocks(house, case_id))["proposal"]
    assert (clock["rule_id"], clock["due_on"]) == (rule, "2026-03-16")
    house.clock.advance(timedelta(days=15))
    assert not await look(house, case_id, "proposal")
    assert (await house.tasks(case_id))["clock_breach"] is None
    answer = {"reason_code": "NOT_AFFORDABLE", "reasons": "The instalments are below what can be paid."}
    declined = await house.ask("POST", f"/requests/{request_id}/decline", answer, roles=("supervisor",))
    assert declined.status_code == 200, declined.text
    assert (await clocks(house, case_id))["proposal"]["met_at"] is not None and await look(house, case_id, "proposal")


@pytest.mark.rule("SG-02")
async def test_elsewhere_nobody_counts_the_days_of_a_proposal(house: House) -> None:
    case_id = await owed(house, "cn")
    await asks(house, case_id, request_type="DEBT_PLAN")
    assert "proposal" not in await clocks(house, case_id)


@pytest.mark.rule("SG-01")
async def test_the_scheme_stops_interest_of_unsecured_debts_for_five_years(house: House) -> None:
    card, home = await owed(house, "sg"), await owed(house, "sg", "A2", "mortgage")
    hold = await scheme(house, card)
    assert set(hold["blocks"]) >= DEMANDS | {"interest_accrual", "fee", "offer"}
    # From 2 March 2026 through 2 March 2031, in the days of Singapore.
    assert datetime.fromisoformat(hold["ends_at"]) == datetime(2031, 3, 2, 16, 0, tzinfo=UTC)
    (shown,) = await holds(house, card)
    assert [one["case_id"] for one in shown["interest"]] == [str(card)], "secured debt is apart"
    later, other = await owed(house, "sg", "A3", "personal_loan"), await owed(house, "sg", "A4", "auto_loan")
    (shown,) = await holds(house, card)
    assert {one["case_id"] for one in shown["interest"]} == {str(card), str(later)}
    assert str(home) != str(other) and "relief_plan" not in await clocks(house, card)


@pytest.mark.rule("SG-01")
async def test_the_scheme_is_over_after_five_years_at_the_latest(house: House) -> None:
    case_id = await owed(house, "sg")
    late = {"kind": "DEBT_RELIEF_PLAN", "ends_at": "2031-03-03T00:00:01+08:00"}
    assert_problem(await house.ask("POST", f"/cases/{case_id}/holds", late), 422, "invalid-input")
    hold = await scheme(house, case_id, ends_at="2030-03-03T00:00:00+08:00")
    path = f"/holds/{hold['hold_id']}/end-date"

    async def move(ends_at: str) -> Any:
        return await house.ask("POST", path, {"ends_at": ends_at}, roles=("compliance",), if_match=1)

    house.clock.advance(timedelta(days=100))
    assert_problem(await move("2031-03-03T00:00:01+08:00"), 422, "invalid-input")
    assert (await move("2031-03-03T00:00:00+08:00")).status_code == 200


@pytest.mark.rule("SG-01")
@pytest.mark.parametrize(("balance", "looked_at"), [("150000", False), ("150001", True)])
async def test_a_person_looks_at_a_notice_for_more_than_the_scheme_takes_in(
    house: House, balance: str, looked_at: bool
) -> None:
    case_id = await owed(house, "sg", balance=balance)
    await owed(house, "sg", "A2", "mortgage", "900000")
    await scheme(house, case_id)
    clock = (await clocks(house, case_id)).get("relief_plan")
    assert (clock is not None and clock["rule_id"] == "SG-01") is looked_at


@pytest.mark.rule("SG-01")
async def test_a_plan_of_another_country_stops_no_interest(house: House) -> None:
    case_id = await owed(house, "hk")
    hold = await scheme(house, case_id)
    assert hold["ends_at"] is None and "interest_accrual" not in hold["blocks"]
    await owed(house, "hk", "A2")
    assert [one["interest"] for one in await holds(house, case_id)] == [[]]
