"""The matrix of authority as it is shown, before and after a submission, and the marks told with an approval."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.integration.plans_house import House, plans_house
from tests.integration.plans_people import of_manager, problem


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


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
