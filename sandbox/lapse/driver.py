"""Moves business time: to the next thing that is due or planned, through every end of the bank's day."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import httpx
import stamina
from temporalio.client import Client
from temporalio.service import GrpcCompression

from sandbox.lapse.rest import Rest, Settled
from sandbox.lapse.services import SANDBOX, ServiceDatabases
from sandbox.lapse.workflows import Workflows
from services.common.runtime.clock import LapseClock, write_lapse
from services.common.runtime.settings import SERVICES

STEP = timedelta(hours=1)
BANK_ZONE = ZoneInfo("Asia/Shanghai")
END_OF_DAY = time(23, 30)
#: How often the sandbox is asked what it could not answer, each time with everything up and at rest.
ATTEMPTS = 8


class NothingPlanned(Exception):
    """Cases are open and nothing is due or planned anywhere: they would wait for ever."""


class Supervised(Protocol):
    """What the driver must know of the processes of the stack."""

    def all_well(self) -> bool:
        """Whether every process runs."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the stack is."""

    databases: dict[str, str]
    temporal: str
    sandbox: str
    clock: Path

    @classmethod
    def from_env(cls, env: dict[str, str]) -> "Addresses":
        """Read the addresses that the processes of a stack are told."""
        return cls(
            databases={service: env[f"FORBEAR_{service.upper()}_DATABASE_URL"] for service in (*SERVICES, SANDBOX)},
            temporal=env["FORBEAR_TEMPORAL_ADDRESS"],
            sandbox=env["FORBEAR_SANDBOX_URL"],
            clock=Path(env["FORBEAR_LAPSE_CLOCK"]),
        )


class Driver:
    """Drives one stack. Time moves only when everything is at rest and every process is up."""

    def __init__(self, addresses: Addresses, rest: Rest, sandbox: httpx.AsyncClient, step: timedelta) -> None:
        self._step = step
        self._clock_file = addresses.clock
        self._clock = LapseClock(addresses.clock)
        self._rest = rest
        self._sandbox = sandbox
        self._list_mark: tuple[object, ...] | None = None

    def now(self) -> datetime:
        """Business time."""
        return self._clock.now()

    async def settle(self) -> Settled:
        """Wait until everything is at rest."""
        return await self._rest.settle()

    async def step(self, settled: Settled) -> datetime:
        """From rest move on to the next thing, a step at least, and return the new instant."""
        planned = await self._next(settled)
        if planned is None:
            raise NothingPlanned(f"nothing is due or planned after {self.now()}")
        return await self._go(max(self.now() + self._step, planned), planned)

    async def advance(self, by: timedelta) -> datetime:
        """Let `by` pass, stopping at everything that is due or planned on the way, and come to rest there."""
        end = self.now() + by
        while self.now() < end:
            planned = await self._next(await self.settle())
            target = end if planned is None else min(end, max(self.now() + self._step, planned))
            await self._go(target, planned)
        await self.settle()
        return self.now()

    async def _next(self, settled: Settled) -> datetime | None:
        """What a workflow owes or a persona plans first, once staff have seen their list; None for nothing."""
        planned = settled.outside.planned
        # Looking again plans nothing new unless the list has changed or a task on it was done.
        if settled.list_mark != self._list_mark:
            answer = (await self._ask("POST", "/sandbox/staff/look"))["next"]
            planned = None if answer is None else datetime.fromisoformat(answer)
            self._list_mark = settled.list_mark
        return min((instant for instant in (settled.owed, planned) if instant is not None), default=None)

    async def _go(self, target: datetime, planned: datetime | None) -> datetime:
        """Move to `target`, or to the end of the bank's day if that comes first; then the bank closes its day."""
        local = self.now().astimezone(BANK_ZONE)
        closing = datetime.combine(local.date(), END_OF_DAY, BANK_ZONE)
        if closing <= local:
            closing += timedelta(days=1)
        if target < closing:
            write_lapse(self._clock_file, target)
            return target
        write_lapse(self._clock_file, closing)
        # What is due by then is done on the day that the bank closes; at rest with nothing due, all is done already.
        if planned is not None and planned <= closing:
            await self.settle()
        await self._ask("POST", "/sandbox/bank/end-of-day", json={"date": closing.date().isoformat()})
        return closing

    async def _ask(self, method: str, path: str, **more: Any) -> Any:
        """The sandbox's answer. Everything it is asked may be asked twice, so what a crash cut off is asked again."""
        async for attempt in stamina.retry_context(on=_may_pass, attempts=ATTEMPTS, timeout=None):
            with attempt:
                if attempt.num > 1:
                    await self.settle()
                answer = await self._sandbox.request(method, path, **more)
                return answer.raise_for_status().json()


def _may_pass(error: Exception) -> bool:
    """Whether an answer may come when everything is up again: none came, or the fault was the other side's."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.is_server_error
    return isinstance(error, httpx.TransportError)


@asynccontextmanager
async def driving(env: dict[str, str], supervised: Supervised, step: timedelta = STEP) -> AsyncIterator[Driver]:
    """A driver connected to the stack whose processes are told `env`. What falls due within a step is done together."""
    addresses = Addresses.from_env(env)
    clock = LapseClock(addresses.clock)
    databases = ServiceDatabases(addresses.databases)
    client = await Client.connect(addresses.temporal, grpc_compression=GrpcCompression.NONE)
    async with httpx.AsyncClient(base_url=addresses.sandbox, timeout=30) as sandbox:
        try:
            rest = Rest(databases, Workflows(client), clock.now, supervised.all_well)
            yield Driver(addresses, rest, sandbox, step)
        finally:
            await databases.close()
