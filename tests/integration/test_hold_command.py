"""`forbear hold bulk` on a real database, as an operator types it, with a worker beside it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from forbear.commands import hold
from services.intake.workflows.messages import BulkStep
from tests.databases import FreshDatabase
from tests.integration.intake_house import House

Forbear = Callable[..., Awaitable[Result]]
PLACE = ("place", "--kind", "DISASTER_AREA", "--reason", "flood")


@pytest.fixture
async def house(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    url = await fresh_database("intake")
    monkeypatch.setenv("FORBEAR_SANDBOX", "1")
    monkeypatch.setenv("FORBEAR_INTAKE_DATABASE_URL", url.replace("+asyncpg", ""))
    monkeypatch.setenv("LOGNAME", "an")
    made = House(url)
    yield made
    await made.close()


@pytest.fixture
def forbear() -> Forbear:
    async def run(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, hold.app, ["bulk", *words])

    return run


async def beside(house: House, typed: Awaitable[Result], *, undo: bool = False) -> Result:
    """What an operator typed, while a worker works off the jobs there are."""
    running = asyncio.ensure_future(typed)
    state = "undoing" if undo else "placing"
    while not running.done():
        found = await house.scalar(f"SELECT array_agg(bulk_id::text) FROM bulk_hold WHERE state = '{state}'")
        for bulk_id in found or []:
            await house.cases.bulk.work(BulkStep(bulk_id=UUID(bulk_id), undo=undo))
    return await running


async def test_an_operator_counts_places_looks_and_undoes(house: House, forbear: Forbear, tmp_path: Path) -> None:
    for number in range(3):
        await house.post_case(f"A{number}", borrower=f"B{number}")
    named = tmp_path / "accounts.txt"
    named.write_text("A0\n\n A2 \nA9\n")
    chosen = ("--accounts", str(named))
    counted = await forbear(*PLACE, *chosen, "--dry-run")
    assert (counted.exit_code, counted.stdout) == (0, "2 borrower(s) would be held; nothing was done\n")
    assert await house.scalar("SELECT count(*) FROM bulk_hold") == 0
    placed = await beside(house, forbear(*PLACE, *chosen))
    assert placed.exit_code == 0, placed.output
    bulk_id = placed.stdout.split(":")[0]
    assert f"{bulk_id}: placed, 2 held, 0 lifted" in placed.stdout
    shown = (await forbear("show", bulk_id)).stdout
    assert "2 of 2" in shown and "3 accounts of a list" in shown and "operator:an" in shown
    undone = await beside(house, forbear("undo", bulk_id), undo=True)
    assert (undone.exit_code, f"{bulk_id}: undone, 2 held, 2 lifted" in undone.stdout) == (0, True)
    assert "undone  2 of 2, 2 lifted" in (await forbear("list")).stdout
    again = await forbear("undo", bulk_id)
    assert (again.exit_code, "undone already" in again.stderr) == (2, True)


async def test_what_cannot_be_is_refused_before_anything_is_done(house: House, forbear: Forbear) -> None:
    nobody = await forbear(*PLACE)
    assert (nobody.exit_code, "selector" in nobody.stderr) == (2, True)
    kind = await forbear("place", "--kind", "DECEASED", "--reason", "flood", "--product", "card")
    assert (kind.exit_code, "no such kind of hold" in kind.stderr) == (2, True)
    assert (await forbear("show", str(UUID(int=3)))).exit_code == 2
    assert "nobody was held in bulk" in (await forbear("list")).stdout
    # Nobody need wait: the worker does it in its own time.
    await house.post_case()
    at_once = await forbear(*PLACE, "--product", "card", "--no-wait")
    assert (at_once.exit_code, "1 borrower(s) are being held" in at_once.stdout) == (0, True)
    assert await house.scalar("SELECT state FROM bulk_hold") == "placing"
