"""Who signs a plan: the line, risk, two of the committee, specialists, and what is returned."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.integration.plans_house import MANAGER, House, plans_house
from tests.integration.plans_people import RISK, in_care, of_manager, problem, tasks


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def test_the_manager_signs_with_risk_and_either_may_be_first(house: House) -> None:
    case, submitted = await of_manager(house)
    parts = {(one["part"], one["authority"], one["given_by"]) for one in submitted.json()["signatures"]}
    assert parts == {("approver", "manager", None), ("risk", "risk", None)}
    assert [row["needs_role"] for row in await tasks(house, case, "approve_plan")] == ["manager", "risk"]
    first = await house.decide(case, submitted, subject=MANAGER, role="manager")
    assert first.json()["state"] == "SUBMITTED"
    assert [one["decision"] for one in first.json()["decisions"]] == ["sign"]
    assert [row["needs_role"] for row in await tasks(house, case, "approve_plan")] == ["risk"]
    assert "plan.approved" not in await house.said(case)
    second = await house.decide(case, first, subject=RISK, role="risk")
    assert second.json()["state"] == "OFFERED"
    assert [one["part"] for one in second.json()["decisions"]] == ["approver", "risk"]
    assert not await tasks(house, case, "approve_plan")


async def test_risk_may_return_and_what_was_signed_before_is_not_carried_over(house: House) -> None:
    case, submitted = await of_manager(house)
    first = await house.decide(case, submitted, subject=MANAGER, role="manager")
    back = await house.decide(case, first, "return", subject=RISK, role="risk", reasons="the term is too long")
    assert (back.json()["state"], back.json()["decisions"][-1]["comment"]) == ("RETURNED", "the term is too long")
    drafted = await house.draft(case, "again", instalments=39)
    again = await house.submit(case, drafted.headers["etag"], "submit-again")
    assert all(one["given_by"] is None for one in again.json()["signatures"])


async def test_what_rose_because_nobody_decided_is_decided_by_one_of_the_committee(house: House) -> None:
    case, _ = await of_manager(house)
    house.later(hours=72)
    await house.look(case)
    raised = await house.get(case.plan())
    assert raised.json()["needed_level"] == "committee"
    assert (await house.decide(case, raised, subject=MANAGER, role="manager")).json()["rules"] == ["APR-03"]
    risk = await house.decide(case, raised, subject=RISK, role="risk")
    assert (await house.decide(case, risk, subject="committee-1", role="committee")).json()["state"] == "OFFERED"


async def test_two_of_the_committee_decide_and_they_are_two(house: House) -> None:
    """Relief again within the year, of the manager's size: one level more is the committee, of whom two decide."""
    case = await house.signed()
    await house.activate(case)
    await house.state_changed(case, "PLAN_BROKEN")
    await house.reopened(case, 2)
    await house.requested(case, 2)
    await house.take_means(case, "means-2")
    drafted = await house.draft(case, "draft-2", instalments=50, first_due_date="2026-04-02")
    submitted = await house.submit(case, drafted.headers["etag"], "submit-2", 2)
    assert [one["part"] for one in submitted.json()["signatures"]] == ["approver", "approver_2", "risk"]
    assert [row["needs_role"] for row in await tasks(house, case, "approve_plan")] == ["committee", "risk"]
    one = await house.decide(case, submitted, subject="committee-1", role="committee")
    assert one.json()["state"] == "SUBMITTED"
    [task, _] = await tasks(house, case, "approve_plan")
    assert task["needs_role"] == "committee" and "committee-1" in task["excluded"]
    body = {"decision": "approve", "proposal_hash": one.json()["proposal_hash"]}
    path = f"{case.plan(2)}/decisions"
    same = await house.post(path, body, "again", "committee", subject="committee-1", if_match=one.headers["etag"])
    assert problem(same) == "409 signed-before"
    two = await house.decide(case, one, subject="committee-2", role="committee")
    assert (await house.decide(case, two, subject=RISK, role="risk")).json()["state"] == "OFFERED"


async def test_a_specialist_signs_where_care_asks_for_one(house: House) -> None:
    case = await house.reviewed()
    await in_care(house, case, "specialist", "slow_pace")
    drafted = await house.draft(case)
    submitted = await house.submit(case, drafted.headers["etag"])
    assert [one["part"] for one in submitted.json()["signatures"]] == ["approver", "specialist"]
    signed = await house.decide(case, submitted)
    assert signed.json()["state"] == "SUBMITTED"
    offered = await house.decide(case, signed, subject="gu", role="specialist")
    assert offered.json()["state"] == "OFFERED"


async def test_care_that_is_heard_of_later_asks_for_a_specialist_too(house: House) -> None:
    case, submitted = await house.submitted()
    await in_care(house, case, "specialist")
    signed = await house.decide(case, submitted)
    assert signed.json()["state"] == "SUBMITTED"
    assert [row["needs_role"] for row in await tasks(house, case, "approve_plan")] == ["specialist"]
    assert (await house.decide(case, signed, subject="gu", role="specialist")).json()["state"] == "OFFERED"
