"""Notices of sums in arrears: in time after two missed payments, again every six months, and what a late one costs."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.kernel.ids import business_uuid
from services.intake.workflows.messages import InterestInput
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import REQUEST
from tests.integration.intake_house import House, case_body
from tests.integration.test_intake_clocks import clocks, look


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def lent(house: House, oldest: str, pack: str = "uk", product: str = "personal_loan") -> UUID:
    """A loan in London of which nothing was paid since a day; today is 2 March."""
    body = case_body()
    body["borrower"] |= {"time_zone": "Europe/London"}
    body["account"] |= {"product": product, "pack": pack}
    answer = await house.ask("POST", "/cases", body | {"oldest_unpaid_due_date": oldest}, roles=("system",))
    assert answer.status_code == 201, answer.text
    case_id = UUID(answer.json()["case_id"])
    await house.cases.triage.triage(case_id, False)
    return case_id


async def notice(house: House, case_id: UUID) -> dict[str, Any]:
    """The clock that is open."""
    items = (await house.ask("GET", f"/cases/{case_id}/clocks")).json()["items"]
    (found,) = [one for one in items if one["kind"] == "arrears_notice" and one["met_at"] is None]
    return dict(found)


async def give(house: House, case_id: UUID, on: str) -> None:
    clock = await notice(house, case_id)
    body = {"done_on": on, "means": "letter"}
    met = await house.ask("POST", f"/clocks/{clock['clock_id']}/meeting", body, roles=("senior_agent",))
    assert met.status_code == 200, met.text


async def late(house: House, case_id: UUID) -> list[dict[str, Any]]:
    answer = await house.ask("GET", f"/cases/{case_id}/holds", roles=("supervisor",))
    return [one for one in answer.json()["items"] if one["kind"] == "NOTICE_LATE"]


@pytest.mark.rule("UK-14")
async def test_a_notice_is_owed_fourteen_days_after_the_second_payment_was_missed(house: House) -> None:
    case_id = await lent(house, "2026-01-31")
    clock = await notice(house, case_id)
    # The second payment was due on the last day of February.
    assert (clock["rule_id"], clock["started_on"], clock["due_on"]) == ("UK-14", "2026-02-28", "2026-03-14")
    await give(house, case_id, "2026-03-02")
    following = await notice(house, case_id)
    assert (following["started_on"], following["due_on"]) == ("2026-03-02", "2026-09-02"), "and again in six months"


@pytest.mark.rule("UK-14")
@pytest.mark.parametrize(("pack", "product"), [("uk", "credit_card"), ("uk", "mortgage"), ("cn", "personal_loan")])
async def test_the_notice_is_of_loans_of_a_fixed_sum(house: House, pack: str, product: str) -> None:
    case_id = await lent(house, "2026-01-16", pack, product)
    assert "arrears_notice" not in await clocks(house, case_id)


@pytest.mark.rule("UK-14")
async def test_while_it_is_late_no_interest_is_due_and_nothing_is_enforced(house: House) -> None:
    case_id = await lent(house, "2026-01-31")
    house.clock.advance(timedelta(days=12))  # 14 March: the last day
    assert not await look(house, case_id, "arrears_notice")
    assert (await house.tasks(case_id))["clock_warning"] is None and await late(house, case_id) == []
    house.clock.advance(timedelta(days=3))
    assert not await look(house, case_id, "arrears_notice")
    (hold,) = await late(house, case_id)
    assert set(hold["blocks"]) == {"enforcement", "fee", "interest_accrual"} and hold["reach"] == "debt"
    assert [one["from_day"] for one in hold["interest"]] == ["2026-03-15"], "since the day after the last"
    assert not await look(house, case_id, "arrears_notice") and len(await late(house, case_id)) == 1

    await give(house, case_id, "2026-03-17")
    (hold,) = await late(house, case_id)
    assert hold["lifted_at"] is not None
    asked = InterestInput(case_id=case_id, stop_id=business_uuid("interest", hold["hold_id"], str(case_id)))
    await house.cases.activities.stop_interest(asked)
    assert house.interest.since == {}, "it runs again"


@pytest.mark.rule("UK-14")
async def test_a_payment_puts_it_off(house: House) -> None:
    case_id = await lent(house, "2026-01-31")
    await house.report("A1", as_of=date(2026, 3, 3), oldest_unpaid_due_date=date(2026, 2, 28))
    house.clock.advance(timedelta(days=15))
    assert not await look(house, case_id, "arrears_notice")
    clock = await notice(house, case_id)
    assert (clock["started_on"], clock["due_on"]) == ("2026-03-28", "2026-04-11") and await late(house, case_id) == []


@pytest.mark.rule("UK-14")
async def test_of_a_debt_that_comes_late_the_days_are_counted_from_then(house: House) -> None:
    clock = await notice(house, await lent(house, "2025-06-30"))
    assert (clock["started_on"], clock["due_on"]) == ("2026-03-02", "2026-03-16")


@pytest.mark.rule("UK-14")
async def test_a_request_that_is_withdrawn_ends_no_other_clock(house: House) -> None:
    case_id = await lent(house, "2026-01-31")
    made = await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)
    withdrawn = await house.ask("POST", f"/requests/{made.json()['request_id']}/withdrawal")
    assert withdrawn.status_code == 200, withdrawn.text
    assert (await notice(house, case_id))["met_at"] is None
