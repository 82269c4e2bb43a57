"""An agreement from its plan to its end, judged from the bank's postings and closed days, on a real database."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from services.common.contracts.events.cases import CaseClosed
from services.common.kernel.errors import Unavailable
from services.common.kernel.ids import business_uuid
from tests.databases import FreshDatabase
from tests.integration.followup_house import DUE, LAST_GOOD, House, plan_for, posting
from tests.integration.one_service import START


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


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
    assert await house.names(plan) == ["instalment.missed", "task.opened"]


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
    assert house.database.statements - before == quiet + 4, (
        "locked, judged by postings and holds, and written at once for all forty"
    )
    assert [state for _, state, _ in await house.lines(plan_for("A-7"))] == ["PAID", "DUE", "SCHEDULED"]
    await house.close_day(date(2026, 5, 2), range(3))
    before = house.database.statements
    await house.close_day(date(2026, 5, 2), [3])
    assert house.database.statements - before == quiet, "no verdict hangs on this day"
