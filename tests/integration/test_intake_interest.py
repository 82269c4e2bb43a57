"""A hold that stops interest has the bank's core stop it, until it is confirmed, and lets it go on when it is over."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.banking.errors import CoreRefused, CoreUnavailable
from services.common.kernel.ids import business_uuid
from services.intake.service.rebuilding import must_run
from services.intake.workflows.messages import InterestInput, InterestLook
from tests.databases import FreshDatabase
from tests.integration.intake_house import START, House, case_body

TOMORROW = date(2026, 3, 3)


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def hold(house: House, case_id: UUID, kind: str = "BREATHING_SPACE", **said: Any) -> dict[str, Any]:
    answer = await house.ask("POST", f"/cases/{case_id}/holds", {"kind": kind} | said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def lift(house: House, placed: dict[str, Any]) -> None:
    path = f"/holds/{placed['hold_id']}/lift"
    answer = await house.ask("POST", path, roles=("compliance",), if_match=placed["version"])
    assert answer.status_code == 200, answer.text


def stop_of(placed: dict[str, Any], case_id: UUID) -> InterestInput:
    return InterestInput(case_id=case_id, stop_id=business_uuid("interest", placed["hold_id"], str(case_id)))


async def look(house: House, placed: dict[str, Any], case_id: UUID) -> InterestLook:
    return await house.cases.activities.stop_interest(stop_of(placed, case_id))


async def shown(house: House, case_id: UUID) -> list[list[tuple[str, str, str | None]]]:
    """Wanted, state and code of each debt, for each hold of the borrower."""
    answer = await house.ask("GET", f"/cases/{case_id}/holds", roles=("supervisor",))
    assert answer.status_code == 200, answer.text
    return [[(one["wanted"], one["state"], one["code"]) for one in item["interest"]] for item in answer.json()["items"]]


async def due(house: House, placed: dict[str, Any]) -> Any:
    return (await house.obligations(UUID(placed["hold_id"]))).get("interest")


@pytest.mark.rule("UK-12")
async def test_breathing_space_stops_interest_until_its_last_day_is_over(house: House) -> None:
    case_id = await house.post_case()
    placed = await hold(house, case_id)
    assert await house.names(case_id, "start") == ["CaseWorkflow", "InterestOfHold", "StatutoryClock"]
    assert await shown(house, case_id) == [[("stopped", "asked", None)]]
    assert await due(house, placed) == START + timedelta(hours=1)

    # The law counts from the day after registration.
    assert not (await look(house, placed, case_id)).over
    (command,) = house.interest.commands
    assert command[:3] == ("suspend", "A1", TOMORROW)
    assert await shown(house, case_id) == [[("stopped", "confirmed", None)]]
    assert (await due(house, placed)).isoformat() == placed["ends_at"].replace("Z", "+00:00")
    # Whoever looks again before the end asks nobody.
    assert not (await look(house, placed, case_id)).over
    assert len(house.interest.commands) == 1

    house.clock.advance(timedelta(days=61))
    assert (await look(house, placed, case_id)).over
    assert house.interest.commands[-1][:3] == ("resume", "A1", TOMORROW + timedelta(days=60))
    assert house.interest.since == {}
    assert await shown(house, case_id) == [[("running", "confirmed", None)]]
    assert await due(house, placed) is None


@pytest.mark.rule("UK-12")
async def test_what_accrued_since_an_earlier_registration_is_backed_out(house: House) -> None:
    case_id = await house.post_case()
    placed = await hold(house, case_id, registered_on="2026-02-27")
    await look(house, placed, case_id)
    assert house.interest.since == {"A1": date(2026, 2, 28)}


@pytest.mark.rule("UK-13")
async def test_a_crisis_stops_interest_until_it_is_lifted(house: House) -> None:
    case_id = await house.post_case()
    placed = await hold(house, case_id, "MENTAL_HEALTH_CRISIS")
    await look(house, placed, case_id)
    assert house.interest.since == {"A1": date(2026, 3, 2)}
    assert await due(house, placed) is None
    house.clock.advance(timedelta(days=9))
    nudges = len(await house.names(case_id, "nudge"))
    await lift(house, placed)
    assert len(await house.names(case_id, "nudge")) > nudges
    assert (await look(house, placed, case_id)).over
    assert house.interest.commands[-1][:3] == ("resume", "A1", date(2026, 3, 11))


async def test_it_is_asked_again_until_the_core_shows_it(house: House) -> None:
    case_id = await house.post_case()
    placed = await hold(house, case_id)
    house.interest.away = True
    with pytest.raises(CoreUnavailable):
        await look(house, placed, case_id)
    house.interest.away, house.interest.forgets = False, True
    with pytest.raises(CoreUnavailable):
        await look(house, placed, case_id)
    assert await shown(house, case_id) == [[("stopped", "asked", None)]]
    house.interest.forgets = False
    await look(house, placed, case_id)
    assert await shown(house, case_id) == [[("stopped", "confirmed", None)]]
    # One key for one command, however often it is sent.
    assert len({key for *_, key in house.interest.commands}) == 1


async def test_a_refusal_is_shown_and_asked_again_when_somebody_says_so(house: House) -> None:
    case_id = await house.post_case()
    placed = await hold(house, case_id)
    house.interest.refuses = "error.msg.loan.not.progressive"
    with pytest.raises(CoreRefused):
        await look(house, placed, case_id)
    assert await shown(house, case_id) == [[("stopped", "refused", "error.msg.loan.not.progressive")]]
    assert await due(house, placed) is None
    house.interest.refuses = None
    await look(house, placed, case_id)
    assert await shown(house, case_id) == [[("stopped", "confirmed", None)]]


async def test_what_was_refused_has_not_to_be_resumed(house: House) -> None:
    case_id = await house.post_case()
    placed = await hold(house, case_id)
    house.interest.refuses = "no"
    with pytest.raises(CoreRefused):
        await look(house, placed, case_id)
    await lift(house, placed)
    assert (await look(house, placed, case_id)).over
    assert [act for act, *_ in house.interest.commands] == ["suspend"]


async def test_interest_stays_stopped_while_another_hold_lasts(house: House) -> None:
    case_id = await house.post_case()
    space, crisis = await hold(house, case_id), await hold(house, case_id, "MENTAL_HEALTH_CRISIS")
    await look(house, space, case_id)
    await look(house, crisis, case_id)
    await lift(house, space)
    assert (await look(house, space, case_id)).over
    assert "A1" in house.interest.since
    await lift(house, crisis)
    assert (await look(house, crisis, case_id)).over
    assert "A1" not in house.interest.since


async def test_a_hold_that_comes_while_interest_begins_to_run_stops_it_once_more(house: House) -> None:
    case_id = await house.post_case()
    first = await hold(house, case_id)
    await look(house, first, case_id)
    await lift(house, first)
    placed: list[dict[str, Any]] = []
    resume = house.interest.resume_interest

    async def and_meanwhile(account_ref: str, on_day: date, key: str) -> Any:
        placed.append(await hold(house, case_id, "MENTAL_HEALTH_CRISIS"))
        await look(house, placed[0], case_id)
        return await resume(account_ref, on_day, key)

    house.interest.resume_interest = and_meanwhile  # type: ignore[method-assign]
    assert (await look(house, first, case_id)).over
    house.interest.resume_interest = resume  # type: ignore[method-assign]
    assert "A1" not in house.interest.since
    assert not (await look(house, placed[0], case_id)).over
    assert "A1" in house.interest.since


async def test_every_debt_of_the_person_is_stopped_and_one_that_comes_later_too(house: House) -> None:
    cases = [await house.post_case("A1"), await house.post_case("A2")]
    placed = await hold(house, cases[0])
    later = await house.post_case("A3")
    await house.cases.triage.triage(later, True)
    for case_id in (*cases, later):
        await look(house, placed, case_id)
    assert house.interest.since == {"A1": TOMORROW, "A2": TOMORROW, "A3": TOMORROW}
    async with house.database.read() as session:
        ids = [one.workflow_id async for one in must_run(session) if one.workflow == "InterestOfHold"]
    assert len(ids) == 3


async def test_the_debt_of_another_is_not_stopped_by_the_protection_of_its_guarantor(house: House) -> None:
    case_id = await house.post_case()
    body = {"person": case_body(borrower="B2")["borrower"], "role": "guarantor"}
    party = await house.ask("POST", f"/cases/{case_id}/parties", body)
    assert party.status_code == 201, party.text
    placed = await hold(house, case_id, party_id=party.json()["party_id"])
    assert "InterestOfHold" not in await house.names(case_id, "start")
    assert "interest_accrual" in placed["blocks"]


async def test_other_holds_ask_the_core_nothing(house: House) -> None:
    case_id = await house.post_case()
    await hold(house, case_id, "PAUSE")
    assert await house.names(case_id, "start") == ["CaseWorkflow"]
    assert await shown(house, case_id) == [[]]
