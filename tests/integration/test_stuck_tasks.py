"""Stuck tasks on a real database: what a workflow is told that waits for a person, whoever ended its waiting."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from services.common.contracts.events.cases import CaseClosed
from services.common.durable.stuck import StuckStep
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.stuck import Resolve, StuckTasks
from tests.databases import FreshDatabase
from tests.integration.followup_house import House
from tests.integration.one_service import START

CASE = business_uuid("case", "stuck")
STEP = StuckStep(case_id=CASE, workflow_id="agreement/x", step="look", attempt=1, reason="NotFound")


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def test_a_person_says_how_it_goes_on(house: House) -> None:
    stuck = StuckTasks(house.database)
    assert (await stuck.stuck_task(STEP)).resolution is None
    task_id: UUID = await house.scalar("SELECT task_id FROM task WHERE kind = 'stuck'")
    person = Caller("s-1", frozenset({"supervisor"}), "test")
    await stuck.resolve(person, task_id, Resolve(resolution="skip"))
    assert (await stuck.stuck_task(STEP)).resolution == "skip"


async def test_the_end_of_its_case_ends_the_waiting(house: House) -> None:
    stuck = StuckTasks(house.database)
    assert (await stuck.stuck_task(STEP)).resolution is None
    await house.hear("intake", CaseClosed(case_id=CASE, reason="debt.sold", closed_at=START))
    assert (await stuck.stuck_task(STEP)).resolution == "close"


async def test_what_ended_the_waiting_otherwise_has_the_step_look_again(house: House) -> None:
    stuck = StuckTasks(house.database)
    assert (await stuck.stuck_task(STEP)).resolution is None
    async with house.database.write(Caller.service("followup", "test")) as uow:
        await uow.close_tasks(CASE, "negotiation_no_agreement")
    assert (await stuck.stuck_task(STEP)).resolution == "retry"
