"""A broker that kept everything in memory dies in the middle, and commands find the stack that runs here."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest

from forbear.demo.portfolio import SAMPLE, Portfolio
from sandbox.engines.stack import LocalStack
from sandbox.engines.state import State
from services.common.runtime.settings import driverless
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
NOBODY = {"FORBEAR_SANDBOX_PEOPLE": "0"}


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[State]:
    state = State(tmp_path / "state")
    yield state
    state.remove()


async def forbear(state: State, *arguments: str) -> tuple[int, str]:
    """Run a command in a shell that knows the state directory and nothing else; its exit status and what it said."""
    shell = {name: value for name, value in os.environ.items() if not name.startswith("FORBEAR_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "forbear", *arguments,
        cwd=ROOT,
        env={**shell, "FORBEAR_STATE": str(state.root), "NO_COLOR": "1", "COLUMNS": "200"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


@pytest.mark.parametrize(
    "command", [("dead-letters", "list"), ("republish", "--since", "2026-03-02T00:00:00Z")], ids=lambda c: c[0]
)
async def test_commands_say_when_nothing_runs(state: State, command: tuple[str, ...]) -> None:
    status, said = await forbear(state, *command)
    assert (status, said) == (
        2, f"nothing runs in {state.root}; start it with `forbear up`, or set FORBEAR_DATABASE_URL\n"
    )  # fmt: skip


async def test_what_the_bank_said_to_a_broker_that_died_is_said_again(state: State) -> None:
    portfolio = Portfolio(SAMPLE, 12)
    late = [row for row in portfolio.rows if row["oldest_unpaid_due_date"]]
    day = portfolio.begins.date() + timedelta(days=1)
    async with (
        LocalStack(state.root, lapse=portfolio.begins, services=("intake",), fsync=False, env=NOBODY) as stack,
        httpx.AsyncClient(base_url=stack.urls["sandbox"], timeout=60) as sandbox,
    ):

        async def cases() -> int:
            connection = await asyncpg.connect(driverless(stack.env["FORBEAR_INTAKE_DATABASE_URL"]))
            try:
                return int(await connection.fetchval("SELECT count(*) FROM collections_case"))
            finally:
                await connection.close()

        async def said() -> bool:
            in_flight = (await sandbox.get("/sandbox/rest")).raise_for_status().json()["in_flight"]
            return not any("feed" in what for what in in_flight)

        # Nobody hears what the bank says, and then the broker that keeps it is gone.
        await stack.stop("intake")
        loaded = await sandbox.post("/sandbox/bank/load", params={"feed": True}, content=portfolio.text())
        assert loaded.raise_for_status().json()["opened"] == 12
        closed = await sandbox.post("/sandbox/bank/end-of-day", json={"date": day.isoformat()})
        assert closed.raise_for_status().json()["closed"]
        await until(said, "the feed is with the broker")
        assert await cases() == 0
        stack.kill("broker")
        if stack.engines.apache:  # it kept everything, so nobody is started again with it
            await stack.start("intake")

        async def opened() -> bool:
            return await cases() == len(late)

        await until(opened, f"{len(late)} cases are open", seconds=90)
        await stack.wait_ready("broker")
        status, output = await forbear(state, "dead-letters", "list", "--service", "intake")
        assert (status, output) == (0, "nothing is held\n")
        status, output = await forbear(state, "republish", "--since", "2026-01-01T00:00:00Z", "--service", "intake")
        assert (status, output.split()[0]) == (0, "intake")
