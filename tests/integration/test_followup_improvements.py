"""What a team does to serve borrowers better: an owner, a date, and an outcome."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from tests.databases import FreshDatabase
from tests.integration.followup_house import House
from tests.integration.refusing import Visitor

PATH = "/v1/improvement-actions"
ACTION = {
    "area": "messages",
    "what": "Say the number of the branch in the reminder",
    "owner": "s-2",
    "due_on": "2026-03-09",
}


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


@pytest.mark.practice("004-01")
async def test_an_action_has_an_owner_and_a_date_and_comes_to_an_end(house: House) -> None:
    opened = await house.post(PATH, ACTION, "k1", "supervisor")
    assert (opened.status_code, opened.json()["state"], opened.json()["overdue"]) == (201, "open", False)
    again = await house.post(PATH, ACTION, "k1", "supervisor")
    assert again.json()["action_id"] == opened.json()["action_id"]
    stored = await house.scalar("SELECT what FROM improvement_action")
    assert stored.startswith("v1.") and "branch" not in stored
    house.move_to(date(2026, 3, 10))
    [late] = (await house.get(PATH, "manager")).json()["items"]
    assert (late["what"], late["owner"], late["overdue"]) == (ACTION["what"], "s-2", True)
    path = f"{PATH}/{late['action_id']}/outcome"
    done = await house.post(path, {"outcome": "done"}, "k2", "supervisor", if_match='"1"')
    assert (done.status_code, done.json()["state"], done.json()["overdue"]) == (200, "done", False)
    assert (await house.get(PATH, "manager")).json()["items"] == []
    assert len((await house.get(f"{PATH}?state=done", "manager")).json()["items"]) == 1


async def test_refusals_change_nothing(house: House) -> None:
    visitor, path = Visitor(house, "supervisor"), "/improvement-actions"
    await visitor.assert_refused(403, "forbidden", "POST", path, ACTION, role="agent")
    await visitor.assert_refused(403, "forbidden", "GET", path, role="agent")
    await visitor.assert_refused(422, "invalid-input", "POST", path, {**ACTION, "due_on": "2026-03-01"})
    await visitor.assert_refused(422, "validation-failed", "POST", path, {**ACTION, "owner": "two words"})
    unknown = f"{path}/00000000-0000-0000-0000-000000000000/outcome"
    await visitor.assert_refused(404, "improvement-unknown", "POST", unknown, {"outcome": "done"}, etag='"1"')
    opened = await house.post(PATH, ACTION, "k1", "supervisor")
    one = f"{path}/{opened.json()['action_id']}/outcome"
    await visitor.assert_refused(428, "precondition-required", "POST", one, {"outcome": "done"})
    await visitor.assert_refused(412, "stale-version", "POST", one, {"outcome": "done"}, etag='"5"')
    assert (
        await house.post(f"/v1{one}", {"outcome": "dropped"}, "k3", "supervisor", if_match='"1"')
    ).status_code == 200
    await visitor.assert_refused(409, "improvement-closed", "POST", one, {"outcome": "done"}, etag='"2"')
