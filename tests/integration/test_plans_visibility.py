"""Agents see the cases that are theirs or nobody's, whatever they read or do; leads and services see all."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.common.contracts.events.cases import CaseAssigned
from services.common.kernel.ids import business_uuid
from tests.databases import Databases
from tests.integration.plans_house import MEANS, NEGOTIATOR, House, plans_house
from tests.integration.plans_service import Case

STRANGER = "agent-sun"


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def assign(house: House, case: Case, assignee: str) -> None:
    assert await house.hear("intake", CaseAssigned(case_id=case.case_id, assignee=assignee)) == "applied"


async def reads(house: House, case: Case, subject: str, role: str) -> list[int]:
    """What becomes of reading the plan, the plans, the offer, the evidence and the options."""
    paths = (case.plan(), f"{case.path}/plans", f"{case.path}/offer", f"{case.path}/evidence")
    read = [(await house.get(path, role, subject=subject)).status_code for path in paths]
    options = await house.post(f"{case.path}/options", {}, f"options-{subject}", role, subject=subject)
    return [*read, options.status_code]


async def test_others_do_not_find_a_case_that_is_somebodys(house: House) -> None:
    case = await house.offered()
    assert await reads(house, case, STRANGER, "agent") == [200] * 5
    await assign(house, case, NEGOTIATOR)
    for role in ("agent", "senior_agent"):
        assert await reads(house, case, f"{STRANGER}-{role}", role) == [404] * 5
    assert await reads(house, case, NEGOTIATOR, "agent") == [200] * 5
    for role in ("supervisor", "manager", "committee", "risk", "compliance", "system"):
        assert await reads(house, case, f"{role}-1", role) == [200] * 5
    await assign(house, case, STRANGER)
    assert await reads(house, case, STRANGER, "agent") == [200] * 5


async def test_others_do_nothing_in_a_case_that_is_somebodys(house: House) -> None:
    case = await house.offered()
    evidence_id = (await house.get(f"{case.path}/evidence")).json()["items"][0]["evidence_id"]
    await assign(house, case, NEGOTIATOR)
    plan, path = case.plan(), case.path
    done = [
        await house.post(f"{plan}/decline", {}, "k1", subject=STRANGER),
        await house.post(f"{plan}/submission", None, "k2", subject=STRANGER, if_match='"4"'),
        await house.post(f"{path}/statements-of-means", MEANS, "k3", subject=STRANGER),
        await house.upload(case, "k4", subject=STRANGER),
        await house.get(f"/v1/evidence/{evidence_id}/content", subject=STRANGER),
        await house.review(evidence_id, subject=STRANGER),
    ]
    assert [answer.status_code for answer in done] == [404] * len(done)
    assert (await house.post(f"{plan}/decline", {}, "k5", subject=NEGOTIATOR)).status_code == 201


async def test_a_case_is_assigned_before_plans_knows_it(house: House) -> None:
    case = Case(business_uuid("case", "A1"), "A1")
    await assign(house, case, NEGOTIATOR)
    await house.triaged("A1")
    assert (await house.get(f"{case.path}/plans", subject=STRANGER)).status_code == 404
    assert (await house.get(f"{case.path}/plans", subject=NEGOTIATOR)).status_code == 200


async def test_a_review_that_the_assignee_must_not_do_is_open_to_colleagues(house: House) -> None:
    case = await house.triaged()
    await assign(house, case, NEGOTIATOR)
    await house.requested(case)
    await house.take_means(case)
    evidence_id = (await house.upload(case)).json()["evidence_id"]
    content = f"/v1/evidence/{evidence_id}/content"
    assert (await house.get(content, subject=STRANGER)).status_code == 200
    assert (await house.review(evidence_id, subject=STRANGER)).json()["phase"] == "draft"
    assert (await house.get(content, subject=STRANGER)).status_code == 404
