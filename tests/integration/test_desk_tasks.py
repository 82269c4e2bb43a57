"""The desk's work list on a real database: who sees a task, who takes it, and when it leaves the list."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.events.tasks import TaskClosed, TaskOpened
from services.common.kernel.clock import FixedClock
from services.common.kernel.ids import business_uuid
from services.common.runtime.database import Database
from services.desk.api import tasks
from services.desk.consumers import handlers
from services.desk.models import TABLES
from services.desk.service import Desk
from tests.databases import FreshDatabase
from tests.integration.one_service import START, OneService


@pytest.fixture
async def desk(fresh_database: FreshDatabase) -> AsyncIterator[OneService]:
    clock = FixedClock(START)
    database = Database("desk", await fresh_database("desk"), clock, TABLES)
    service = Desk(database)
    made = OneService(database, clock, handlers(service), [tasks.router(service)])
    yield made
    await made.close()


def opened(
    name: str,
    *,
    role: str = "agent",
    level: str | None = None,
    excluded: tuple[str, ...] = (),
    hours: int = 24,
    kind: str = "approve_plan",
) -> TaskOpened:
    return TaskOpened(
        case_id=business_uuid("case", name),
        task_id=business_uuid("task", name),
        kind=kind,
        service="plans",
        decide_path=f"/v1/plans/{name}/decisions",
        needs_role=role,
        needs_level=level,
        excluded=excluded,
        reason="beyond_authority",
        opened_at=START,
        deadline=START + timedelta(hours=hours),
    )


def closed(name: str) -> TaskClosed:
    case_id, task_id = business_uuid("case", name), business_uuid("task", name)
    return TaskClosed(case_id=case_id, task_id=task_id, outcome="approved", closed_by="s-1", closed_at=START)


async def listed(desk: OneService, query: str = "", *roles: str, subject: str = "a-1") -> list[str]:
    answer = await desk.get(f"/v1/tasks{query}", *roles, subject=subject)
    assert answer.status_code == 200, answer.text
    return [item["decide_path"].split("/")[3] for item in answer.json()["items"]]


def path(name: str, action: str = "") -> str:
    return f"/v1/tasks/{business_uuid('task', name)}{action}"


async def test_people_see_what_they_may_take(desk: OneService) -> None:
    await desk.hear("plans", opened("any", hours=1))
    await desk.hear("plans", opened("senior", role="senior_agent", hours=2))
    await desk.hear("plans", opened("level", level="supervisor", hours=3))
    await desk.hear("plans", opened("top", role="committee", level="committee", hours=4))
    await desk.hear("plans", opened("checked", role="compliance", hours=5))
    assert await listed(desk) == ["any"]
    assert await listed(desk, "", "senior_agent") == ["any", "senior"]
    assert await listed(desk, "", "manager") == ["any", "senior", "level"]
    assert await listed(desk, "", "committee") == ["top"]
    assert await listed(desk, "", "compliance") == ["checked"]
    assert len(await listed(desk, "", "system")) == 5
    assert (await desk.get(path("level"))).status_code == 404
    assert (await desk.post(path("level", "/claim"), None, "k", if_match='"1"')).status_code == 404
    assert (await desk.post(path("any", "/claim"), None, "k2", "system", if_match='"1"')).status_code == 403


async def test_an_excluded_approver_does_not_see_the_task(desk: OneService) -> None:
    await desk.hear("plans", opened("plan", role="supervisor", excluded=("s-1",)))
    assert await listed(desk, "", "supervisor", subject="s-1") == []
    assert (await desk.get(path("plan"), "supervisor", subject="s-1")).status_code == 404
    claim = await desk.post(path("plan", "/claim"), None, "k1", "supervisor", subject="s-1", if_match='"1"')
    assert claim.status_code == 404
    give = await desk.post(path("plan", "/reassign"), {"to": "s-1"}, "k2", "supervisor", subject="s-2", if_match='"1"')
    assert (give.status_code, give.json()["type"].rpartition("/")[2]) == (409, "not-for-this-person")


async def test_of_two_who_claim_at_once_one_wins(desk: OneService) -> None:
    await desk.hear("plans", opened("wanted"))
    answers = await asyncio.gather(
        *(desk.post(path("wanted", "/claim"), None, f"k{n}", subject=f"a-{n}", if_match='"1"') for n in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    winner = next(answer.json()["claimed_by"] for answer in answers if answer.status_code == 200)
    assert (await desk.get(path("wanted"))).json()["claimed_by"] == winner
    assert await listed(desk, "?mine=true", subject=winner) == ["wanted"]


async def test_taking_giving_back_and_giving_to_another(desk: OneService) -> None:
    await desk.hear("plans", opened("plan"))
    claim = path("plan", "/claim")
    assert (await desk.post(claim, None, "k0")).status_code == 428
    first = await desk.post(claim, None, "k1", if_match='"1"')
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert (await desk.post(claim, None, "k1", if_match='"1"')).headers["idempotency-replayed"] == "true"
    assert (await desk.post(claim, None, "k2", if_match='"1"')).status_code == 412
    assert (await desk.post(claim, None, "k3", if_match='"2"')).headers["etag"] == '"2"', "it is mine already"
    release, reassign = path("plan", "/release"), path("plan", "/reassign")
    assert (await desk.post(release, None, "k4", subject="a-2", if_match='"2"')).status_code == 409
    assert (await desk.post(reassign, {"to": "a-2"}, "k5", if_match='"2"')).status_code == 403
    given = await desk.post(reassign, {"to": "a-2"}, "k6", "supervisor", subject="s-1", if_match='"2"')
    assert (given.json()["claimed_by"], given.headers["etag"]) == ("a-2", '"3"')
    back = await desk.post(release, None, "k7", subject="a-2", if_match='"3"')
    assert (back.json()["claimed_by"], back.json()["claimed_at"]) == (None, None)
    assert (await desk.post(reassign, {"to": "a b"}, "k8", "supervisor", if_match='"4"')).status_code == 422


async def test_what_is_done_leaves_the_list(desk: OneService) -> None:
    await desk.hear("plans", opened("plan"))
    assert await desk.hear("plans", closed("plan")) == "applied"
    assert await listed(desk) == []
    done = (await desk.get(path("plan"))).json()
    assert (done["outcome"], done["overdue"]) == ("approved", False)
    claim = await desk.post(path("plan", "/claim"), None, "k", if_match='"2"')
    assert (claim.status_code, claim.json()["type"].rpartition("/")[2]) == (409, "task-done")


async def test_a_close_that_comes_before_its_open_waits_for_it(desk: OneService) -> None:
    source = "/plans/tasks"
    key = str(business_uuid("case", "plan"))
    assert await desk.apply(closed("plan"), f"{key}/2", source, version=2) == "waiting"
    assert await desk.apply(opened("plan"), f"{key}/1", source, version=1) == "applied"
    assert await listed(desk) == []


async def test_a_closed_case_leaves_nothing_on_the_list_whatever_comes_first(desk: OneService) -> None:
    for name, task_first in (("early", True), ("late", False)):
        said = [opened(name), CaseClosed(case_id=business_uuid("case", name), reason="CURED", closed_at=START)]
        for event in said if task_first else reversed(said):
            await desk.hear("plans" if isinstance(event, TaskOpened) else "intake", event)
        assert (await desk.get(path(name))).json()["outcome"] == "case_closed"
    assert await listed(desk) == []


async def test_what_is_asked_for_after_the_end_of_a_case_is_on_the_list(desk: OneService) -> None:
    for name, task_first in (("early", True), ("late", False)):
        case_id = business_uuid("case", name)
        said = [opened(name), CaseClosed(case_id=case_id, reason="CURED", closed_at=START - timedelta(seconds=1))]
        for event in said if task_first else reversed(said):
            await desk.hear("plans" if isinstance(event, TaskOpened) else "intake", event)
        assert (await desk.get(path(name))).json()["outcome"] is None
    assert sorted(await listed(desk)) == ["early", "late"]


async def test_pages_follow_the_deadlines_and_filters_hold(desk: OneService) -> None:
    for number in range(5):
        await desk.hear("plans", opened(f"t{number}", hours=10 - number, kind="draft_plan" if number else "call"))
    first = (await desk.get("/v1/tasks?limit=2&kind=draft_plan")).json()
    second = (await desk.get(f"/v1/tasks?limit=2&kind=draft_plan&cursor={first['next']}")).json()
    ids = [UUID(item["task_id"]) for item in first["items"] + second["items"]]
    assert ids == [business_uuid("task", f"t{number}") for number in (4, 3, 2, 1)]
    assert second["next"] is None
    assert (await desk.get(f"/v1/tasks?limit=2&cursor={first['next']}")).status_code == 400, "another list"
    desk.clock.advance(timedelta(hours=7, minutes=30))
    assert await listed(desk, "?overdue=true") == ["t4", "t3"]
    assert await listed(desk, "?service=intake") == []


async def test_a_list_takes_one_statement_at_any_size(desk: OneService) -> None:
    counts = []
    for size in (3, 60):
        for number in range(size):
            await desk.hear("plans", opened(f"s{size}-{number}"))
        before = desk.database.statements
        await listed(desk, "?limit=200")
        counts.append(desk.database.statements - before)
    assert counts == [1, 1]
