"""`forbear up`, `status` and `down` as a person uses them, and the stack as tests use it."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.engines.stack import LocalStack
from sandbox.engines.state import State
from services.common.runtime.clock import LapseClock

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[State]:
    state = State(tmp_path / "state")
    yield state
    state.remove()


async def forbear(state: State, *arguments: str) -> tuple[int, str]:
    """Run a command to its end; return its exit status and what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "forbear",
        *arguments,
        cwd=ROOT,
        env={**os.environ, "FORBEAR_STATE": str(state.root), "NO_COLOR": "1", "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_a_stack_of_engines_tells_its_processes_everything(state: State) -> None:
    start = datetime(2026, 3, 2, 1, tzinfo=UTC)
    said: list[str] = []
    async with LocalStack(
        state.root, lapse=start, services=(), sandbox=False, fsync=False, say=lambda name, _: said.append(name)
    ) as stack:
        assert said == ["postgres", "temporal", "broker"]
        assert stack.env["FORBEAR_INTAKE_DATABASE_URL"].startswith("postgresql+asyncpg://forbear_intake:")
        assert stack.env["FORBEAR_ISSUER"] == f"{stack.urls['sandbox']}/issuer"
        assert LapseClock(Path(stack.env["FORBEAR_LAPSE_CLOCK"])).now() == start
        first = dict(stack.env)
    async with LocalStack(state.root, lapse=start, services=(), sandbox=False, fsync=False) as stack:
        assert stack.env == first, "a restart keeps ports, keys and passwords"


async def test_status_and_down_say_when_nothing_runs(state: State) -> None:
    assert await forbear(state, "status") == (1, f"nothing runs in {state.root}\n")
    assert await forbear(state, "down") == (0, f"nothing runs in {state.root}\n")
    assert not state.root.exists(), "asking must not make the directory"


async def test_a_second_stack_in_the_same_directory_is_refused(state: State) -> None:
    with state.locked():
        status, output = await forbear(state, "up", "--detach")
    assert status == 1
    assert output == f"{state.root} is in use by process {os.getpid()}\n"


async def test_sigterm_while_starting_leaves_nothing(state: State) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "forbear",
        "up",
        cwd=ROOT,
        env={**os.environ, "FORBEAR_STATE": str(state.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout
    first = await asyncio.wait_for(process.stdout.readline(), 60)
    assert first.startswith(b"postgres ")
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 130
    assert state.holder() is None
    rows = (state.read_json("status.json") or {})["processes"]
    assert rows and all(row["state"] == "stopped" and row["pid"] is None for row in rows)
