"""Everything that a borrower reads before talking, in one action."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import get_args
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from services.intake.schemas import RequestType
from services.intake.service.papers import LogLine
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import REQUEST
from tests.integration.intake_house import START, House, case_body


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def opened(house: House) -> UUID:
    house.core.add("B1", "A1")
    account = {"account_ref": "A1", "product": "credit_card", "currency": "CNY"}
    answer = await house.ask("POST", "/cases", case_body() | {"account": account}, roles=("system",))
    return UUID(answer.json()["case_id"])


def line(kind: str, side: str, what: str) -> LogLine:
    return LogLine(
        at=START - timedelta(days=1), kind=kind, side=side, channel="letter", what=what, words="canary-words"
    )


async def as_borrower(house: House, case_id: UUID, borrower: str) -> httpx.Response:
    """The portal of the bank asks for a borrower."""
    token = house.issuer.token(sub="svc-portal", roles=["system"])
    headers = {"Authorization": f"Bearer {token}", "X-Acting-For": f"borrower:{borrower}"}
    return await house.client.get(f"/v1/cases/{case_id}/papers", headers=headers)


@pytest.mark.practice("003-04")
async def test_a_borrower_gets_all_papers_and_options_in_one_action(house: House) -> None:
    case_id = await opened(house)
    house.log.lines = [
        line("message", "institution", "A notice of sums in arrears was sent."),
        line("message", "borrower", "You wrote."),
        line("attempt", "institution", "We called."),
    ]
    answer = await as_borrower(house, case_id, "B1")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["contract"] == {
        "account_ref": "A1",
        "product": "card",
        "opened_on": "2025-01-16",
        "annual_rate": "0.18",
        "regular_payment": {"amount": "800.00", "currency": "CNY"},
        "remaining_payments": 12,
    }
    assert [(one["number"], one["due_date"]) for one in found["schedule"]] == [(1, "2026-04-02"), (2, "2026-05-02")]
    statement = found["statement"]
    assert (statement["claim"]["amount"], statement["interest_past_due"]["amount"]) == ("10000.00", "80.00")
    assert statement["payments"] == [{"on": "2026-01-02", "amount": {"amount": "800.00", "currency": "CNY"}}]
    assert [one["what"] for one in found["notices"]] == ["A notice of sums in arrears was sent."]
    assert found["notices"][0]["words"] == "canary-words"

    # What may be asked for, and which options exist for this borrower, each with its conditions.
    assert (
        {"DELAY", "RESCHEDULE", "REDUCE", "WAIVE", "SETTLE", "DISPUTE"}
        <= {one["request_type"] for one in found["request_types"]}
        == set(get_args(RequestType))
    )
    options = {one["relief_type"]: one for one in found["options"]}
    assert {"EXTEND", "HOLD_INTERIM"} <= set(options) and all(one["fits"] for one in options.values())
    assert all(rule["passed"] and rule["reason_zh"] for one in options.values() for rule in one["conditions"])
    assert {one["code"] for one in options["EXTEND"]["still_asked"]} == {"means", "willingness"}
    assert "免费" in found["free_of_charge"]["zh"]
    assert await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'papers.read'") == 1


@pytest.mark.practice("003-04")
async def test_every_type_of_request_can_be_chosen_and_a_cause_sharpens_the_options(house: House) -> None:
    case_id = await opened(house)
    for kind in get_args(RequestType):
        asked = await house.ask("POST", f"/cases/{case_id}/requests", REQUEST | {"request_type": kind})
        assert asked.status_code == 201, asked.text
    assert (await as_borrower(house, case_id, "B1")).status_code == 200
    assert house.plans.asked[-1].hardship_reason == "ILLNESS"


async def test_nobody_else_gets_them(house: House) -> None:
    case_id = await opened(house)
    assert_problem(await as_borrower(house, case_id, "B2"), 404, "case-unknown")
    assert (await house.ask("GET", f"/cases/{case_id}/papers", roles=("committee",))).status_code == 403
    assert (await house.ask("GET", f"/cases/{case_id}/papers")).status_code == 200, "an agent, for the conversation"
