"""A stop that contact hears is a hold for everybody: placed once, in whatever order and how often it is told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.contracts.events import BY_TYPE
from services.common.contracts.events.cases import HoldLifted, HoldPlaced
from services.common.contracts.events.contacts import StopHeard
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.contact.service.heard import hold_here
from tests.databases import FreshDatabase
from tests.integration.contact_house import House as Contact
from tests.integration.intake_house import START, House

BLOCKS = ("demand_call", "demand_message")


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


@pytest_asyncio.fixture(loop_scope="session")
async def contact(fresh_database: FreshDatabase) -> AsyncIterator[Contact]:
    found = Contact(await fresh_database("contact"))
    yield found
    await found.close()


def stop(case_id: UUID, borrower_id: str, occasion: str = "one", **changes: Any) -> StopHeard:
    facts = {
        "case_id": case_id,
        "borrower_id": borrower_id,
        "hold_id": business_uuid("hold", "distress", occasion),
        "blocks": BLOCKS,
        "starts_at": START - timedelta(seconds=3),
        "ends_at": None,
    }
    return StopHeard.model_validate(facts | changes)


async def placed(house: House, case_id: UUID) -> list[dict[str, Any]]:
    return [body for name, body in await house.outbox(case_id) if name == HoldPlaced.type]


@pytest.mark.rule("UK-08")
async def test_intake_places_the_same_hold_once_and_tells_everybody(house: House) -> None:
    case_id = await house.post_case()
    heard = stop(case_id, (await house.case(case_id))["borrower_id"])
    for _ in range(2):
        assert await house.hear("contact", heard) == "applied"
    [told] = await placed(house, case_id)
    assert HoldPlaced.model_validate(told).model_dump() == heard.model_dump()
    holds = (await house.ask("GET", f"/cases/{case_id}/holds", roles=("compliance",))).json()["items"]
    assert [(one["hold_id"], one["kind"]) for one in holds] == [(str(heard.hold_id), "HEARD_STOP")]


async def test_a_stop_told_again_after_it_was_lifted_stays_lifted(house: House) -> None:
    case_id = await house.post_case()
    heard = stop(case_id, (await house.case(case_id))["borrower_id"])
    await house.hear("contact", heard)
    path = f"/holds/{heard.hold_id}/lift"
    assert (await house.ask("POST", path, roles=("compliance",), if_match=1)).status_code == 200
    assert await house.hear("contact", heard) == "applied"
    assert (await house.names(case_id))[-2:] == ["hold.placed", "hold.lifted"]


async def test_stops_at_the_same_moment_and_a_hold_of_a_person_are_all_placed_once(house: House) -> None:
    case_id = await house.post_case()
    borrower_id = (await house.case(case_id))["borrower_id"]
    said = [stop(case_id, borrower_id, name) for name in ("a", "a", "b", "b")]
    await asyncio.gather(
        *(house.hear("contact", one) for one in said),
        house.ask("POST", f"/cases/{case_id}/holds", {"kind": "DISPUTE"}),
    )
    assert len(await placed(house, case_id)) == 3
    assert await house.scalar("SELECT array_agg(number ORDER BY number) FROM hold") == [1, 2, 3]


async def test_a_stop_that_is_over_when_it_is_heard_is_kept_all_the_same(house: House) -> None:
    case_id = await house.post_case()
    borrower_id = (await house.case(case_id))["borrower_id"]
    late = stop(case_id, borrower_id, ends_at=START - timedelta(seconds=1))
    assert await house.hear("contact", late) == "applied"
    assert len(await placed(house, case_id)) == 1


@pytest.mark.rule("UK-08")
async def test_contact_holds_at_once_and_knows_its_hold_when_it_comes_back(contact: Contact) -> None:
    case = await contact.triaged("heard")
    ends_at = contact.clock.now() + timedelta(hours=24)
    for _ in range(2):
        async with contact.database.write(Caller.service("contact", "test")) as uow:
            hold_id = await hold_here(
                uow,
                case_id=case.case_id,
                borrower_id=case.borrower_id,
                origin="distress",
                blocks=BLOCKS,
                ends_at=ends_at,
                occasion="call-1",
            )
    assert "HOLD-01" in (await contact.ask(case, "held")).json()["rules"]
    [(name, body)] = await contact.outbox(case, "event")
    heard = BY_TYPE[name].model_validate(body)
    assert isinstance(heard, StopHeard) and heard.hold_id == hold_id
    back = HoldPlaced.model_validate(heard.model_dump())
    lifted = HoldLifted(
        case_id=case.case_id, borrower_id=case.borrower_id, hold_id=hold_id, lifted_at=contact.clock.now()
    )
    # The hold may come back late: after it was lifted nothing brings it to life again.
    for event in (back, lifted, back):
        assert await contact.hear("intake", event) == "applied"
    row = "SELECT origin || ' ' || (lifted_at IS NOT NULL) FROM hold WHERE hold_id = :id"
    assert await contact.scalar(row, id=hold_id) == "distress true"
    assert await contact.scalar("SELECT count(*) FROM hold") == 1
    assert (await contact.ask(case, "free")).json()["verdict"] == "permitted"
