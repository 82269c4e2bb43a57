"""The intake form: eleven fields with source and day; what contradicts the core is asked about, and nothing more."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from services.intake.domain.form import FormField
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.intake_house import START, TODAY, House

ELEVEN = ["address", "family", "phone", "loan_reason", "amount", "term", "loan_use", "overdue_status",
          "overdue_since", "repayment_source", "repayment_plan"]  # fmt: skip
TRUE = {
    "address": "1 Canary Road",
    "family": "two children and my mother",
    "phone": "134 0000 0001",
    "loan_reason": "to open a shop",
    "amount": "9500.00",
    "term": "24",
    "loan_use": "stock and rent",
    "overdue_status": "yes",
    "overdue_since": "2026-01-20",
    "repayment_source": "wages from next month on",
    "repayment_plan": "500 a month",
}


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def fill(house: House, case_id: UUID, source: str = "borrower", **said: str) -> httpx.Response:
    answers = [{"field": f, "value": v, "source": source, "as_of": TODAY.isoformat()} for f, v in said.items()]
    return await house.ask("POST", f"/cases/{case_id}/form", {"answers": answers})


async def form(house: House, case_id: UUID) -> dict[str, dict[str, Any]]:
    answer = await house.ask("GET", f"/cases/{case_id}/form")
    assert answer.status_code == 200, answer.text
    assert [one["field"] for one in answer.json()["fields"]] == ELEVEN == [field.value for field in FormField]
    return {one["field"]: one for one in answer.json()["fields"]}


@pytest.mark.practice("002-13")
async def test_the_eleven_fields_have_source_and_day(house: House) -> None:
    case_id = await house.post_case()
    before = await form(house, case_id)
    assert before["amount"]["core"] | {"at": None} == before["amount"]["core"]
    assert (before["amount"]["core"]["value"], before["amount"]["core"]["source"]) == ("10000.0000", "core")
    assert before["family"] == {"field": "family", "said": None, "core": None, "earlier": [], "contradicts": False}

    answer = await fill(house, case_id, **TRUE)
    assert answer.status_code == 201 and answer.json()["queries"] == [], answer.text
    assert "Canary" not in answer.text, "stored answers hold no personal data"
    told = await fill(house, case_id, "third_party", family="one child")
    assert told.json()["kept"] == {"family": 2}
    after = await form(house, case_id)
    for field in ELEVEN:
        said = after[field]["said"]
        assert said["value"] and said["as_of"] == TODAY.isoformat() and said["actor"] == "a-1"
        assert said["source"] == ("third_party" if field == "family" else "borrower")
        assert not after[field]["contradicts"], field
    old = after["family"]["earlier"]
    assert [(one["value"], one["source"], one["number"]) for one in old] == [(TRUE["family"], "borrower", 1)]
    assert await house.tasks(case_id) == {}
    assert await house.scalar("SELECT count(*) FROM form_entry WHERE value LIKE '%Canary%'") == 0, "encrypted"


@pytest.mark.practice("002-13")
@pytest.mark.parametrize(
    ("field", "near", "far"),
    [
        ("amount", "11000.00", "11000.01"),
        ("amount", "9000.00", "8999.99"),
        ("overdue_since", "2026-01-23", "2026-01-24"),
        ("overdue_status", "yes", "no"),
        ("phone", "+86 134 0000 0001", "+86 134 0000 0002"),
    ],
)
@pytest.mark.rule("FRM-01")
async def test_a_contradiction_is_asked_about(house: House, field: str, near: str, far: str) -> None:
    case_id = await house.post_case()
    assert (await fill(house, case_id, **{field: near})).json()["queries"] == []
    assert await house.tasks(case_id) == {}
    state = (await house.case(case_id))["state"]
    assert (await fill(house, case_id, **{field: far})).json()["queries"] == [field]
    assert await house.tasks(case_id) == {"query_facts": None}
    assert (await form(house, case_id))[field]["contradicts"]
    assert (await house.case(case_id))["state"] == state, "nothing follows from it but a question"

    path, body = f"/cases/{case_id}/form/{field}/answer", {"finding": "both_explained", "words": "canary-explained"}
    assert_problem(await house.ask("POST", f"/cases/{case_id}/form/family/answer", body), 404, "query-unknown")
    assert (await house.ask("POST", path, body)).json()["finding"] == "both_explained"
    assert await house.tasks(case_id) == {"query_facts": "both_explained"}
    notes = (await house.ask("GET", f"/cases/{case_id}/notes")).json()["items"]
    assert [one["text"] for one in notes] == ["canary-explained"]
    assert_problem(await house.ask("POST", path, body), 404, "query-unknown")


async def test_what_is_said_anew_needs_no_answer(house: House) -> None:
    case_id = await house.post_case()
    await fill(house, case_id, amount="100.00", overdue_status="no")
    await fill(house, case_id, amount="10000")
    outcomes = await house.scalar("SELECT string_agg(coalesce(outcome, '-'), ',' ORDER BY ref) FROM task")
    assert outcomes == "said_anew,-"


async def test_what_the_borrower_told_before_is_not_the_core(house: House) -> None:
    case_id = await house.post_case(origin="borrower")
    assert (await fill(house, case_id, amount="1.00")).json()["queries"] == []
    assert (await form(house, case_id))["amount"]["core"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", "much"), ("amount", "NaN"), ("amount", "-1"), ("overdue_since", "May"), ("overdue_status", "maybe"),
     ("term", "9999"), ("phone", "abc")],
)  # fmt: skip
async def test_a_value_that_cannot_be_one_is_refused_by_place(house: House, field: str, value: str) -> None:
    case_id = await house.post_case()
    refused = assert_problem(await fill(house, case_id, **{"family": "none", field: value}), 422, "invalid-input")
    assert refused["errors"][0]["pointer"] == "#/answers/1/value"
    late = {"field": "family", "value": "x", "source": "borrower", "as_of": (TODAY + timedelta(days=1)).isoformat()}
    for answers, pointer in (([late], "as_of"), ([late | {"as_of": TODAY.isoformat()}] * 2, "field")):
        answer = await house.ask("POST", f"/cases/{case_id}/form", {"answers": answers})
        found = assert_problem(answer, 422, "invalid-input")
        assert found["errors"][0]["pointer"].endswith(pointer)
    assert START.date() == TODAY
