"""How often an instalment is reminded of, by the number of its pack."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.common.contracts.events.plans import PlanActivated
from tests.databases import FreshDatabase
from tests.integration.followup_house import DUE, House, plan_for


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def reminders(house: House, plan: PlanActivated) -> list[str]:
    """The instalments that were reminded of, from the first days of a plan until after the due day of its second."""
    await house.hear("plans", plan)
    for days in range(-6, 31):
        house.move_to(DUE + timedelta(days=days))
        await house.look(plan)
        await house.look(plan)
    sent = [body for _, body in await house.outbox(plan, "start") if body["purpose"] == "reminder"]
    return [body["object_ref"].rpartition(":")[2] for body in sent]


async def test_a_pack_with_one_reminder_sends_one_for_each_instalment(house: House) -> None:
    assert await reminders(house, plan_for("A-1")) == ["1", "2"]


async def test_a_pack_without_reminders_sends_none_and_waits_for_none(house: House) -> None:
    plan = plan_for("A-2").model_copy(update={"pack": "sample"})
    assert await reminders(house, plan) == []
    assert "reminder" not in await house.open_obligations(plan.case_id)
