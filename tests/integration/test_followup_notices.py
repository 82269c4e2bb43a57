"""Reminders before an instalment is due and notices after one is missed: asked for once, sent or served."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from services.common.contracts.events.contacts import MessageUnreachable
from tests.databases import FreshDatabase
from tests.integration.followup_house import DUE, LAST_GOOD, House, notices, plan_for, sent


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def test_one_reminder_is_sent_for_an_instalment_that_is_not_paid(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    assert (await house.look(plan)).wake_in is None, "time lapses here: the relay nudges"
    assert await house.names(plan, "start") == []
    house.move_to(date(2026, 3, 29))
    await house.look(plan)
    await house.look(plan)
    [(_, request)] = await house.outbox(plan, "start")
    assert (request["purpose"], request["message_class"]) == ("reminder", "reminder")
    assert request["params"]["due_date"] == "2026-04-01"
    await house.pay("p1", "A-1", "500.00", DUE)
    await house.pay("p2", "A-1", "500.00", DUE)
    house.move_to(date(2026, 5, 20))
    await house.look(plan)
    assert len(await house.outbox(plan, "start")) == 1, "the second instalment was paid ahead"
    assert (await house.open_obligations(plan.case_id))["reminder"][1].date() == date(2026, 5, 28)


async def test_nobody_is_reminded_of_a_due_day_that_is_over(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    house.move_to(DUE + timedelta(days=1))
    await house.look(plan)
    assert await house.names(plan, "start") == []
    second = plan.schedule[1].due_date
    assert (await house.open_obligations(plan.case_id))["reminder"][1].date() == second - timedelta(days=3)
    house.move_to(second)
    await house.look(plan)
    assert [body["object_ref"] for _, body in await house.outbox(plan, "start")] == [f"{plan.agreement_id}:2"]


async def test_who_pays_a_part_after_the_reminder_is_not_reminded_again(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    house.move_to(DUE - timedelta(days=2))
    await house.look(plan)
    await house.pay("p1", "A-1", "100.00", DUE - timedelta(days=2))
    await house.look(plan)
    assert [body["object_ref"] for _, body in await house.outbox(plan, "start")] == [f"{plan.agreement_id}:1"]


async def test_a_second_notice_is_sent_and_one_of_an_earlier_episode_counts_no_more(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    house.move_to(date(2026, 4, 5))
    await house.close_day(LAST_GOOD)
    due = (await house.open_obligations(plan.case_id))["second_notice"]
    assert due == ("workflow", house.clock.now() + timedelta(days=5))
    house.move_to(date(2026, 4, 10))
    for _ in range(2):
        await house.look(plan)
    assert await notices(house, plan) == [f"{plan.agreement_id}:1", f"{plan.agreement_id}:2"]
    assert "second_notice" not in await house.open_obligations(plan.case_id)
    await house.pay("p1", "A-1", "500.00", date(2026, 4, 11))
    assert (await house.agreement(plan)).notice_state == "none"

    house.move_to(date(2026, 5, 5))
    await house.close_day(LAST_GOOD + timedelta(days=30))
    assert await notices(house, plan) == [f"{plan.agreement_id}:{number}" for number in (1, 2, 3)]
    await house.hear("contact", sent(house, str(plan.agreement_id), plan.case_id, 2))
    assert (await house.agreement(plan)).notice_state == "pending"
    await house.hear("contact", sent(house, str(plan.agreement_id), plan.case_id, 3))
    assert (await house.agreement(plan)).notice_state == "served"


async def test_a_notice_that_was_sent_is_not_refused_afterwards(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    await house.close_day(LAST_GOOD)
    await house.hear("contact", sent(house, str(plan.agreement_id), plan.case_id, 1))
    facts = {"message_id": plan.plan_id, "purpose": "missed_notice", "object_ref": f"{plan.agreement_id}:2"}
    unreachable = MessageUnreachable.model_validate({"case_id": plan.case_id, "reason": "no_number", **facts})
    await house.hear("contact", unreachable)
    assert (await house.agreement(plan)).notice_state == "served"
    assert "task:serve_notice" not in await house.open_obligations(plan.case_id)


async def test_a_notice_that_came_back_and_went_another_way_is_served_once(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    await house.close_day(LAST_GOOD)
    about = (house, str(plan.agreement_id), plan.case_id, 1)
    assert await house.hear("contact", sent(*about)) == "applied"
    known = await house.agreement(plan), await house.names(plan), await house.open_obligations(plan.case_id)
    audited = "SELECT count(*) FROM audit_entry"
    before = await house.scalar(audited)
    house.clock.advance(timedelta(hours=3))
    assert await house.hear("contact", sent(*about, way=1)) == "applied", (
        "told under another permit it is another event"
    )
    after = await house.agreement(plan), await house.names(plan), await house.open_obligations(plan.case_id)
    assert after == known and await house.scalar(audited) == before


async def test_a_notice_nobody_could_deliver_is_served_by_a_person(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    house.move_to(date(2026, 4, 5))
    await house.close_day(LAST_GOOD)
    facts = {"message_id": plan.plan_id, "purpose": "missed_notice", "object_ref": f"{plan.agreement_id}:1"}
    unreachable = MessageUnreachable.model_validate({"case_id": plan.case_id, "reason": "no_number", **facts})
    await house.hear("contact", unreachable)
    assert (await house.open_obligations(plan.case_id))["task:serve_notice"][0] == "person"
    path, body = f"/v1/agreements/{plan.agreement_id}/notices", {"means": "letter", "served_on": "2026-04-05"}
    for day in ("2026-04-06", "2026-03-01"):
        refused = await house.post(path, body | {"served_on": day}, f"on-{day}")
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/served_on")
    version = (await house.agreement(plan)).version
    assert (await house.post(path, body, "k1", "compliance", if_match=f'"{version}"')).status_code == 403
    assert (await house.post(path, body, "k2", if_match=f'"{version - 1}"')).status_code == 412
    first = await house.post(path, body, "k3")
    assert (first.status_code, first.json()["notice"]) == (200, "served")
    again = await house.post(path, body, "k3")
    assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
    assert (await house.post(path, body, "k4", if_match=first.headers["etag"])).status_code == 409
    assert "task:serve_notice" not in await house.open_obligations(plan.case_id)
    told = [name for name in await house.names(plan) if name.startswith("task")]
    assert told == ["task.opened", "task.opened", "task.closed"], "one looks after the agreement, one serves the notice"


async def test_a_notice_that_nobody_needs_to_serve_any_more(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    await house.close_day(LAST_GOOD)
    facts = {"message_id": plan.plan_id, "purpose": "missed_notice", "object_ref": f"{plan.agreement_id}:1"}
    unreachable = MessageUnreachable.model_validate({"case_id": plan.case_id, "reason": "no_number", **facts})
    await house.hear("contact", unreachable)
    assert "task:serve_notice" in await house.open_obligations(plan.case_id)
    await house.pay("p1", "A-1", "500.00", LAST_GOOD + timedelta(days=1))
    assert "task:serve_notice" not in await house.open_obligations(plan.case_id)


@pytest.mark.rule("US-23")
async def test_a_payment_in_the_united_states_is_announced_three_business_days_before(house: House) -> None:
    # Due on Monday 6 April: three days before is Good Friday, which is no federal holiday, and one business day before.
    plan = plan_for("A-US", first_due=date(2026, 4, 6)).model_copy(update={"pack": "us"})
    assert await house.hear("plans", plan) == "applied"
    reminder = (await house.open_obligations(plan.case_id))["reminder"][1]
    assert reminder.isoformat() == "2026-04-01T02:00:00+00:00"
