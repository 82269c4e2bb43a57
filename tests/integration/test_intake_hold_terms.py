"""Ends of holds by law: breathing space, crisis moratorium, debt advice, in the borrower's days."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from tests.databases import FreshDatabase
from tests.integration.intake_house import START, House, case_body

LEAD = ("compliance",)


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def in_london(house: House) -> UUID:
    body = case_body()
    body["borrower"] |= {"time_zone": "Europe/London"}
    return UUID((await house.ask("POST", "/cases", body, roles=("system",))).json()["case_id"])


async def hold(house: House, case_id: UUID, kind: str, **said: Any) -> dict[str, Any]:
    answer = await house.ask("POST", f"/cases/{case_id}/holds", {"kind": kind} | said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.rule("UK-12")
async def test_breathing_space_protects_sixty_days_from_the_day_after_registration(house: House) -> None:
    case_id = await in_london(house)
    today = await hold(house, case_id, "BREATHING_SPACE")
    # Registered on 2 March: the last protected day is 1 May, which in London is summer time.
    assert at(today["ends_at"]) == datetime(2026, 5, 1, 23, 0, tzinfo=UTC)
    assert at(today["starts_at"]) == START
    assert {"demand_call", "demand_message", "reminder", "interest_accrual", "fee", "enforcement"} <= set(
        today["blocks"]
    )
    assert not {"statutory_notice", "reply"} & set(today["blocks"])
    earlier = await hold(house, case_id, "BREATHING_SPACE", registered_on="2026-02-27")
    assert at(earlier["ends_at"]) == datetime(2026, 4, 28, 23, 0, tzinfo=UTC)


async def test_a_registration_that_cannot_be_is_refused(house: House) -> None:
    case_id = await in_london(house)
    for kind, said in [
        ("BREATHING_SPACE", {"registered_on": "2026-03-03"}),
        ("BREATHING_SPACE", {"registered_on": "2025-12-01"}),
        ("BREATHING_SPACE", {"registered_on": "2019-03-01"}),
        ("BREATHING_SPACE", {"registered_on": "0001-01-01"}),
        ("MENTAL_HEALTH_CRISIS", {"treatment_ends_on": "9999-12-31"}),
        ("DISPUTE", {"ends_at": "9999-12-31T23:59:59-12:00"}),
        ("DISPUTE", {"registered_on": "2026-03-01"}),
        ("DISPUTE", {"treatment_ends_on": "2026-03-01"}),
        ("BREATHING_SPACE", {"registered_on": "2026-03-01", "ends_at": "2026-06-01T00:00:00Z"}),
    ]:
        answer = await house.ask("POST", f"/cases/{case_id}/holds", {"kind": kind} | said)
        assert answer.status_code == 422, (kind, said)


@pytest.mark.rule("UK-13")
async def test_a_crisis_lasts_until_notice_and_then_thirty_days(house: House) -> None:
    case_id = await in_london(house)
    crisis = await hold(house, case_id, "MENTAL_HEALTH_CRISIS")
    assert crisis["ends_at"] is None
    path = f"/holds/{crisis['hold_id']}/end-date"
    notice = {"treatment_ends_on": "2026-05-20"}
    assert (await house.ask("POST", path, notice, roles=("supervisor",), if_match=1)).status_code == 403
    assert (await house.ask("POST", path, notice, roles=LEAD)).status_code == 428
    assert (await house.ask("POST", path, {}, roles=LEAD, if_match=1)).status_code == 422
    answer = await house.ask("POST", path, notice, roles=LEAD, if_match=1)
    # Treatment ends on 20 May: protected through 19 June.
    assert at(answer.json()["ends_at"]) == datetime(2026, 6, 19, 23, 0, tzinfo=UTC)
    told = [body["ends_at"] for name, body in await house.outbox(case_id) if name == "forbear.hold.placed.v1"]
    assert told == [None, "2026-06-19T23:00:00Z"]
    assert (await house.ask("POST", path, notice, roles=LEAD, if_match=1)).status_code == 412


@pytest.mark.rule("UK-04")
async def test_debt_advice_is_extended_by_thirty_days(house: House) -> None:
    case_id = await in_london(house)
    advice = await hold(house, case_id, "DEBT_ADVICE")
    assert at(advice["ends_at"]) == START + timedelta(days=30)
    house.clock.advance(timedelta(days=20))
    path = f"/holds/{advice['hold_id']}/end-date"
    longer = await house.ask("POST", path, {}, roles=("supervisor",), if_match=1)
    assert at(longer.json()["ends_at"]) == START + timedelta(days=60)
    house.clock.advance(timedelta(days=40))
    late = await house.ask("POST", path, {}, roles=("supervisor",), if_match=2)
    assert late.status_code == 409
    plain = await hold(house, case_id, "DISPUTE")
    assert (
        await house.ask("POST", f"/holds/{plain['hold_id']}/end-date", {}, roles=("supervisor",), if_match=1)
    ).status_code == 422
