"""What we know about a person: read to them, and what they say of it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_people import party, places, put, tell

LAWYER = {"kind": "attorney", "name": "Zhang & Co", "source": "letter"}


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


@pytest.mark.practice("004-02")
async def test_what_is_known_is_read_confirmed_and_corrected(house: House) -> None:
    case = await house.triaged("known")
    await put(house, case, 1, interpreter="yue", stopped_channels=["push"])
    await tell(house, case, "consents", "c-1", kind="more_calls")
    await tell(house, case, "representatives", "r-1", **LAWYER)
    path = f"/v1/cases/{case.case_id}/known"
    known = (await house.get(path)).json()
    assert known["preferences"]["interpreter"] == "yue"
    assert [one["kind"] for one in known["consents"]] == ["more_calls"]
    assert [one["name"] for one in known["representatives"]] == ["Zhang & Co"]
    assert {one["field"]: one["old"] for one in known["said"]} == {"interpreter": "null", "stopped_channels": "[]"}
    numbers = {one["channel"]: one for one in known["numbers"]}
    assert all(len(one["ending"]) == 4 and one["confirmed_on"] is None for one in numbers.values())

    await put(house, case, 2, stopped_channels=["push"])
    sms, voice = f"number/{numbers['sms']['number_id']}", f"number/{numbers['voice']['number_id']}"
    await house.post(f"/v1/numbers/{numbers['voice']['number_id']}/bar", {"why": "withdrawn"}, "b-1")
    said = {"confirmed": [sms, "stopped_channels"], "corrected": ["interpreter", voice], "source": "conversation"}
    kept = await house.post(f"{path}/confirmation", said, "k-1")
    assert kept.status_code == 201 and kept.json()["confirmed"] == sorted(said["confirmed"])
    after = (await house.get(path)).json()
    last = {one["field"]: (one["kind"], one["old"]) for one in after["said"]}
    assert last == {
        "interpreter": ("changed", '"yue"'), "stopped_channels": ("confirmed", None), sms: ("confirmed", None),
    }  # fmt: skip
    assert {one["channel"]: one["confirmed_on"] for one in after["numbers"]}["sms"] == "2026-03-02"
    assert await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'known.read'") == 2
    detail = "SELECT detail -> 'corrected' FROM audit_entry WHERE action = 'known.confirmed'"
    assert await house.scalar(detail) == ["interpreter", voice]


async def test_of_a_joint_debtor_their_own_is_known(house: House) -> None:
    case = await house.triaged("joint")
    joint = await party(house, case, "jo")
    known = (await house.get(f"/v1/cases/{case.case_id}/known?party_id={joint}")).json()
    assert (known["person_id"], known["numbers"]) == (joint, [])
    body = {"confirmed": ["language"], "source": "letter", "party_id": joint}
    kept = await house.post(f"/v1/cases/{case.case_id}/known/confirmation", body, "k-1")
    assert kept.json()["person_id"] == joint


async def test_what_is_not_known_cannot_be_confirmed(house: House) -> None:
    case, other = await house.triaged("unknown"), await house.triaged("other")
    theirs = (await house.get(f"/v1/cases/{other.case_id}/known")).json()["fields"][-1]
    path = f"/v1/cases/{case.case_id}/known/confirmation"
    said = {"confirmed": ["language", "shoe_size", theirs], "corrected": ["interpreter"], "source": "message"}
    problem = assert_problem(await house.post(path, said, "k-1"), 422, "invalid-input")
    assert places(problem) == ["#/confirmed/1", "#/confirmed/2", "#/corrected/0"]
    both = {"confirmed": ["language"], "corrected": ["language"], "source": "message"}
    assert places((await house.post(path, both, "k-2")).json()) == ["#/corrected"]
    assert_problem(await house.post(path, {"confirmed": [], "source": "message"}, "k-3", "risk"), 403, "forbidden")
    assert await house.scalar("SELECT count(*) FROM person_fact") == 0


async def test_a_number_that_is_barred_cannot_be_confirmed(house: House) -> None:
    case = await house.triaged("barred")
    number = (await house.get(f"/v1/cases/{case.case_id}/known")).json()["numbers"][0]
    await house.post(f"/v1/numbers/{number['number_id']}/bar", {"why": "wrong_number"}, "b-1")
    said = {"confirmed": [f"number/{number['number_id']}"], "source": "conversation"}
    refused = await house.post(f"/v1/cases/{case.case_id}/known/confirmation", said, "k-1")
    assert places(assert_problem(refused, 422, "invalid-input")) == ["#/confirmed/0"]
