"""Who decides on a plan: signatures, deputies, relations, withdrawal, reminders, and the matrix as it is shown."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from services.common.contracts.events.cases import CareChanged, CaseStateChanged
from services.plans.models import TABLES
from tests.databases import Databases
from tests.integration.plans_house import BORROWER, MANAGER, NEGOTIATOR, SUPERVISOR, House, plans_house
from tests.integration.plans_service import Case

DEPUTY, RISK, COMPLIANCE = "agent-qian", "risk-wang", "compliance-feng"


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


def problem(answer: httpx.Response) -> str:
    """The name of a problem, with its status."""
    return f"{answer.status_code} {answer.json()['type'].rpartition('/')[2]}"


async def delegated(house: House, *authorities: str, away: str = SUPERVISOR, **by: float) -> httpx.Response:
    """`away` lets the deputy stand in for a week, from `by` on."""
    starts = house.clock.now() + timedelta(**by)
    body = {
        "from_subject": away, "to_subject": DEPUTY, "authorities": authorities or ["supervisor"],
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(days=7)).isoformat(),
    }  # fmt: skip
    return await house.post("/v1/delegations", body, f"give-{away}-{len(by)}", "manager", subject=MANAGER)


async def of_manager(house: House) -> tuple[Case, httpx.Response]:
    """A plan that only a manager may grant, and risk signs too."""
    case, submitted = await house.submitted(instalments=40)
    assert submitted.json()["needed_level"] == "manager"
    return case, submitted


async def delete(house: House, path: str, key: str, role: str, subject: str, if_match: str = "") -> httpx.Response:
    """DELETE as somebody."""
    token = house.issuer.token(sub=subject, roles=[role])
    headers = {"authorization": f"Bearer {token}", "idempotency-key": key} | (
        {"if-match": if_match} if if_match else {}
    )
    return await house.client.delete(path, headers=headers)


async def tasks(house: House, case: Case, kind: str) -> list[Any]:
    """The open tasks of a kind, by the role that they need."""
    table = TABLES.task
    async with house.database.read() as session:
        found = await session.execute(
            select(table)
            .where(table.c.case_id == case.case_id, table.c.kind == kind, table.c.closed_at.is_(None))
            .order_by(table.c.needs_role)
        )
        return [dict(row._mapping) for row in found]


async def in_care(house: House, case: Case, *care: str) -> None:
    said = CareChanged.model_validate(
        {"case_id": case.case_id, "borrower_id": BORROWER, "care": care, "at": house.clock.now()}
    )
    assert await house.hear("intake", said) == "applied"


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
    said = {"case_id": case.case_id, "from_state": "X", "to_state": "PLAN_BROKEN", "trigger": "x", "state_version": 1}
    await house.hear("intake", CaseStateChanged.model_validate(said | {"at": house.clock.now()}))
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


# -- deputies --------------------------------------------------------------------------------------------------------


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


# -- relations -------------------------------------------------------------------------------------------------------


async def test_nobody_decides_on_an_account_of_their_own_or_a_relative(house: House) -> None:
    declared = await house.post(
        "/v1/relations", {"borrower_ref": "B1", "kind": "relative"}, "r", "supervisor", subject=SUPERVISOR
    )
    assert declared.status_code == 201
    case, submitted = await house.submitted(instalments=30)
    [task] = await tasks(house, case, "approve_plan")
    assert SUPERVISOR in task["excluded"]
    assert problem(await house.decide(case, submitted)) == "409 related-to-borrower"
    path = declared.headers["location"]
    own = await delete(house, path, "e", "supervisor", subject=SUPERVISOR, if_match='"1"')
    assert problem(own) == "403 forbidden", "nobody unties themselves"
    ended = await delete(house, path, "e2", "compliance", subject=COMPLIANCE, if_match='"1"')
    assert ended.status_code == 200
    assert (await house.decide(case, submitted)).json()["state"] == "OFFERED"


async def test_who_is_of_the_line_declares_for_nobody_else(house: House) -> None:
    body = {"borrower_ref": "B1", "kind": "own_account", "subject": "somebody"}
    assert problem(await house.post("/v1/relations", body, "a", "agent", subject="x")) == "403 forbidden"
    assert (await house.post("/v1/relations", body, "b", "compliance", subject=COMPLIANCE)).status_code == 201


# -- withdrawal and reminders ----------------------------------------------------------------------------------------


async def test_a_proposer_takes_a_plan_back_before_it_is_decided(house: House) -> None:
    case, submitted = await house.submitted()
    path, etag = f"{case.plan()}/withdrawal", submitted.headers["etag"]
    assert (
        problem(await house.post(path, None, "w1", "agent", subject="other", if_match=etag)) == "403 not-the-proposer"
    )
    back = await house.post(path, None, "w2", subject=NEGOTIATOR, if_match=etag)
    assert (back.status_code, back.json()["state"]) == (200, "WITHDRAWN")
    assert [name for name, body in await house.outbox(case) if body.get("withdrawn")] == ["plan.returned"]
    assert set(await house.open_tasks(case)) == {"draft_plan"} and "approval" not in await house.obligations(case)
    assert problem(await house.decide(case, back)) == "409 plan-withdrawn"
    again = await house.draft(case, "again", instalments=20)
    offered = await house.decide(case, await house.submit(case, again.headers["etag"], "s2"))
    assert offered.json()["state"] == "OFFERED"
    late = await house.post(path, None, "w3", subject=NEGOTIATOR, if_match=offered.headers["etag"])
    assert problem(late) == "409 already-decided"
    assert problem(await house.decide(case, offered, subject="s-9")) == "409 already-decided"


async def test_those_who_are_asked_are_reminded_once_before_it_rises(house: House) -> None:
    case, _ = await house.submitted()
    due = house.clock.now() + timedelta(hours=48)
    assert (await house.obligations(case))["approval"] == ("workflow", due)
    house.later(hours=47)
    await house.look(case)
    assert "task.reminded" not in [name for name, _ in await house.outbox(case)]
    await delegated(house, "senior_agent", days=0)
    house.later(hours=1)
    await house.look(case)
    await house.look(case)
    reminded = [body for name, body in await house.outbox(case) if name == "task.reminded"]
    assert [body["offered_to"] for body in reminded] == [[DEPUTY]]
    assert (await house.obligations(case))["approval"] == ("workflow", due + timedelta(hours=24))
    house.later(hours=24)
    await house.look(case)
    assert (await house.get(case.plan())).json()["needed_level"] == "supervisor"
    assert (await house.obligations(case))["approval"] == ("workflow", due + timedelta(hours=72))


async def test_a_plan_whose_level_has_signed_rises_no_more(house: House) -> None:
    case, submitted = await of_manager(house)
    await house.decide(case, submitted, subject=MANAGER, role="manager")
    house.later(hours=72)
    await house.look(case)
    again = await house.get(case.plan())
    assert again.json()["needed_level"] == "manager"
    [task] = await tasks(house, case, "approve_plan")
    assert (task["needs_role"], task["reason"]) == ("risk", "approval_expired")
    assert (await house.decide(case, again, subject=RISK, role="risk")).json()["state"] == "OFFERED"


# -- what is shown ---------------------------------------------------------------------------------------------------


async def test_the_matrix_that_is_shown_is_the_one_that_is_decided_by(house: House) -> None:
    bare = (await house.get("/v1/authority")).json()
    assert bare["plan"] is None and [one["level"] for one in bare["matrix"]["limits"]][-1] == "manager"
    case, _ = await of_manager(house)
    shown = (await house.get(f"/v1/authority?case_id={case.case_id}")).json()
    limits = {one["level"]: one for one in shown["matrix"]["limits"]}
    assert (limits["supervisor"]["waived"], limits["supervisor"]["extension_months"]) == ("2000", 24)
    plan = shown["plan"]
    assert (plan["level"], plan["submitted"], plan["policy"]) == ("manager", True, shown["matrix"]["policy"])
    assert plan["why"][0]["sentence"] == {
        "zh": "期限延长28个月，须由经理批准。",
        "en": "The term grows by 28 months: the manager may grant that.",
    }
    [cosign] = [one for one in plan["signatures"] if one["part"] == "risk"]
    assert cosign["reasons"][0]["en"] == "From the manager's level on, risk signs too."
    same = (await house.get(f"/v1/authority?plan_id={case.plan_id()}")).json()
    assert same["plan"] == plan
    assert problem(await house.get(f"/v1/authority?plan_id={case.case_id}")) == "404 unknown-plan"
    assert problem(await house.get(f"/v1/authority?case_id={case.plan_id()}")) == "404 unknown-case"


async def test_a_draft_says_whom_it_would_need(house: House) -> None:
    case = await house.reviewed()
    await house.draft(case, instalments=30)
    plan = (await house.get(f"/v1/authority?case_id={case.case_id}")).json()["plan"]
    assert (plan["level"], plan["submitted"], plan["expires_at"]) == ("supervisor", False, None)


async def test_marks_are_decided_with_the_approval_and_told(house: House) -> None:
    case = await house.offered()
    shown = (await house.get(case.plan())).json()
    flags = {one["code"]: one for one in shown["flags"]}
    assert flags["cn_restructured"]["starts_on"] == shown["first_due_date"]
    assert (flags["cn_class_floor"]["value"], flags["cn_class_floor"]["rules"]) == (
        "SPECIAL_MENTION", ["CN-19", "CN-20", "CN-22"],
    )  # fmt: skip
    [told] = [body for name, body in await house.outbox(case) if name == "plan.approved"]
    assert {one["code"] for one in told["flags"]} == set(flags)
    assert await house.scalar("SELECT count(*) FROM regulatory_flag WHERE pack_versions LIKE 'cn-%'") == 2
