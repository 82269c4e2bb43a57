"""Steps of a case by events: in order, too early, illegal, and to the end."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.common.contracts.events import BY_TYPE
from services.common.contracts.events.agreements import AgreementCompleted, InstalmentMissed
from services.intake.domain.case_state import STAYS, TRANSITIONS
from services.intake.service.states.hearing import moves_cases, trigger_name
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import LAST_DUE, REQUEST, about, agreement_of, engaged, plan_events, triaged
from tests.integration.intake_house import House, cny


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def test_a_case_goes_its_way_to_the_end(house: House) -> None:
    case_id = await engaged(house)
    assert (await house.tasks(case_id)) == {"record_request": None}
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).status_code == 201
    assert (await house.tasks(case_id)) == {"record_request": "recorded"}
    for event in plan_events(case_id):
        assert await house.hear("plans", event) == "applied"
    case = await house.case(case_id)
    assert (case["state"], case["agreement_id"]) == ("PLAN_ACTIVE", str(agreement_of(case_id, 1)))
    assert (await house.obligations(case_id))["case"].date() > LAST_DUE
    assert not (await house.cases.procedure.close(case_id, 1, withdraw=False)).closed
    await house.hear("followup", AgreementCompleted(**about(case_id, 1)))
    assert await house.woken(case_id) == ["clock", "case"], "the close that waited is woken once"
    assert (await house.cases.procedure.close(case_id, 1, withdraw=False)).closed
    assert (await house.cases.procedure.close(case_id, 1, withdraw=False)).closed
    assert await house.obligations(case_id) == {}
    assert await house.names(case_id, "start") == ["CaseWorkflow", "StatutoryClock", "MessageDelivery"]
    history = await house.history(case_id)
    assert [number for number, _ in history] == list(range(1, len(history) + 1))
    names = await house.names(case_id)
    assert names.count("case.state_changed") == len(history) - 1
    assert names.count("case.closed") == 1
    closing = (await house.outbox(case_id, "start"))[-1][1]
    assert closing["params"] == {"closed_on": "2026-03-02"} and closing["message_class"] == "receipt"


async def test_events_that_come_too_early_wait_for_their_turn(house: House) -> None:
    case_id = await engaged(house)
    events = plan_events(case_id)
    await house.hear("followup", InstalmentMissed(**about(case_id, 1), number=1, shortfall=cny("10.00")))
    for event in events[:3]:
        await house.hear("plans", event)
    case = await house.case(case_id)
    assert case["state"] == "ENGAGED"
    assert await house.scalar("SELECT parked FROM collections_case") == 4
    assert "parked_event" in await house.obligations(case_id)
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).status_code == 201
    assert (await house.case(case_id))["state"] == "EVIDENCE_REVIEW"
    for event in events[3:]:
        await house.hear("plans", event)
    assert (await house.case(case_id))["state"] == "PLAN_AT_RISK"
    assert await house.scalar("SELECT count(*) FROM parked_event WHERE settled_at IS NULL") == 0
    assert set(await house.obligations(case_id)) == {"case"}
    history = await house.history(case_id)
    assert [number for number, _ in history] == list(range(1, len(history) + 1))


async def test_the_database_refuses_a_step_that_is_not_in_its_table(house: House) -> None:
    await triaged(house)
    steps = [
        "state = 'OFFERED', state_version = state_version + 1, moved_by = 'plan.approved'",
        "state = 'CONTACTING', state_version = state_version + 1, moved_by = 'case.closed'",
        "state = 'CONTACTING', state_version = state_version + 2, moved_by = 'contact.planned'",
        "state_version = state_version + 1",
    ]
    for step in steps:
        with pytest.raises(IntegrityError):
            async with house.database.engine.begin() as connection:
                await connection.execute(text(f"UPDATE collections_case SET {step}"))
    with pytest.raises(IntegrityError):
        async with house.database.engine.begin() as connection:
            await connection.execute(text("DELETE FROM case_history"))


async def test_the_table_of_the_database_is_that_of_the_code(house: House) -> None:
    async with house.database.read() as session:
        rows = (await session.execute(text("SELECT source, trigger, target FROM case_transition"))).all()
    assert {tuple(row) for row in rows} == {(str(t.source), t.trigger, str(t.target)) for t in TRANSITIONS}


def test_every_event_of_the_other_services_that_moves_a_case_is_heard(house: House) -> None:
    heard = set(house.cases.handlers.types)
    known = {t.trigger for t in TRANSITIONS} | {trigger for _, trigger in STAYS}
    moving = {
        payload.type
        for payload in BY_TYPE.values()
        if trigger_name(payload) in known and payload.topic not in ("forbear.cases", "forbear.tasks")
    }
    assert moving and moving <= heard
    assert all(moves_cases(BY_TYPE[kind]) for kind in moving)
