"""Play a portfolio to the end: load the bank, import the extract, and let time pass until every case is closed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import asyncpg
import httpx
import stamina

from forbear.demo.portfolio import Portfolio
from sandbox.engines.stack import LocalStack
from sandbox.lapse.driver import driving
from sandbox.lapse.rest import AWAY, LIMIT_SECONDS
from services.common.runtime.settings import driverless

Watch = Callable[[int, int, datetime], None]
LONGEST_YEARS = 6
STEP = timedelta(hours=4)
"""A portfolio is played in strides of some hours: coming to rest costs as much for one case as for ten, and whoever
answers a message four hours later answers as well."""


class StillOpen(Exception):
    """Years of business time passed and cases are still open."""


class Interference(Protocol):
    """What a test does to the stack while it plays; called after each step."""

    async def __call__(self, stack: LocalStack, closed: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Played:
    """How a run ended."""

    cases: int
    steps: int
    began: datetime
    ended: datetime


async def play(stack: LocalStack, portfolio: Portfolio, watch: Watch, interfere: Interference | None = None) -> Played:
    """Import the portfolio into a running stack and play it until all its cases are closed.

    `watch(closed, total, now)` is called after each step. Raises `NotAtRest`, `NothingPlanned` or `StillOpen`.
    """
    await _load_bank(stack, portfolio)
    extract = stack.state.root / "portfolio.csv"
    extract.write_text(portfolio.text(), "utf-8")
    await stack.run("import", str(extract), "--mapping", "sample")
    async with driving(stack.env, stack.supervisor, STEP) as driver, _Cases(stack.env) as cases:
        total = len(portfolio.rows)
        steps = 0
        began = driver.now()
        still_open, closed = await cases.counts()
        counted_on = began.date()
        while True:
            settled = await driver.settle()
            # Counting reads every case: once a day is enough for who watches, and the end is when nothing is owed.
            if settled.owed is None or driver.now().date() != counted_on:
                still_open, closed = await cases.counts()
                counted_on = driver.now().date()
            watch(closed, total, driver.now())
            if closed >= total and not still_open and settled.owed is None:
                return Played(total, steps, began, driver.now())
            if driver.now().year - began.year > LONGEST_YEARS:
                raise StillOpen(f"{still_open} cases are open after {LONGEST_YEARS} years")
            await driver.step(settled)
            steps += 1
            if interfere is not None:
                await interfere(stack, closed, total)


async def _load_bank(stack: LocalStack, portfolio: Portfolio) -> None:
    """Open the portfolio's accounts in the sandbox bank; accounts that are there stay as they are."""
    async with httpx.AsyncClient(base_url=stack.urls["sandbox"], timeout=120) as client:
        answer = await client.post("/sandbox/bank/load", content=portfolio.text().encode())
        answer.raise_for_status()


class _Cases:
    """Counts closed cases in intake's database."""

    def __init__(self, env: dict[str, str]) -> None:
        self._url = driverless(env["FORBEAR_INTAKE_DATABASE_URL"])
        self._connection: asyncpg.Connection | None = None

    async def __aenter__(self) -> "_Cases":
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.terminate()

    async def counts(self) -> tuple[int, int]:
        """How many cases are open, and how many are closed; a database that restarts is waited for."""
        async for attempt in stamina.retry_context(on=AWAY, attempts=None, timeout=LIMIT_SECONDS):
            with attempt:
                if self._connection is None or self._connection.is_closed():
                    self._connection = await asyncpg.connect(self._url)
                row = await self._connection.fetchrow(
                    "SELECT count(*) FILTER (WHERE state <> 'CLOSED'), count(*) FILTER (WHERE state = 'CLOSED') "
                    "FROM collections_case"
                )
        return int(row[0]), int(row[1])
