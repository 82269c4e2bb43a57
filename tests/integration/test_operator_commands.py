"""`forbear dead-letters` and `forbear republish` on a real database, as an operator types them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import func, select, update
from typer.testing import CliRunner, Result

from forbear.commands import dead_letters, republish
from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.events.plans import OfferDeclined, PlanActivated
from services.common.runtime.settings import driverless
from services.followup.models import TABLES
from tests.databases import FreshDatabase
from tests.integration.followup_house import House, plan_for
from tests.integration.one_service import START

Forbear = Callable[..., Awaitable[Result]]
FIRST, SECOND = plan_for("A-1"), plan_for("A-1", round_=2)


@pytest.fixture
async def house(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A plan that could not become an agreement, because an earlier one is active, and one that waits behind it."""
    url = await fresh_database("followup")
    monkeypatch.setenv("FORBEAR_SANDBOX", "1")
    monkeypatch.setenv("FORBEAR_FOLLOWUP_DATABASE_URL", driverless(url))
    made = House(url)
    await made.hear("plans", FIRST)
    assert await made.hear("plans", SECOND) == "dead"
    declined = OfferDeclined(case_id=FIRST.case_id, plan_id=FIRST.plan_id, version=1, round=1)
    assert await made.hear("plans", declined) == "waiting"
    yield made
    await made.close()


@pytest.fixture
def forbear() -> Forbear:
    """Run a command line."""

    async def run(command: str, *words: str) -> Result:
        app = {"dead-letters": dead_letters.app, "republish": republish.app}[command]
        return await asyncio.to_thread(CliRunner().invoke, app, list(words))

    return run


async def held_id(forbear: Forbear) -> str:
    found = await forbear("dead-letters", "list", "--service", "followup", "--json")
    assert found.exit_code == 1
    [line] = found.stdout.splitlines()
    assert json.loads(line)["type"] == PlanActivated.type
    return str(json.loads(line)["id"])


async def statuses(house: House) -> list[str]:
    table = TABLES.held_message
    async with house.database.read() as session:
        return list((await session.execute(select(table.c.status).order_by(table.c.id))).scalars())


async def test_a_retry_works_once_its_cause_is_gone(house: House, forbear: Forbear) -> None:
    message = await held_id(forbear)
    still = await forbear("dead-letters", "retry", message, "--service", "followup")
    assert (still.exit_code, await statuses(house)) == (1, ["dead", "waiting"])
    await house.hear("intake", CaseClosed(case_id=FIRST.case_id, reason="debt.sold", closed_at=START))
    done = await forbear("dead-letters", "retry", message, "--service", "followup")
    assert done.exit_code == 0, done.output
    assert "1 that waited behind applied" in done.stdout
    assert await statuses(house) == ["applied", "applied"]
    # It is followed up no longer than its case was open.
    assert (await house.agreement(SECOND)).state == "stopped"
    again = await forbear("dead-letters", "retry", message, "--service", "followup")
    assert (again.exit_code, "settled before" in again.stdout) == (0, True)
    assert (await forbear("dead-letters", "list", "--service", "followup")).exit_code == 0


async def test_a_discarded_message_lets_the_others_pass(house: House, forbear: Forbear) -> None:
    message = await held_id(forbear)
    shown = await forbear("dead-letters", "show", message, "--service", "followup", "--body")
    assert "AccountHasAgreement" in shown.stdout
    assert "ce_type: forbear.plan.activated.v1" in shown.stdout
    asked = await forbear("dead-letters", "discard", message, "--service", "followup")
    assert (asked.exit_code, await statuses(house)) == (1, ["dead", "waiting"])
    done = await forbear("dead-letters", "discard", message, "--service", "followup", "--yes")
    assert (done.exit_code, await statuses(house)) == (0, ["discarded", "applied"])


async def test_an_unknown_message_is_said_to_be_unknown(house: House, forbear: Forbear) -> None:
    for command in (["show"], ["retry"], ["discard", "--yes"]):
        assert (await forbear("dead-letters", command[0], "999", "--service", "followup", *command[1:])).exit_code == 2


async def test_republish_puts_sent_events_back(house: House, forbear: Forbear) -> None:
    outbox = TABLES.outbox
    await house.close_day(FIRST.schedule[-1].due_date)
    async with house.database.engine.begin() as connection:
        await connection.execute(update(outbox).values(published_at=func.now()))
    done = await forbear("republish", "--since", "2020-01-01T00:00:00+00:00", "--service", "followup")
    assert done.exit_code == 0, done.output
    async with house.database.read() as session:
        waiting = select(outbox.c.sink, func.count()).where(outbox.c.published_at.is_(None)).group_by(outbox.c.sink)
        found = {sink: count for sink, count in await session.execute(waiting)}
    assert found.keys() == {"kafka"}
    assert f"{found['kafka']} event(s)" in done.stdout
    assert (await forbear("republish", "--since", "2020-01-01T00:00:00", "--service", "followup")).exit_code == 2
    later = await forbear("republish", "--since", "2100-01-01T00:00:00Z", "--service", "followup")
    assert "0 event(s)" in later.stdout
