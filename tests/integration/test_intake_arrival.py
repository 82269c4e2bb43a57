"""How people come in: by every channel into one case, which is as far past due as its day says."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import UUID

import pytest
import pytest_asyncio

from tests.databases import FreshDatabase
from tests.integration.intake_house import START, TODAY, House, case_body

SPLIT = [
    (1, "M1", "short"),
    (29, "M1", "short"),
    (30, "M1", "short"),
    (31, "M2", "long"),
    (60, "M2", "long"),
    (61, "M3", "long"),
    (90, "M3", "long"),
    (91, "M4", "long"),
    (180, "M6", "long"),
    (181, "M7+", "long"),
]


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


@pytest.mark.rule("EU-11")
@pytest.mark.parametrize(
    ("pack", "presumed"),
    [
        ("eu", {30: None, 31: "risk_increase", 90: "risk_increase", 91: "default"}),
        ("uk", {30: None, 31: None, 90: None, 91: None}),
    ],
)
async def test_more_than_thirty_and_ninety_days_presume_risk_and_default(
    house: House, pack: str, presumed: dict[int, str | None]
) -> None:
    body = case_body() | {"oldest_unpaid_due_date": TODAY.isoformat()}
    body["account"] |= {"pack": pack}
    case_id = UUID((await house.ask("POST", "/cases", body, roles=("system",))).json()["case_id"])
    await house.cases.triage.triage(case_id, True)
    for days, expected in presumed.items():
        house.clock.move_to(START + timedelta(days=days))
        past_due = (await house.case(case_id))["past_due"]
        assert (past_due["days"], past_due["presumed"]) == (days, expected)


@pytest.mark.practice("001-01")
async def test_days_past_due_go_on_with_every_business_day(house: House) -> None:
    due = TODAY - timedelta(days=1)
    await house.report("A1", oldest_unpaid_due_date=due)
    case_id = UUID(str(await house.scalar("SELECT case_id FROM collections_case")))
    for days, bucket, span in SPLIT:
        house.clock.move_to(START + timedelta(days=days - 1))
        case = await house.case(case_id)
        today = (due + timedelta(days=days)).isoformat()
        assert case["past_due"] == {"on": today, "days": days, "bucket": bucket, "span": span, "presumed": None}
        assert (case["days_past_due"], case["facts_as_of"]) == (1, TODAY.isoformat()), "as the bank said it"

    # The bank speaks of a later oldest due date: something was paid. Where none is unpaid, nothing is past due.
    now = house.clock.now().date()
    await house.report("A1", as_of=now, oldest_unpaid_due_date=now - timedelta(days=30))
    assert (await house.case(case_id))["past_due"]["days"] == 30
    nothing = {"amount": "0.00", "currency": "CNY"}
    early = await house.post_case("A4", origin="borrower", arrears=nothing, oldest_unpaid_due_date=None)
    past_due = (await house.case(early))["past_due"]
    assert past_due == {"on": now.isoformat(), "days": 0, "bucket": "M0", "span": "none", "presumed": None}


@pytest.mark.practice("004-05")
async def test_every_channel_leads_to_one_case(house: House) -> None:
    channels = ("phone", "portal", "branch", "letter", "email")
    bodies = [case_body("A2", origin="borrower", channel=one) for one in channels]
    asked = [house.ask("POST", "/cases", body, roles=("agent",), key=body["channel"]) for body in bodies * 2]
    await asyncio.gather(house.report("A2"), *asked)
    assert await house.scalar("SELECT count(*) FROM collections_case") == 1
    case_id = UUID(str(await house.scalar("SELECT case_id FROM collections_case")))
    assert (await house.names(case_id)).count("case.opened") == 1
    assert await house.names(case_id, "start") == ["CaseWorkflow"]
    kept = "SELECT string_agg(DISTINCT detail->>'channel', ',' ORDER BY detail->>'channel') FROM audit_entry"
    assert await house.scalar(kept + " WHERE action = 'case.enquiry'") == ",".join(sorted(channels))
    count = "SELECT count(*) FROM audit_entry WHERE action = 'case.enquiry'"
    assert await house.scalar(count) == 5, "the same enquiry sent again is none of its own"
    assert await house.scalar(count + " AND detail->>'merged' = 'false'") in (0, 1)

    # Another account, and the same one when the case is over, are cases of their own.
    answer = await house.ask("POST", "/cases", case_body("A3", origin="borrower", channel="phone"), roles=("agent",))
    assert answer.status_code == 201
    assert date.fromisoformat(answer.json()["facts_as_of"]) == TODAY
