"""Disputes of the credit record: the statutory time, the decision, the correction, and who is told when it is late."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.common.contracts.events.cases import CaseAssigned, CaseClosed
from services.followup.workflows.messages import DisputeInput, DisputeLook
from tests.databases import FreshDatabase
from tests.integration.followup_house import House, plan_for
from tests.integration.refusing import Visitor
from tests.integration.test_followup_ends import CASE, triaged

TODAY = date(2026, 3, 2)
PATH = f"/v1/cases/{CASE}/credit-disputes"
DATES = {"disputed": "dates", "received_on": TODAY.isoformat()}
CORRECTED = {"decision": "corrected", "reason": "reported_wrongly"}
OUTBOX = plan_for("E-1")


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def disputed(house: House, pack: str = "cn", body: dict[str, str] = DATES) -> dict[str, Any]:
    """A dispute of a triaged case."""
    await house.hear("intake", triaged(pack))
    answer = await house.post(PATH, body, "open-1")
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def act(house: House, found: dict[str, Any], what: str, body: Any, role: str = "risk") -> httpx.Response:
    path = f"/v1/credit-disputes/{found['dispute_id']}"
    etag = (await house.get(path)).headers["etag"]
    return await house.post(f"{path}/{what}", body, f"{what}-{etag}", role, subject="r-1", if_match=etag)


async def look(house: House, found: dict[str, Any]) -> DisputeLook:
    asked = DisputeInput.model_validate({"case_id": CASE, "dispute_id": found["dispute_id"]})
    return await house.cases.watch_disputes.look(asked)


async def tasks(house: House) -> list[tuple[str, str, str]]:
    """Kind, role and place of the decision of every task there was."""
    found = [body for name, body in await house.outbox(OUTBOX) if name == "forbear.task.opened.v1"]
    return [(body["kind"], body["needs_role"], body["decide_path"].rpartition("/")[2]) for body in found]


async def open_tasks(house: House) -> list[str]:
    async with house.database.read() as session:
        return list((await session.execute(text("SELECT kind FROM task WHERE closed_at IS NULL"))).scalars())


@pytest.mark.practice("003-11")
@pytest.mark.rule("CN-23")
@pytest.mark.rule("US-27")
@pytest.mark.parametrize(
    ("pack", "rule", "days"),
    [("cn", "CN-23", 20), ("us", "US-27", 30), ("cn+us", "CN-23", 20), ("uk", "followup/credit_disputes", 20)],
)
async def test_the_time_to_answer_is_the_shortest_of_the_packs(house: House, pack: str, rule: str, days: int) -> None:
    found = await disputed(house, pack)
    due = TODAY + timedelta(days=days)
    assert (found["rule"], found["due_on"], found["state"]) == (rule, due.isoformat(), "open")
    assert await tasks(house) == [("credit_dispute", "risk", "decision")]
    waits = await house.open_obligations(CASE)
    # The day is over at midnight where the bank is.
    over_at = datetime(due.year, due.month, due.day, 16, tzinfo=UTC)
    assert waits == {"credit_dispute": ("workflow", over_at), "task:credit_dispute": ("person", over_at)}
    assert await house.names(OUTBOX, "start") == ["CreditDisputeWatch"]


@pytest.mark.practice("003-11")
async def test_a_correction_is_asked_for_and_confirmed(house: House) -> None:
    found = await disputed(house)
    house.move_to(date(2026, 3, 10))
    decided = await act(house, found, "decision", CORRECTED)
    assert (decided.status_code, decided.json()["state"], decided.json()["decided_by"]) == (200, "corrected", "r-1")
    [event] = [body for name, body in await house.outbox(OUTBOX) if "correction_requested" in name]
    assert event == {
        "case_id": str(CASE),
        "dispute_id": found["dispute_id"],
        "account_ref": "E-1",
        "disputed": "dates",
        "reason_code": "reported_wrongly",
        "received_on": "2026-03-02",
        "decided_on": "2026-03-10",
        "confirm_by": "2026-03-20",
    }
    assert await open_tasks(house) == [] and set(await house.open_obligations(CASE)) == {"credit_correction"}
    assert not (await look(house, found)).over
    house.move_to(date(2026, 3, 12))
    confirmed = await act(house, found, "confirmation", {"confirmed_on": "2026-03-11"}, "system")
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
    assert await house.open_obligations(CASE) == {} and (await look(house, found)).over


async def test_a_record_that_stands_asks_nobody_for_anything(house: House) -> None:
    found = await disputed(house)
    upheld = await act(house, found, "decision", {"decision": "upheld", "reason": "reported_rightly"}, "compliance")
    assert (upheld.json()["state"], upheld.json()["late_at"]) == ("upheld", None)
    assert not [name for name in await house.names(OUTBOX) if "correction" in name]
    assert await house.open_obligations(CASE) == {} and (await look(house, found)).over
    again = await house.post(PATH, DATES, "open-2")
    assert again.status_code == 201 and again.json()["dispute_id"] != found["dispute_id"]
    assert [one["state"] for one in (await house.get(PATH)).json()["items"]] == ["upheld", "open"]


async def test_who_is_higher_up_is_told_once_when_it_is_not_answered_in_time(house: House) -> None:
    found = await disputed(house)
    house.move_to(date(2026, 3, 22))
    before = await look(house, found)
    assert not before.over and await open_tasks(house) == ["credit_dispute"], "the last day is not over"
    house.move_to(date(2026, 3, 22), hour=16)
    for _ in range(2):
        assert not (await look(house, found)).over
    assert await open_tasks(house) == ["credit_dispute_late"]
    assert (await tasks(house))[1:] == [("credit_dispute_late", "compliance", "decision")]
    assert set(await house.open_obligations(CASE)) == {"task:credit_dispute_late"}
    assert (await act(house, found, "decision", CORRECTED, "compliance")).status_code == 200
    assert await open_tasks(house) == []
    house.move_to(date(2026, 4, 2), hour=16)
    await look(house, found)
    assert (await tasks(house))[2:] == [("credit_correction_late", "compliance", "confirmation")]
    assert (await act(house, found, "confirmation", {"confirmed_on": "2026-04-03"}, "compliance")).status_code == 200
    assert await open_tasks(house) == [] and await house.open_obligations(CASE) == {}


async def test_the_end_of_the_case_does_not_end_a_dispute(house: House) -> None:
    found = await disputed(house)
    other = await house.post(PATH, {**DATES, "disputed": "amount"}, "open-2")
    assert (await act(house, other.json(), "decision", CORRECTED)).status_code == 200
    await house.hear("intake", CaseClosed(case_id=CASE, reason="CURED", closed_at=house.clock.now()))
    assert await open_tasks(house) == ["credit_dispute"], "asked for again"
    assert set(await house.open_obligations(CASE)) == {"credit_dispute", "task:credit_dispute", "credit_correction"}
    assert (await act(house, found, "decision", CORRECTED)).status_code == 200
    assert await open_tasks(house) == []
    late = await house.post(PATH, {**DATES, "disputed": "paid"}, "open-3")
    assert late.status_code == 201, "and one may begin after it"


async def test_refusals_change_nothing(house: House) -> None:
    visitor, opening = Visitor(house, "risk"), f"/cases/{CASE}/credit-disputes"
    await visitor.assert_refused(404, "case-not-known", "POST", opening, DATES)
    found = await disputed(house)
    path = f"/credit-disputes/{found['dispute_id']}"
    await visitor.assert_refused(409, "credit-dispute-open", "POST", opening, DATES)
    tomorrow = {"disputed": "paid", "received_on": (TODAY + timedelta(days=1)).isoformat()}
    await visitor.assert_refused(422, "invalid-input", "POST", opening, tomorrow)
    await visitor.assert_refused(422, "validation-failed", "POST", opening, {**DATES, "words": "it hurts"})
    await visitor.assert_refused(403, "forbidden", "POST", f"{path}/decision", CORRECTED, role="supervisor", etag='"1"')
    await visitor.assert_refused(428, "precondition-required", "POST", f"{path}/decision", CORRECTED)
    await visitor.assert_refused(412, "stale-version", "POST", f"{path}/decision", CORRECTED, etag='"9"')
    other = {"decision": "upheld", "reason": "reported_wrongly"}
    await visitor.assert_refused(422, "validation-failed", "POST", f"{path}/decision", other, etag='"1"')
    day = {"confirmed_on": TODAY.isoformat()}
    await visitor.assert_refused(409, "no-correction-awaited", "POST", f"{path}/confirmation", day, etag='"1"')
    unknown = "/credit-disputes/00000000-0000-0000-0000-000000000000"
    await visitor.assert_refused(404, "credit-dispute-unknown", "GET", unknown)
    await visitor.assert_refused(404, "credit-dispute-unknown", "POST", f"{unknown}/decision", CORRECTED, etag='"1"')
    assert (await act(house, found, "decision", CORRECTED)).status_code == 200
    await visitor.assert_refused(409, "credit-dispute-decided", "POST", f"{path}/decision", CORRECTED, etag='"2"')
    early = {"confirmed_on": (TODAY - timedelta(days=1)).isoformat()}
    await visitor.assert_refused(422, "invalid-input", "POST", f"{path}/confirmation", early, etag='"2"')
    await house.hear("intake", CaseAssigned(case_id=CASE, assignee="somebody-else"))
    await visitor.assert_refused(404, "credit-dispute-unknown", "GET", path, role="agent")
