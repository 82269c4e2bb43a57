"""What fails while a portfolio is played changes how long that takes, and nothing of what happens in it."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

from forbear.demo.figures import Rows, figures
from forbear.demo.play import play
from forbear.demo.portfolio import SAMPLE, Portfolio
from sandbox.engines.engines import GIVEN
from sandbox.engines.stack import LocalStack
from sandbox.engines.state import State
from services.common.runtime.settings import SERVICES
from tests.chaos.faults import Fault, Faults, away, forgotten, frozen, killed, overtaken, restarted

#: Of each of these habits the account of the sample that has the shortest way to go.
HABITS = ("avoids", "forgets_evidence", "counters", "pays_short_then_rest", "misses_then_cures")
SEED = "7"
#: A run takes a minute; one whose broken part never comes back is waited for no longer than this.
LIMIT_SECONDS = 900

pytestmark = pytest.mark.skipif(
    any(os.environ.get(name) for name in GIVEN.values()), reason="engines that are given are not ours to break"
)

Story = tuple[dict[str, Rows], datetime]
"""The figures of a run, and the business instant at which it was over."""


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    """The chosen rows of the sample."""
    sample = Portfolio(SAMPLE, None)
    sample.rows = [min((row for row in sample.rows if row["habit"] == habit), key=_months_left) for habit in HABITS]
    return sample


def _months_left(row: dict[str, str]) -> int:
    return int(row["term_months"]) - int(row["months_paid"])


async def told(folder: Path, portfolio: Portfolio, faults: Sequence[Fault] = ()) -> Story:
    """Play the portfolio on a stack of its own while the faults happen, and have the doctor look at the end."""
    state = State(folder)
    try:
        async with (
            asyncio.timeout(LIMIT_SECONDS),
            LocalStack(folder, lapse=portfolio.begins, fsync=False, env={"FORBEAR_SANDBOX_SEED": SEED}) as stack,
            Faults(faults) as happening,
        ):
            played = await play(stack, portfolio, _nobody_watches, happening)
            assert not happening.left, "the run was over before all its faults had happened"
            await stack.run("doctor")
            urls = {service: stack.env[f"FORBEAR_{service.upper()}_DATABASE_URL"] for service in SERVICES}
            return await figures(urls), played.ended
    finally:
        with suppress(FileNotFoundError):
            state.remove()


def _nobody_watches(closed: int, total: int, now: datetime) -> None: ...


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def undisturbed(tmp_path_factory: pytest.TempPathFactory, portfolio: Portfolio) -> Story:
    """The same portfolio with the same seed, with nothing in its way."""
    found = await told(tmp_path_factory.mktemp("undisturbed"), portfolio)
    assert found[0]["agreements, how they ended"], "a run in which nothing is agreed shows nothing"
    return found


async def test_processes_may_die(tmp_path: Path, portfolio: Portfolio, undisturbed: Story) -> None:
    """Temporal is away for half a minute, and each service dies once, at different places of the cases' ways."""
    faults = [
        Fault("intake", away("temporal")),
        Fault("contact", killed("contact")),
        Fault("plans", killed("desk")),
        Fault("plans", killed("plans")),
        Fault("intake", killed("intake")),
        Fault("followup", killed("followup")),
    ]
    assert await told(tmp_path, portfolio, faults) == undisturbed


async def test_the_database_restarts_and_a_relay_sleeps_through_its_lease(
    tmp_path: Path, portfolio: Portfolio, undisturbed: Story
) -> None:
    """PostgreSQL is restarted politely, and dies; the bank, the gateway and everybody outside die together, too."""
    faults = [
        Fault("intake", restarted("postgres")),
        Fault("plans", overtaken("plans")),
        Fault("plans", killed("sandbox")),
        Fault("followup", killed("postgres")),
    ]
    assert await told(tmp_path, portfolio, faults) == undisturbed


async def test_the_store_of_workflows_is_lost_and_made_again(
    tmp_path: Path, portfolio: Portfolio, undisturbed: Story
) -> None:
    """At different places of the cases' ways: the databases say what must run, and every case goes on where it was."""
    faults = [
        Fault("contact", forgotten()),
        Fault("plans", forgotten()),
        Fault("followup", forgotten()),
    ]
    assert await told(tmp_path, portfolio, faults) == undisturbed


async def test_the_broker_dies_and_sleeps(tmp_path: Path, portfolio: Portfolio, undisturbed: Story) -> None:
    """The embedded broker forgets everything when it dies; Apache Kafka comes back with what it had.

    It dies first, so that the order in which things were said while it slept is there for the doctor to see.
    """
    faults = [
        Fault("contact", killed("broker")),
        Fault("plans", frozen("broker")),
    ]
    assert await told(tmp_path, portfolio, faults) == undisturbed
