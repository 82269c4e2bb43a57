"""How a long plan is going: asked whether or not anything was missed, and heard when it goes badly."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.events.contacts import InboundRecorded
from services.common.contracts.events.plans import PlanActivated
from services.common.kernel.ids import business_uuid
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.followup_care import messages, reads, says
from tests.integration.followup_house import House, plan_for
from tests.integration.refusing import Visitor

#: Five days after the first instalment, six months after that, and so on; at eleven where the bank is.
FIRST, SECOND = date(2026, 4, 6), date(2026, 10, 6)


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def began(house: House, months: int = 24) -> PlanActivated:
    plan = plan_for("K-1", months=months)
    assert await house.hear("plans", plan) == "applied"
    return plan


async def asked(house: House, plan: PlanActivated, day: date = FIRST) -> dict[str, Any]:
    """The question of a day, as the borrower sees it."""
    house.move_to(day)
    await house.look(plan)
    found: dict[str, Any] = (await reads(house, plan, f"/v1/cases/{plan.case_id}/check-ins")).json()["items"][-1]
    return found


def answer_of(check_in: dict[str, Any]) -> str:
    return f"/v1/check-ins/{check_in['check_in_id']}/answer"


@pytest.mark.practice("004-08")
@pytest.mark.rule("FUP-08")
async def test_a_long_plan_is_asked_about_regularly_though_nothing_was_missed(house: House) -> None:
    plan = await began(house)
    due = (await house.open_obligations(plan.case_id))["check_in"]
    assert due == ("workflow", datetime(2026, 4, 6, 3, tzinfo=UTC))
    house.move_to(FIRST, hour=2)
    assert (await house.look(plan)).wake_in is None and await messages(house, plan, "check_in") == []
    first = await asked(house, plan)
    [message] = await messages(house, plan, "check_in")
    assert message["message_class"] == "reminder", "it is nothing that asks for payment"
    assert message["object_ref"] == first["check_in_id"]
    await house.look(plan)
    assert len(await messages(house, plan, "check_in")) == 1
    assert (await house.open_obligations(plan.case_id))["check_in"][1].date() == SECOND
    well = await says(house, plan, answer_of(first), {"how": "well"}, "k1")
    assert (well.status_code, well.json()["how"]) == (200, "well")
    assert (await house.agreement(plan)).renegotiating is False
    second = await asked(house, plan, SECOND)
    assert (second["number"], second["state"]) == (2, "asked")
    await asked(house, plan, date(2027, 4, 6))
    states = [one["state"] for one in (await house.get(f"/v1/cases/{plan.case_id}/check-ins")).json()["items"]]
    assert states == ["answered", "passed", "asked"], "nobody waits for the one that was not answered"


async def test_a_short_plan_has_its_reminders_alone(house: House) -> None:
    plan = await began(house, months=12)
    assert "check_in" not in await house.open_obligations(plan.case_id)
    house.move_to(FIRST)
    await house.look(plan)
    assert await messages(house, plan, "check_in") == []


async def test_who_says_that_it_goes_badly_is_called_and_nothing_is_decided_meanwhile(house: House) -> None:
    plan = await began(house)
    question = await asked(house, plan)
    hard = await says(house, plan, answer_of(question), {"how": "hard", "words": "I was ill in May"}, "k1")
    assert hard.status_code == 200
    repeated = await says(house, plan, answer_of(question), {"how": "hard", "words": "I was ill in May"}, "k1")
    assert repeated.json() == hard.json()
    stored = await house.scalar("SELECT words FROM check_in WHERE how IS NOT NULL")
    assert stored.startswith("v1.") and "ill" not in stored
    assert (await house.agreement(plan)).renegotiating is True
    waiting = await house.open_obligations(plan.case_id)
    assert waiting["task:renegotiate"][0] == "person" and waiting["talks"][0] == "workflow"
    again = await says(house, plan, answer_of(question), {"how": "well"}, "k2")
    assert_problem(again, 409, "check-in-answered")


async def test_what_somebody_replied_is_read_by_a_person(house: House) -> None:
    plan = await began(house)
    inbound = InboundRecorded(
        case_id=plan.case_id,
        inbound_id=business_uuid("inbound", "K-1"),
        channel="sms",
        round=1,
        at=house.clock.now(),
    )
    await house.hear("contact", inbound)
    assert "task:check_in_reply" not in await house.open_obligations(plan.case_id), "nobody was asked yet"
    question = await asked(house, plan)
    await house.hear("contact", inbound)
    assert (await house.open_obligations(plan.case_id))["task:check_in_reply"][0] == "person"
    written = await house.post(answer_of(question), {"how": "well"}, "k1", "agent")
    assert (written.status_code, written.json()["answered_by"]) == (200, "a-1")
    assert "task:check_in_reply" not in await house.open_obligations(plan.case_id)


async def test_nothing_is_asked_once_the_agreement_is_over(house: House) -> None:
    plan = await began(house)
    await house.hear("intake", CaseClosed(case_id=plan.case_id, reason="SETTLED", closed_at=house.clock.now()))
    assert (await house.look(plan)).outcome == "stopped"
    assert await house.open_obligations(plan.case_id) == {}
    house.move_to(FIRST)
    await house.look(plan)
    assert await messages(house, plan, "check_in") == []
    assert await house.scalar("SELECT state FROM check_in") == "passed"


async def test_an_agreement_of_a_case_that_has_ended_is_not_asked_about(house: House) -> None:
    plan = plan_for("K-1", months=24)
    await house.hear("intake", CaseClosed(case_id=plan.case_id, reason="SETTLED", closed_at=house.clock.now()))
    await house.hear("plans", plan)
    assert await house.scalar("SELECT count(*) FROM check_in") == 0


async def test_refusals_change_nothing(house: House) -> None:
    plan, visitor = await began(house), Visitor(house)
    unknown = "/check-ins/00000000-0000-0000-0000-000000000000/answer"
    await visitor.assert_refused(404, "not-found", "POST", unknown, {"how": "well"})
    question = await asked(house, plan)
    path = answer_of(question).removeprefix("/v1")
    await visitor.assert_refused(422, "validation-failed", "POST", path, {"how": "so so"})
    await visitor.assert_refused(403, "forbidden", "POST", path, {"how": "well"}, role="committee")
    await visitor.assert_refused(403, "forbidden", "POST", path, {"how": "well"}, role="system")
    await visitor.assert_refused(412, "stale-version", "POST", path, {"how": "well"}, etag='"9"')
    stranger = plan_for("K-2")
    assert_problem(await says(house, stranger, f"/v1{path}", {"how": "well"}, "k9"), 404, "not-found")
    assert_problem(await reads(house, stranger, f"/v1/cases/{plan.case_id}/check-ins"), 404, "not-found")
