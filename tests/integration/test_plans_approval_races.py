"""Twenty approvers at one proposal: one decision, whatever they do and however often it is tried."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from services.common.kernel.errors import StaleVersion
from services.common.runtime.caller import Caller
from services.plans.schemas.plans import Decide
from tests.databases import Databases
from tests.integration.plans_house import House, plans_house

APPROVERS, SERVICE_ROUNDS, ROUNDS = 20, 25, 1000
# A thousand versions of the submitted plan, each with its schedule.
COPIES = (
    "CREATE TEMP TABLE p ON COMMIT DROP AS SELECT plan.*, n FROM plan, generate_series(2, 1001) n",
    "UPDATE p SET version = n, revision = revision + n",
    "ALTER TABLE p DROP COLUMN n",
    "INSERT INTO plan SELECT * FROM p",
    "INSERT INTO plan_instalment (plan_id, version, number, due_date, amount) "
    "SELECT plan_id, n, number, due_date, amount FROM plan_instalment, generate_series(2, 1001) n WHERE version = 1",
)
DECIDE = """
    INSERT INTO approval (plan_id, version, decision, decided_by, proposed_by, proposal_hash, needed_level, part,
        authority, verdicts, inputs, decided_at)
    SELECT plan_id, version, $2, $3, proposed_by, proposal_hash, needed_level,
        CASE WHEN $2 = 'approve' THEN 'approver' END, '{}', '[]', '{}', now()
    FROM plan WHERE version = $1
    """
DECISIONS = ("approve", "return", "reject")


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def test_of_twenty_who_decide_at_once_one_does(house: House) -> None:
    """The whole use case: lock, ETag, guard. The proposal is put back after each round."""
    case, submitted = await house.submitted()
    async with house.database.engine.begin() as connection:
        # Decisions are not deleted; between two rounds of a test they are.
        await connection.execute(text("ALTER TABLE approval DISABLE TRIGGER USER"))
    revision, seen = int(submitted.headers["etag"].strip('"')), submitted.json()["proposal_hash"]
    decide = house.cases.service.decisions.decide

    async def approver(number: int) -> str:
        decision = DECISIONS[number % len(DECISIONS)]
        body = Decide(decision=decision, proposal_hash=seen, reasons="as it stands")  # type: ignore[arg-type]
        caller = Caller(f"supervisor-{number}", frozenset({"supervisor"}), "race", if_match=revision)
        try:
            await decide(caller, case.plan_id(), body)
        except StaleVersion:
            return "late"
        return decision

    for _ in range(SERVICE_ROUNDS):
        outcomes = await asyncio.gather(*(approver(number) for number in range(APPROVERS)))
        assert len(outcomes) - outcomes.count("late") == 1, outcomes
        async with house.database.engine.begin() as connection:
            found = (await connection.execute(text("SELECT decision FROM approval"))).scalars().all()
            assert [one for one in outcomes if one != "late"] == found
            for statement in (
                "DELETE FROM approval", "DELETE FROM regulatory_flag", "DELETE FROM offer",
                f"UPDATE plan SET state = 'SUBMITTED', revision = {revision}, expires_at = submitted_at + '3 days'",
                "UPDATE negotiation SET phase = 'approval', outcome = NULL, reason = NULL, ended_at = NULL",
            ):  # fmt: skip
                await connection.execute(text(statement))


async def test_of_a_thousand_proposals_each_is_decided_once(house: House) -> None:
    """The database alone, without the lock that the service takes first."""
    await house.submitted()
    async with house.database.engine.begin() as connection:
        for statement in COPIES:
            await connection.execute(text(statement))
    url = house.database.engine.url.render_as_string(hide_password=False).replace("postgresql+asyncpg", "postgresql")
    async with asyncpg.create_pool(url, min_size=APPROVERS, max_size=APPROVERS) as pool:

        async def approver(number: int) -> int:
            decided = 0
            async with pool.acquire() as connection:
                statement: Any = await connection.prepare(DECIDE)
                for version in range(2, ROUNDS + 2):
                    try:
                        await statement.fetch(version, DECISIONS[(number + version) % 3], f"supervisor-{number}")
                    except asyncpg.UniqueViolationError:
                        continue
                    decided += 1
            return decided

        wins = await asyncio.gather(*(approver(number) for number in range(APPROVERS)))
    assert sum(wins) == ROUNDS
    assert await house.scalar("SELECT count(*) FROM approval") == ROUNDS
    assert await house.scalar("SELECT count(DISTINCT version) FROM approval") == ROUNDS
