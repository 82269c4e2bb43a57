"""Stops and whoever does something at the same moment: in force from their commit on, for everybody."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from services.common.runtime.caller import Caller
from services.contact.repository import permits
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_stops import lift, place, rules
from tests.waiting import until

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND mode = :mode"


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def test_of_ten_who_confirm_a_lift_at_once_one_lifts(house: House) -> None:
    stop = await place(house)
    await lift(house, stop, "ask", "m-0", 1)
    answers = await asyncio.gather(*(lift(house, stop, f"c-{n}", f"m-{n}", 2) for n in range(1, 11)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 9
    count = "SELECT count(*) FROM audit_entry WHERE action = 'stop.lifted'"
    assert await house.scalar(count) == 1


async def test_of_ten_who_place_a_stop_at_once_one_does(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for fence_ms, scope, value in ((2_000, "all", ""), (1, "channel", "sms")):
        monkeypatch.setattr("services.contact.service.stops.FENCE_MS", fence_ms)
        answers = await asyncio.gather(*(place(house, f"{scope}-{n}", scope, value) for n in range(10)))
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9, scope


async def test_of_ten_who_ask_for_a_lift_at_once_none_lifts(house: House) -> None:
    stop = await place(house)
    await asyncio.gather(*(lift(house, stop, f"c-{n}", f"m-{n}", 1) for n in range(10)))
    assert (await house.get(f"/v1/stops/{stop.json()['stop_id']}")).json()["state"] == "lift_requested"


async def test_a_stop_waits_for_decisions_that_were_begun_and_all_others_wait_for_it(house: House) -> None:
    cases = [await house.triaged(f"many-{n}") for n in range(20)]
    begun = await house.triaged("begun")
    async with house.database.write(Caller.service("contact", "begun")) as uow:
        await permits.lock_budget(uow.session, begun.borrower_id)
        stopping = asyncio.create_task(place(house))

        async def waits(mode: str, count: int) -> bool:
            return int(await house.scalar(WAITING, mode=mode)) >= count

        await until(lambda: waits("ExclusiveLock", 1), "the stop waits for a decision that was begun")
        asking = [asyncio.create_task(house.ask(case, f"many-{n}")) for n, case in enumerate(cases)]
        await until(lambda: waits("ShareLock", 10), "those who ask wait for the stop")
        assert not stopping.done() and not any(one.done() for one in asking)
    assert (await stopping).status_code == 201
    answers = [one.json() for one in await asyncio.gather(*asking)]
    assert [answer["rules"] for answer in answers] == [["STOP-01"]] * 20


async def test_a_stop_while_twenty_permits_are_asked_for_leaves_none_after_it(house: House) -> None:
    cases = [await house.triaged(f"busy-{n}") for n in range(20)]
    told = asyncio.Event()

    async def ask(number: int, again: int) -> bool:
        """Whether a permit was given that was asked for after the stop was answered."""
        after = told.is_set()
        answer = (await house.ask(cases[number], f"busy-{number}-{again}", channel="sms")).json()
        return after and answer["verdict"] == "permitted"

    async def stop() -> httpx.Response:
        answer = await place(house)
        told.set()
        return answer

    first = [asyncio.create_task(ask(number, 1)) for number in range(10)]
    stopping = asyncio.create_task(stop())
    late = await asyncio.gather(*first, *(ask(number, 2) for number in range(20)))
    placed = await stopping
    late += await asyncio.gather(*(ask(number, 3) for number in range(20)))
    assert not any(late)
    # Those that were given before it are counted, so that whoever has one can be told.
    given = await house.scalar("SELECT count(*) FROM permit WHERE verdict = 'permitted'")
    assert placed.json()["reserved"] == given


async def test_a_decision_that_hangs_does_not_keep_a_stop_from_being_placed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.contact.service.stops.FENCE_MS", 50)
    case = await house.triaged("hangs")
    async with house.database.write(Caller.service("contact", "hangs")) as uow:
        await permits.lock_budget(uow.session, case.borrower_id)
        assert (await place(house)).status_code == 201
    assert await rules(house, "hung", "hung") == ["STOP-01"]
