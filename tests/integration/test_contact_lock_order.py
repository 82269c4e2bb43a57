"""Everybody locks in one order: cases, persons, decisions, numbers, and then those who have a number."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest_asyncio
from sqlalchemy import text

from services.common.runtime.caller import Caller
from services.contact.repository import people, permits
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_people import party, tell
from tests.integration.contact_talks import TALKED
from tests.integration.test_contact_others import FRIEND, act
from tests.waiting import until

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
TAKE = {
    "third_party": text("SELECT FROM third_party WHERE case_id = :id FOR UPDATE NOWAIT"),
}


@pytest_asyncio.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def somebody_waits(house: House) -> None:
    async def waits() -> bool:
        return bool(await house.scalar(WAITING))

    await until(waits, "somebody waits for a lock")


async def test_a_refusal_waits_for_the_number_and_holds_nobody_meanwhile(house: House) -> None:
    case = await house.triaged("refuses")
    friend = (await tell(house, case, "third-parties", "k-1", **FRIEND)).json()
    digest = await house.scalar("SELECT digest FROM third_party")
    async with house.database.write(Caller.service("contact", "adds")) as uow:
        await permits.lock_number(uow.session, digest)
        refusing = asyncio.create_task(act(house, friend, "refusal", "r-1"))
        await somebody_waits(house)
        await uow.session.execute(TAKE["third_party"], {"id": case.case_id})
    assert (await refusing).json()["unusable_for"] == "refused"


async def test_an_outcome_with_a_third_party_waits_for_the_number_first(house: House) -> None:
    case = await house.triaged("outcome")
    friend = (await tell(house, case, "third-parties", "k-1", **FRIEND)).json()["third_party_id"]
    digest = await house.scalar("SELECT digest FROM third_party")
    asked = {"number_id": None, "third_party": {"third_party_id": friend, "reason": "lost", "content": "location"}}
    async with house.database.write(Caller.service("contact", "asks")) as uow:
        await permits.lock_budget(uow.session, case.borrower_id)
        asking = asyncio.create_task(house.ask(case, "third", **asked))
        await somebody_waits(house)
        await permits.lock_number(uow.session, digest)
        await uow.session.execute(TAKE["third_party"], {"id": case.case_id})
    assert (await asking).status_code == 200, (await asking).text


async def test_a_stopped_channel_waits_for_the_person_before_the_decisions(house: House) -> None:
    case = await house.triaged("stops")
    debtor = await party(house, case, "stops-debtor")
    said = TALKED | {"outcome": "RPC_CHANNEL_STOP", "person_id": debtor}
    async with house.database.write(Caller.service("contact", "prefers")) as uow:
        await people.lock_person(uow.session, UUID(debtor))
        stopping = asyncio.create_task(tell(house, case, "conversations", "stop", **said))
        await somebody_waits(house)
        await permits.lock_budget(uow.session, UUID(debtor))
    assert (await stopping).status_code == 201, (await stopping).text
