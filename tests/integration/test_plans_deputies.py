"""Deputies: they decide while their delegation lasts, are bound by the absent one, and nobody chooses their own."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Databases
from tests.integration.plans_house import MANAGER, MEANS, NEGOTIATOR, SUPERVISOR, House, plans_house
from tests.integration.plans_people import DEPUTY, delegated, delete, in_care, problem, tasks


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def test_a_deputy_finds_the_task_and_decides_while_the_delegation_lasts(house: House) -> None:
    given = await delegated(house, days=0)
    assert given.status_code == 201, given.text
    case, submitted = await house.submitted(instalments=30)
    opened = [body for name, body in await house.outbox(case) if name == "task.opened"]
    assert [body["offered_to"] for body in opened if body["kind"] == "approve_plan"] == [[DEPUTY]]
    done = await house.decide(case, submitted, subject=DEPUTY, role="agent")
    assert done.json()["state"] == "OFFERED"
    [kept] = done.json()["decisions"]
    assert (kept["decided_by"], kept["on_behalf_of"]) == (DEPUTY, SUPERVISOR)
    assert (await house.get("/v1/delegations")).json()["items"][0]["in_force"] is True


async def test_a_delegation_that_is_ended_carries_nothing_any_more(house: House) -> None:
    given = await delegated(house, days=0)
    case, submitted = await house.submitted(instalments=30)
    path = given.headers["location"]
    assert problem(await delete(house, path, "end", "manager", subject=MANAGER)) == "428 precondition-required"
    stranger = await delete(house, path, "end-2", "agent", subject="x", if_match='"1"')
    assert problem(stranger) == "403 forbidden"
    ended = await delete(house, path, "end-3", "supervisor", subject=SUPERVISOR, if_match=given.headers["etag"])
    assert (ended.status_code, ended.json()["in_force"], ended.json()["revoked_by"]) == (200, False, SUPERVISOR)
    refused = await house.decide(case, submitted, subject=DEPUTY, role="agent")
    assert problem(refused) == "409 delegation-not-in-force"
    again = await delete(house, path, "end-4", "manager", subject=MANAGER, if_match='"2"')
    assert problem(again) == "409 delegation-over"
    nowhere = await delete(house, f"/v1/delegations/{case.case_id}", "n", "manager", subject=MANAGER, if_match='"1"')
    assert problem(nowhere) == "404 unknown-delegation"


async def test_a_deputy_is_bound_by_what_the_absent_one_did(house: House) -> None:
    await delegated(house, away=NEGOTIATOR, days=0)
    case, submitted = await house.submitted(instalments=30)
    refused = await house.decide(case, submitted, subject=DEPUTY, role="agent")
    assert problem(refused) == "409 own-proposal"
    assert await house.scalar("SELECT count(*) FROM approval") == 0


@pytest.mark.parametrize(
    ("role", "changes", "expected"),
    [
        ("supervisor", {}, "403 forbidden"),
        ("manager", {"authorities": ["committee"]}, "403 forbidden"),
        ("manager", {"authorities": ["risk"]}, "403 forbidden"),
        ("manager", {"to_subject": MANAGER}, "422 invalid-input"),
        ("manager", {"to_subject": SUPERVISOR}, "422 invalid-input"),
        ("manager", {"ends_at": "2036-01-01T00:00:00Z"}, "422 invalid-input"),
        ("manager", {"starts_at": "2020-01-01T00:00:00Z", "ends_at": "2020-01-08T00:00:00Z"}, "422 invalid-input"),
        ("manager", {"authorities": []}, "422 validation-failed"),
    ],
)
async def test_nobody_gives_more_than_they_may(house: House, role: str, changes: dict[str, Any], expected: str) -> None:
    now = house.clock.now()
    body = {
        "from_subject": SUPERVISOR, "to_subject": DEPUTY, "authorities": ["supervisor"],
        "starts_at": now.isoformat(), "ends_at": (now + timedelta(days=7)).isoformat(),
    }  # fmt: skip
    assert problem(await house.post("/v1/delegations", body | changes, "k", role, subject=MANAGER)) == expected
    assert await house.scalar("SELECT count(*) FROM delegation") == 0


async def test_who_made_a_plan_does_not_choose_the_deputy_who_approves_it(house: House) -> None:
    """A manager who took the means lets somebody else stand in for the supervisor, and is no second pair of eyes."""
    case = await house.triaged()
    await house.requested(case)
    taken = await house.post(f"{case.path}/statements-of-means", MEANS, "means", "manager", subject=MANAGER)
    assert taken.status_code == 201, taken.text
    uploaded = await house.upload(case)
    await house.review(uploaded.json()["evidence_id"])
    drafted = await house.draft(case, instalments=30)
    assert (await delegated(house, days=0)).status_code == 201
    submitted = await house.submit(case, drafted.headers["etag"])
    opened = [body for name, body in await house.outbox(case) if name == "task.opened"]
    assert [body["offered_to"] for body in opened if body["kind"] == "approve_plan"] == [[]]
    refused = await house.decide(case, submitted, subject=DEPUTY, role="agent")
    assert problem(refused) == "409 own-proposal"
    assert await house.scalar("SELECT count(*) FROM approval") == 0


@pytest.mark.parametrize("deputy_first", [True, False])
async def test_who_chose_a_deputy_does_not_sign_beside_them(house: House, deputy_first: bool) -> None:
    case = await house.reviewed()
    await in_care(house, case, "specialist")
    drafted = await house.draft(case, instalments=40)
    submitted = await house.submit(case, drafted.headers["etag"])
    assert [one["part"] for one in submitted.json()["signatures"]] == ["approver", "risk", "specialist"]
    assert (await delegated(house, "specialist", away="gu", days=0)).status_code == 201
    people = [{"subject": DEPUTY, "role": "agent"}, {"subject": MANAGER, "role": "manager"}]
    one, other = people if deputy_first else reversed(people)
    signed = await house.decide(case, submitted, **one)
    assert signed.json()["state"] == "SUBMITTED"
    assert problem(await house.decide(case, signed, **other)) == "409 signed-before"
    assert await house.scalar("SELECT count(*) FROM approval") == 1


async def test_a_specialist_that_care_asked_for_is_asked_again_and_no_more_once_it_is_taken_back(house: House) -> None:
    case, submitted = await house.submitted()
    await in_care(house, case, "specialist")
    await house.decide(case, submitted)
    [first] = await tasks(house, case, "approve_plan")
    house.later(hours=72)
    await house.look(case)
    [again] = await tasks(house, case, "approve_plan")
    assert (again["needs_role"], again["reason"]) == ("specialist", "approval_expired")
    assert again["task_id"] != first["task_id"]
    etag = (await house.get(case.plan())).headers["etag"]
    taken = await house.post(f"{case.plan()}/withdrawal", None, "back", subject=NEGOTIATOR, if_match=etag)
    assert taken.json()["state"] == "WITHDRAWN"
    assert not await tasks(house, case, "approve_plan")


async def test_a_delegation_at_the_end_of_time_is_judged_as_any_other(house: House) -> None:
    last = "9999-12-31T23:59:59+00:00"
    body = {
        "from_subject": SUPERVISOR, "to_subject": DEPUTY, "authorities": ["supervisor"],
        "starts_at": "9999-12-31T00:00:00+00:00", "ends_at": last,
    }  # fmt: skip
    given = await house.post("/v1/delegations", body, "far", "manager", subject=MANAGER)
    assert given.status_code == 201, given.text
    nowhere = {"starts_at": last.replace("+00:00", "-11:00"), "ends_at": last.replace("+00:00", "-12:00")}
    assert problem(await house.post("/v1/delegations", body | nowhere, "none", "manager", subject=MANAGER)) == (
        "422 validation-failed"
    )
