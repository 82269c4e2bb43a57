"""Agreements judged from the bank's postings and closed days, on a real database."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.events.contacts import MessageSent, MessageUnreachable
from services.common.contracts.events.plans import PlanActivated
from services.common.kernel.errors import Unavailable
from services.common.kernel.ids import business_uuid
from tests.databases import FreshDatabase
from tests.integration.followup_house import House, plan_for, posting
from tests.integration.one_service import START

DUE = date(2026, 4, 1)
LAST_GOOD = DUE + timedelta(days=3)


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


def sent(house: House, plan_agreement: str, case_id: object, number: int, way: int = 0) -> MessageSent:
    return MessageSent.model_validate(
        {
            "case_id": case_id,
            "message_id": business_uuid("message", plan_agreement, str(number)),
            "purpose": "missed_notice",
            "object_ref": f"{plan_agreement}:{number}",
            "permit_id": business_uuid("permit", plan_agreement, *("again",) * way),
            "at": house.clock.now(),
        }
    )


async def notices(house: House, plan: PlanActivated) -> list[str]:
    """What the notices are called that contact was asked for."""
    sent_out = [body for _, body in await house.outbox(plan, "start")]
    return [body["object_ref"] for body in sent_out if body["purpose"] == "missed_notice"]


async def test_an_activated_plan_becomes_one_agreement(house: House) -> None:
    plan = plan_for("A-1")
    with pytest.raises(Unavailable):
        await house.look(plan)
    assert await house.hear("plans", plan) == "applied"
    assert await house.hear("plans", plan) == "applied"
    assert await house.lines(plan) == [(1, "SCHEDULED", 0), (2, "SCHEDULED", 0), (3, "SCHEDULED", 0)]
    assert await house.names(plan, "nudge") == [], "a look that came too early is tried again by itself"
    waiting = await house.open_obligations(plan.case_id)
    assert {kind: owner for kind, (owner, _) in waiting.items()} == {"bank_day": "outside", "reminder": "workflow"}
    assert waiting["bank_day"][1].isoformat() == "2026-04-05T16:00:00+00:00"
    assert waiting["reminder"][1].isoformat() == "2026-03-29T02:00:00+00:00"


async def test_a_second_active_agreement_of_an_account_is_set_aside(house: House) -> None:
    await house.hear("plans", plan_for("A-1"))
    assert await house.hear("plans", plan_for("A-1", round_=2)) == "dead"


async def test_a_plan_that_does_not_sum_is_set_aside(house: House) -> None:
    plan = plan_for("A-1")
    wrong = plan.model_copy(update={"total": plan.total + plan.schedule[0].amount})
    assert await house.hear("plans", wrong) == "dead"


async def test_instalments_paid_in_time_complete_the_agreement_without_waking_the_workflow(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    for number, line in enumerate(plan.schedule, 1):
        await house.pay(f"p{number}", "A-1", "500.00", line.due_date)
        await house.close_day(line.due_date + timedelta(days=3))
    assert await house.names(plan) == ["instalment.paid"] * 3 + ["agreement.completed"]
    assert await house.names(plan, "nudge") == ["look"], "for the end"
    assert await house.open_obligations(plan.case_id) == {}
    assert (await house.look(plan)).outcome == "completed"


async def test_a_day_counts_only_when_every_partition_has_closed_it(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    await house.close_day(LAST_GOOD, range(3))
    assert await house.names(plan) == []
    await house.close_day(LAST_GOOD - timedelta(days=1), [3])
    assert await house.names(plan) == []
    await house.close_day(LAST_GOOD, [3])
    assert await house.names(plan) == ["instalment.missed"]


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


async def test_a_missed_instalment_that_is_caught_up(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    await house.pay("p1", "A-1", "200.00", DUE)
    house.move_to(date(2026, 4, 5))
    await house.close_day(LAST_GOOD)
    assert (await house.agreement(plan)).state == "at_risk"
    [(_, notice)] = await house.outbox(plan, "start")
    assert (notice["purpose"], notice["params"]["amount"]) == ("missed_notice", "300.00")
    assert set(await house.open_obligations(plan.case_id)) == {"bank_day", "notice", "second_notice", "reminder"}
    house.move_to(date(2026, 4, 11))
    await house.look(plan)
    assert [name["purpose"] for _, name in await house.outbox(plan, "start")] == ["missed_notice", "missed_notice"]
    await house.pay("p2", "A-1", "300.00", date(2026, 4, 11))
    assert await house.lines(plan) == [(1, "CAUGHT_UP", 500), (2, "SCHEDULED", 0), (3, "SCHEDULED", 0)]
    assert await house.names(plan) == ["instalment.missed", "instalment.paid", "agreement.recovered"]
    assert set(await house.open_obligations(plan.case_id)) == {"bank_day", "reminder"}


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


async def test_an_agreement_is_broken_only_after_its_notice_was_served(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    house.move_to(date(2026, 4, 5))
    await house.close_day(LAST_GOOD)
    house.move_to(date(2026, 4, 20))
    await house.close_day(LAST_GOOD + timedelta(days=14))
    assert (await house.agreement(plan)).standing == "AT_RISK"
    await house.close_day(LAST_GOOD + timedelta(days=15))
    assert (await house.agreement(plan)).standing == "BROKEN_CANDIDATE"
    assert (await house.look(plan)).outcome is None
    assert "decision" not in await house.open_obligations(plan.case_id)
    await house.hear("contact", sent(house, str(plan.agreement_id), plan.case_id, 1))
    assert (await house.open_obligations(plan.case_id))["decision"][0] == "workflow"
    assert (await house.look(plan)).outcome == "broken"
    assert (await house.look(plan)).outcome == "broken"
    assert (await house.names(plan)).count("agreement.broken") == 1
    assert await house.open_obligations(plan.case_id) == {}
    again = plan_for("A-1", round_=2, first_due=date(2026, 6, 1), activated_on=date(2026, 5, 1))
    assert await house.hear("plans", again) == "applied"


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
    assert [name for name in await house.names(plan) if name.startswith("task")] == ["task.opened", "task.closed"]


async def two_missed(house: House) -> PlanActivated:
    """An agreement of which two instalments are missed, with the first notice served."""
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    await house.pay("p0", "A-1", "10.00", DUE)
    house.move_to(date(2026, 4, 5))
    await house.close_day(LAST_GOOD)
    assert await house.names(plan, "nudge") == ["look"], "the second notice is to be waited for"
    await house.hear("contact", sent(house, str(plan.agreement_id), plan.case_id, 1))
    house.move_to(date(2026, 5, 5))
    await house.close_day(LAST_GOOD + timedelta(days=30))
    assert await notices(house, plan) == [f"{plan.agreement_id}:{number}" for number in (1, 2)], "one for each miss"
    assert "decision" in await house.open_obligations(plan.case_id)
    return plan


async def test_who_catches_up_with_one_of_two_is_not_broken(house: House) -> None:
    plan = await two_missed(house)
    await house.pay("p1", "A-1", "490.00", date(2026, 5, 5))
    assert (await house.agreement(plan)).standing == "AT_RISK"
    assert "decision" not in await house.open_obligations(plan.case_id)
    assert (await house.look(plan)).outcome is None


async def test_nothing_is_broken_while_a_posting_is_not_understood(house: House) -> None:
    plan = await two_missed(house)
    assert await house.hear_bank(posting("p0", "A-1", "1000.00", DUE), "p0-changed") == "dead"
    assert (await house.look(plan)).outcome is None
    assert "decision" in await house.open_obligations(plan.case_id), "it is asked again"


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


async def test_who_pays_a_part_after_the_reminder_is_not_reminded_again(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    house.move_to(DUE - timedelta(days=2))
    await house.look(plan)
    await house.pay("p1", "A-1", "100.00", DUE - timedelta(days=2))
    await house.look(plan)
    assert [body["object_ref"] for _, body in await house.outbox(plan, "start")] == [f"{plan.agreement_id}:1"]


async def test_a_held_posting_keeps_its_account_from_being_judged(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    await house.pay("p1", "A-1", "500.00", DUE)
    assert await house.hear_bank(posting("p1", "A-1", "400.00", DUE), "p1-changed") == "dead"
    await house.pay("r1", "A-1", "500.00", DUE, reverses="p1")
    await house.close_day(LAST_GOOD)
    assert await house.names(plan) == ["instalment.paid"], "a posting of the account is not understood yet"


async def test_a_closed_case_stops_its_agreement(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("plans", plan)
    await house.hear("intake", CaseClosed(case_id=plan.case_id, reason="debt.sold", closed_at=START))
    assert (await house.look(plan)).outcome == "stopped"
    assert await house.open_obligations(plan.case_id) == {}
    await house.close_day(LAST_GOOD)
    assert await house.names(plan) == []


async def test_an_agreement_of_a_case_that_has_ended_is_stopped_from_its_beginning(house: House) -> None:
    plan = plan_for("A-1")
    await house.hear("intake", CaseClosed(case_id=plan.case_id, reason="debt.sold", closed_at=START))
    await house.pay("p1", "A-1", "500.00", DUE)
    assert await house.hear("plans", plan) == "applied"
    assert (await house.look(plan)).outcome == "stopped"
    assert await house.open_obligations(plan.case_id) == {}
    await house.close_day(LAST_GOOD)
    assert await house.names(plan) == []
    assert await house.lines(plan) == [(1, "PAID", 500), (2, "SCHEDULED", 0), (3, "SCHEDULED", 0)]
    after = plan_for("A-1", round_=2).model_copy(update={"case_id": business_uuid("case", "next")})
    assert await house.hear("plans", after) == "applied", "it keeps the account from nobody"
    assert (await house.look(after)).outcome is None


async def test_a_closed_day_takes_a_fixed_number_of_statements(house: House) -> None:
    for number in range(40):
        await house.hear("plans", plan_for(f"A-{number}"))
    for number in range(40):
        await house.pay(f"p{number}", f"A-{number}", "500.00", DUE)
    await house.close_day(DUE - timedelta(days=2))
    before = house.database.statements
    await house.close_day(date(2026, 4, 30), [0])
    quiet = house.database.statements - before
    await house.close_day(date(2026, 4, 30), [1, 2])
    before = house.database.statements
    await house.close_day(date(2026, 4, 30), [3])
    assert house.database.statements - before == quiet + 3, "locked, judged and written at once for all forty"
    assert [state for _, state, _ in await house.lines(plan_for("A-7"))] == ["PAID", "DUE", "SCHEDULED"]
    await house.close_day(date(2026, 5, 2), range(3))
    before = house.database.statements
    await house.close_day(date(2026, 5, 2), [3])
    assert house.database.statements - before == quiet, "no verdict hangs on this day"
