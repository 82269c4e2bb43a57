"""What persons ask of us decides on the next contact, and on what waits to be let out."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from services.common.runtime.caller import Caller
from services.contact.repository import permits
from services.contact.service.messages.release import message_id_of
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of
from tests.integration.contact_house import House
from tests.integration.contact_people import put, tell
from tests.waiting import until

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


@pytest.mark.rule("US-11")
@pytest.mark.practice("004-10")
async def test_a_message_that_waits_does_not_leave_by_a_channel_stopped_meanwhile(house: House) -> None:
    case = await house.triaged("waits")
    hold_ends = house.clock.now() + timedelta(hours=1)
    await house.hold(case, "arrangement", ends_at=hold_ends)
    offer = offer_of(case)
    assert (await house.deliver(offer)).outcome == "later"
    assert (await put(house, case, 1, stopped_channels=["sms"])).status_code == 200
    house.clock.move_to(hold_ends)
    await house.beat()
    assert (await house.deliver(offer)).outcome != "sent"
    assert house.gateway.posts == 0 and (await house.message(message_id_of(offer))).state != "sent"
    assert "PREF-02" in (await house.ask(case, "sms", channel="sms")).json()["rules"]
    assert (await house.ask(case, "call")).json()["verdict"] == "permitted", "another channel is another matter"


@pytest.mark.rule("US-03")
async def test_busy_hours_are_kept_until_they_are_withdrawn(house: House) -> None:
    case, sibling = await house.triaged("busy", "ann"), await house.triaged("busy-too", "ann")
    # It is ten on a Monday.
    busy = [{"hours": {"start": "09:00", "end": "11:30"}, "weekdays": [1]}]
    await put(house, case, 1, inconvenient=busy)
    refused = (await house.ask(sibling, "call-1")).json()
    assert refused["rules"] == ["PREF-01"]
    assert refused["earliest"] == "2026-03-02T03:30:00Z"
    await put(house, case, 2)
    assert (await house.ask(sibling, "call-2")).json()["verdict"] == "permitted"


@pytest.mark.rule("PREF-03")
@pytest.mark.practice("004-10")
async def test_a_message_waits_for_the_end_of_a_feast(house: House) -> None:
    case = await house.triaged("feast")
    feast = {"occasion": "festival", "starts_on": "2026-03-02", "ends_on": "2026-03-03"}
    await put(house, case, 1, occasions=[feast])
    offer = offer_of(case)
    assert (await house.deliver(offer)).outcome == "later"
    assert await house.obligations(case) == {"message": datetime(2026, 3, 4, 0, 0, tzinfo=UTC)}
    house.clock.advance(timedelta(days=2))
    await house.beat()
    assert (await house.deliver(offer)).outcome == "sent"


@pytest.mark.rule("CN-01")
async def test_agreed_hours_open_the_night_until_the_consent_is_taken_back(house: House) -> None:
    case = await house.triaged("night")
    agreed = await tell(house, case, "consents", "c-1", kind="hours", hours={"start": "22:00", "end": "23:00"})
    # Half past ten in the evening in Shanghai.
    house.clock.advance(timedelta(hours=12, minutes=30))
    await house.beat()
    assert (await house.ask(case, "call-1")).json()["verdict"] == "permitted"
    await house.post(f"/v1/consents/{agreed.json()['consent_id']}/revocation", None, "r-1")
    assert "CN-01" in (await house.ask(case, "call-2")).json()["rules"]


@pytest.mark.rule("US-08")
async def test_an_attorney_is_asked_first_and_the_borrower_after_thirty_days(house: House) -> None:
    case = await house.triaged("represented", pack="us", time_zones=("America/New_York",))
    house.clock.advance(timedelta(hours=14))
    await house.beat()
    lawyer = {"kind": "attorney", "name": "Zhang & Co", "source": "letter"}
    one = (await tell(house, case, "representatives", "r-1", **lawyer)).json()
    assert "US-08" in (await house.ask(case, "call-1")).json()["rules"]
    letters = f"/v1/representatives/{one['representative_id']}/letters"
    wrote = {"direction": "to", "on": "2026-03-02"}
    assert (await house.post(letters, wrote, "l-1", if_match='"1"')).status_code == 200
    refused = (await house.ask(case, "call-2")).json()
    assert "US-08" in refused["rules"] and refused["earliest"] > "2026-04-01"
    house.clock.advance(timedelta(days=31))
    await house.beat()
    assert "US-08" not in (await house.ask(case, "call-3")).json()["rules"]


async def test_preferences_wait_for_a_decision_that_was_begun(house: House) -> None:
    case = await house.triaged("begun")
    async with house.database.write(Caller.service("contact", "begun")) as uow:
        await permits.lock_budget(uow.session, case.borrower_id)
        putting = asyncio.create_task(put(house, case, 1, stopped_channels=["voice"]))

        async def waits() -> bool:
            return int(await house.scalar(WAITING)) >= 1

        await until(waits, "the preferences wait for a decision that was begun")
        assert not putting.done()
    assert (await putting).status_code == 200
    assert (await house.ask(case, "call")).json()["rules"] == ["PREF-02"]
