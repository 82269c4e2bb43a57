"""Where a pack gives days to think again, a signed agreement can be taken back in them, and the plan is undone."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.databases import Databases
from tests.integration.plans_house import MANAGER, House, plans_house
from tests.integration.plans_people import problem, tasks
from tests.integration.plans_service import Case

GIVES_DAYS = """pack: cn
add:
- id: BANK-02
  sentence: A plan may be taken back in fourteen days.
  sentence_zh: 方案签署后14日内可以撤回。
  acts: [clock]
  strength: must
  actors: {lender: adopted}
  service: plans
  source: board
  verified: house
  reviewed: 2025-11-22
  effective_from: 2026-01-01
  parameters:
    cooling_off_days: {value: 14, stricter: higher, dimension: cooling_off_days}
"""


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    """A bank whose own rules give the days."""
    (tmp_path / "overlay").mkdir()
    (tmp_path / "overlay" / "cn.yaml").write_text(GIVES_DAYS, "utf-8")
    async with plans_house(databases, tmp_path, tmp_path / "overlay") as made:
        yield made


async def taken_back(house: House, case: Case, key: str = "back") -> httpx.Response:
    path = f"{case.plan()}/agreement/withdrawal"
    return await house.post(path, None, key, "system", subject="svc-portal", x_acting_for="borrower:B1")


async def test_before_the_core_was_asked_it_is_never_asked(house: House) -> None:
    case = await house.signed()
    assert (await house.get(f"{case.plan()}/agreement")).json()["cooling_off_until"] == "2026-03-16"
    answer = await taken_back(house, case)
    assert (answer.status_code, answer.json()["plan_state"]) == (200, "ACTIVATION_REFUSED")
    assert (await house.activate(case)).outcome == "gone"
    assert await house.context.core.read_plan("A1", f"plan/{case.plan_id()}/v1/activate") is None
    shown = (await house.get(f"{case.plan()}/agreement")).json()
    assert (shown["state"], shown["taken_back_at"] is None) == ("VOID", False)
    assert problem(await taken_back(house, case, "again")) == "404 no-agreement"


async def test_what_the_core_runs_is_undone_there_and_read_back(house: House) -> None:
    case = await house.signed()
    await house.activate(case)
    house.later(days=14)
    assert (await taken_back(house, case)).json()["plan_state"] == "ACTIVE", "in force until it is undone"
    [task] = await tasks(house, case, "undo_plan")
    assert task["reason"] == "agreement_taken_back"
    assert dict(await house.outbox(case))["plan.end_requested"]["reason_code"] == "taken_back"
    undo = {"core_reference": "U-1"}
    still = await house.post(f"{case.plan()}/end", undo, "k1", "manager", subject=MANAGER)
    assert problem(still) == "409 plan-still-runs"
    async with house.outside.world.store.transaction() as tx:
        await tx.execute("UPDATE bank_restructuring SET status = 'rejected'")
    ended = await house.post(f"{case.plan()}/end", undo, "k2", "manager", subject=MANAGER)
    assert (ended.status_code, ended.json()["state"]) == (200, "STOPPED")
    assert problem(await taken_back(house, case, "again")) == "404 no-agreement"


async def test_after_the_last_day_it_binds(house: House) -> None:
    case = await house.signed()
    await house.activate(case)
    house.later(days=15)
    assert problem(await taken_back(house, case)) == "409 cooling-off-over"
    assert not await tasks(house, case, "undo_plan")


async def test_it_is_taken_back_once(house: House) -> None:
    case = await house.signed()
    await house.activate(case)
    assert (await taken_back(house, case)).status_code == 200
    assert problem(await taken_back(house, case, "again")) == "409 cooling-off-over"


async def test_where_no_pack_gives_days_a_signature_binds(databases: Databases, tmp_path: Path) -> None:
    async with plans_house(databases, tmp_path) as house:
        case = await house.signed()
        assert (await house.get(f"{case.plan()}/agreement")).json()["cooling_off_until"] is None
        assert problem(await taken_back(house, case)) == "409 cooling-off-over"
