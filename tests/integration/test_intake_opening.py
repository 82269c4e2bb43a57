"""Opening cases: by the API, by the bank's feed, at once and again; triage on whole facts."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.banking.errors import CoreAccountUnknown
from services.common.kernel.ids import business_uuid
from tests.databases import FreshDatabase
from tests.integration.intake_house import START, TODAY, House, case_body, cny


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


def case_id_of(account: str, borrower: str = "B1", sequence: int = 0) -> UUID:
    return business_uuid("case", borrower, account, str(sequence))


async def test_a_case_is_opened_once_and_answered_again(house: House) -> None:
    body = case_body()
    first = await house.ask("POST", "/cases", body, roles=("system",), key="same")
    assert first.status_code == 201
    assert first.headers["location"] == f"/v1/cases/{case_id_of('A1')}"
    shown = first.json()
    assert (shown["state"], shown["days_past_due"], shown["bucket"]) == ("OPENED", 45, "M2")

    replayed = await house.ask("POST", "/cases", body, roles=("system",), key="same")
    assert (replayed.status_code, replayed.json()) == (201, shown)
    again = await house.ask("POST", "/cases", body, roles=("system",))
    assert (again.status_code, again.json()["case_id"]) == (200, shown["case_id"])

    case_id = case_id_of("A1")
    assert await house.names(case_id) == ["case.opened"]
    assert await house.names(case_id, "start") == ["CaseWorkflow"]
    assert await house.obligations(case_id) == {"triage": START + timedelta(hours=24)}
    assert await house.history(case_id) == [(1, "OPENED")]


async def test_api_and_bank_at_once_open_one_case(house: House) -> None:
    posts = [house.ask("POST", "/cases", case_body("A2"), roles=("system",)) for _ in range(6)]
    reports = [house.report("A2", as_of=TODAY - timedelta(days=n)) for n in range(6)]
    answers, outcomes = await asyncio.gather(asyncio.gather(*posts), asyncio.gather(*reports))
    assert sorted(answer.status_code for answer in answers)[:5] == [200] * 5
    assert set(outcomes) == {"applied"}
    assert await house.scalar("SELECT count(*) FROM collections_case") == 1
    assert await house.scalar("SELECT count(*) FROM outbox WHERE name = 'forbear.case.opened.v1'") == 1


async def test_a_case_of_the_bank_learns_from_the_core_before_triage(house: House) -> None:
    await house.report("A3", "B3")
    case_id = case_id_of("A3", "B3")
    assert (await house.cases.triage.triage(case_id, False)).then == "learn"
    with pytest.raises(CoreAccountUnknown):
        await house.cases.triage.learn(case_id)
    house.core.add("B3", "A3")
    assert (await house.cases.triage.learn(case_id)).profile
    for _ in range(2):
        assert (await house.cases.triage.triage(case_id, True)).then == "rounds"
    triaged = [body for name, body in await house.outbox(case_id) if name == "forbear.case.triaged.v1"]
    assert len(triaged) == 1
    assert triaged[0]["language"] == "en" and triaged[0]["contactable"] and triaged[0]["pack"] == "cn"
    assert (await house.case(case_id))["arrears"] == {"amount": "1000.00", "currency": "CNY"}
    profile = await house.ask("GET", f"/cases/{case_id}/borrower", roles=("system",), sub="svc-contact")
    assert profile.json()["phone"] == "+8613400000001"
    assert profile.json()["provenance"]["phone"] == {"source": "core", "as_of": "2026-03-02"}
    assert set(await house.obligations(case_id)) == {"case"}


async def test_a_case_of_the_api_is_triaged_without_asking_the_core(house: House) -> None:
    case_id = await house.post_case()
    assert (await house.cases.triage.triage(case_id, False)).then == "rounds"
    assert house.core.asked == 0
    assert (await house.case(case_id))["treatment"] == "standard"


async def test_a_borrower_may_ask_before_anything_is_past_due(house: House) -> None:
    nothing = {"amount": "0.00", "currency": "CNY"}
    case_id = await house.post_case("A4", origin="borrower", arrears=nothing, oldest_unpaid_due_date=None)
    assert (await house.cases.triage.triage(case_id, False)).then == "rounds"
    case = await house.case(case_id)
    assert (case["days_past_due"], case["bucket"], case["treatment"]) == (0, "M0", "preventive")


async def test_later_facts_of_the_bank_replace_older_ones(house: House) -> None:
    await house.report("A5", as_of=TODAY)
    await house.report("A5", as_of=TODAY + timedelta(days=1), arrears=cny("1200.00"))
    await house.report("A5", as_of=TODAY - timedelta(days=3), arrears=cny("800.00"))
    case = await house.case(case_id_of("A5"))
    assert (case["arrears"]["amount"], case["version"]) == ("1200.00", 2)
    assert await house.names(case_id_of("A5")) == ["case.opened"]


async def test_facts_of_a_borrower_are_merged_by_day(house: House) -> None:
    case_id = await house.post_case("A6")
    house.clock.move_to(START + timedelta(days=1))
    newer = case_body("A6")
    newer["borrower"] |= {"phone": "+8613400000002", "national_id": "11010519491231002X"}
    assert (await house.ask("POST", "/cases", newer, roles=("system",))).status_code == 200
    house_now = await house.ask("GET", f"/cases/{case_id}/borrower", roles=("system",))
    assert house_now.json()["phone"] == "+8613400000002"
    assert house_now.json()["national_id"] == "11010519491231002X"
    same_day = case_body("A6")
    same_day["borrower"]["phone"] = "+8613400000003"
    await house.ask("POST", "/cases", same_day, roles=("system",))
    unchanged = await house.ask("GET", f"/cases/{case_id}/borrower", roles=("system",))
    assert unchanged.json()["phone"] == "+8613400000002"
    stored = await house.scalar("SELECT phone || name || national_id FROM borrower")
    assert "13400000002" not in stored and "王" not in stored and "1101" not in stored
    assert await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'borrower.read'") == 2


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"arrears": {"amount": "1000.005", "currency": "CNY"}}, "#/arrears"),
        ({"arrears": {"amount": "1000.00", "currency": "XXX"}}, "#/arrears"),
        ({"arrears": {"amount": "1000.00", "currency": "USD"}}, "#/arrears/currency"),
        ({"arrears": {"amount": "-1.00", "currency": "CNY"}}, "#/arrears/amount"),
        ({"oldest_unpaid_due_date": None}, "#/oldest_unpaid_due_date"),
        ({"oldest_unpaid_due_date": "2026-03-09"}, "#/oldest_unpaid_due_date"),
        ({"origin": "file"}, "#/origin"),
        ({"surplus": 1}, "#/surplus"),
    ],
)
async def test_bad_facts_are_refused_by_name(house: House, change: dict[str, Any], pointer: str) -> None:
    answer = await house.ask("POST", "/cases", case_body(**change), roles=("system",))
    assert answer.status_code == 422
    assert any(error["pointer"].startswith(pointer) for error in answer.json()["errors"])
    assert await house.scalar("SELECT count(*) FROM collections_case") == 0


async def test_a_bad_number_is_refused_without_being_shown(house: House) -> None:
    body = case_body()
    body["borrower"]["phone"] = "not-a-number"
    answer = await house.ask("POST", "/cases", body, roles=("system",))
    assert answer.status_code == 422 and "not-a-number" not in answer.text
    assert (await house.ask("POST", "/cases", case_body(), roles=("risk",))).status_code == 403


async def test_a_broken_report_of_the_bank_is_set_aside(house: House) -> None:
    assert await house.report("A7", oldest_unpaid_due_date=TODAY, balance=cny("-1.00")) == "dead"
    assert await house.scalar("SELECT count(*) FROM held_message WHERE status = 'dead'") == 1


async def test_a_new_case_after_a_closed_one_names_it(house: House) -> None:
    first = await house.post_case("A8")
    assert (await house.cases.procedure.close(first, 1, withdraw=True)).closed
    second = await house.post_case("A8")
    assert second == case_id_of("A8", sequence=1)
    assert (await house.case(second))["previous_case_id"] == str(first)
