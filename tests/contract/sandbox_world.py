"""The sandbox in process, over a database of its own and a clock that the test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from sandbox.app import create_app
from sandbox.settings import SandboxSettings
from sandbox.world import World, open_world
from services.common.kernel.clock import FixedClock
from tests.databases import Databases

#: Ten in the morning at the bank, on the day of the rows of these tests.
START = datetime(2026, 3, 2, 2, tzinfo=UTC)


@dataclass(frozen=True)
class SandboxInProcess:
    """A world, the clock it reads, its application, and a client that is known to it."""

    world: World
    clock: FixedClock
    app: FastAPI
    client: httpx.AsyncClient

    async def load(self, *rows: dict[str, Any], feed: bool = False) -> dict[str, int]:
        """Open accounts from rows; gives the counts of the answer."""
        text = "\n".join([",".join(rows[0]), *(",".join(str(value) for value in row.values()) for row in rows)])
        answer = await self.client.post("/sandbox/bank/load", params={"feed": feed}, content=text.encode())
        answer.raise_for_status()
        counts: dict[str, int] = answer.json()
        return counts

    async def control(self, path: str, **body: Any) -> Any:
        """Pull one of the sandbox's levers."""
        answer = await self.client.post(f"/sandbox{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    async def said(self) -> list[tuple[str, str, str]]:
        """What the bank has put into its feed so far: (event type, key, reference)."""
        async with self.world.store.reading() as tx:
            rows = await tx.fetch("SELECT event_type, key, event_id FROM feed_outbox ORDER BY id")
        return [(row["event_type"], row["key"], row["event_id"]) for row in rows]


@asynccontextmanager
async def sandbox_in_process(databases: Databases) -> AsyncIterator[SandboxInProcess]:
    """A new sandbox without its loops: nothing goes on by itself."""
    settings = SandboxSettings(sandbox_database_url=SecretStr(await databases.empty("sandbox")))
    clock = FixedClock(START)
    async with open_world(settings, clock) as world:
        app = create_app(world)
        headers = {"Authorization": f"Bearer {world.issuer.token('svc-plans', ('system',))}"}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://sandbox", headers=headers
        ) as client:
            yield SandboxInProcess(world, clock, app, client)


def account_row(account_ref: str = "A1", **changes: Any) -> dict[str, Any]:
    """A card account 45 days past due: two periods late, twelve ahead."""
    row: dict[str, Any] = {
        "borrower_ref": "B1",
        "name": "王秀英",
        "phone": "+8613400000001",
        "language": "zh",
        "time_zone": "Asia/Shanghai",
        "account_ref": account_ref,
        "product": "credit_card",
        "currency": "CNY",
        "principal": "24000.00",
        "annual_rate": "0.12",
        "term_months": 24,
        "months_paid": 10,
        "due_day": 16,
        "monthly_payment": "1129.76",
        "balance": "12000.00",
        "arrears_principal": "1900.00",
        "arrears_interest": "280.00",
        "arrears_fees": "60.00",
        "oldest_unpaid_due_date": "2026-01-16",
        "as_of": "2026-03-02",
        "monthly_income": "8000.00",
        "living_costs": "2850.00",
        "priority_expenses": "3120.00",
        "cause": "INCOME_DROP",
        "habit": "pays",
    }
    return row | changes
