"""Whether everything is at rest: outboxes, consumers, workflows, gateway and personas."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import asyncpg
import httpx
from temporalio.service import RPCError

from sandbox.lapse.events import Unheard
from sandbox.lapse.services import ServiceDatabases, Standing
from sandbox.lapse.workflows import Workflows

LIMIT_SECONDS = 60.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.01, 0.1
PAUSE_SHARE = 0.1
"""Between two looks: this share of the time waited so far, so that looking costs little while much is to be done."""
AWAY = (
    OSError,
    TimeoutError,
    RPCError,
    httpx.HTTPError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


class NotAtRest(Exception):
    """Things did not come to rest in time; the text says what is in flight."""


class Rest:
    """Looks at every place where something can be in flight, in an order that lets nothing slip between two looks."""

    def __init__(
        self,
        databases: ServiceDatabases,
        workflows: Workflows,
        sandbox: httpx.AsyncClient,
        now: Callable[[], datetime],
        all_well: Callable[[], bool],
    ) -> None:
        self._databases = databases
        self._workflows = workflows
        self._unheard = Unheard(databases)
        self._sandbox = sandbox
        self._now = now
        self._all_well = all_well
        self._seen = dict.fromkeys(databases.services, 0)

    async def settle(self) -> dict[str, Standing]:
        """Wait until everything is at rest. Raises `NotAtRest` after a minute during which all processes were up."""
        loop = asyncio.get_running_loop()
        began = since = loop.time()
        while True:
            try:
                standings, reasons = await self.look()
            except AWAY as error:
                standings, reasons = {}, [f"something is away: {type(error).__name__}"]
            if not reasons and self._all_well():
                return standings
            if not self._all_well():
                since = loop.time()
            if loop.time() - since > LIMIT_SECONDS:
                raise NotAtRest(f"not at rest after {LIMIT_SECONDS:.0f} s at {self._now()}: {'; '.join(reasons[:12])}")
            await asyncio.sleep(min(max((loop.time() - began) * PAUSE_SHARE, SHORTEST_PAUSE), LONGEST_PAUSE))

    async def look(self) -> tuple[dict[str, Standing], list[str]]:
        """One look: how the services stand, and what is in flight."""
        before = await self._standings()
        reasons = [reason for service, standing in before.items() for reason in _busy(service, standing)]
        reasons = reasons or await self._outside()
        if reasons:
            return before, reasons
        for service, standing in before.items():
            seen = self._seen[service]
            if standing.newest > seen:
                self._workflows.touch(await self._databases.touched(service, seen, standing.newest))
                await self._unheard.note(service, seen, standing.newest)
                self._seen[service] = standing.newest
        await self._unheard.note_bank()
        reasons = await self._unheard.in_flight() or await self._workflows.in_flight()
        if reasons:
            return before, reasons
        # What was sent or done outside since the first question is said, unsent or in flight by now.
        reasons = await self._outside() or await self._unheard.note_bank()
        if reasons:
            return before, reasons
        after = await self._standings()
        # Whatever moved during the look left an outbox row or an obligation behind.
        moved = [f"{service} moved during the look" for service in before if before[service] != after[service]]
        return after, moved

    async def _standings(self) -> dict[str, Standing]:
        now = self._now()
        services = self._databases.services
        found = await asyncio.gather(*(self._databases.standing(service, now) for service in services))
        return dict(zip(services, found, strict=True))

    async def _outside(self) -> list[str]:
        answer = await self._sandbox.get("/sandbox/rest")
        answer.raise_for_status()
        return [f"sandbox: {reason}" for reason in answer.json()["in_flight"]]


def _busy(service: str, standing: Standing) -> list[str]:
    found = []
    if standing.unsent:
        found.append(f"{service} has {standing.unsent} outbox rows to deliver")
    if standing.unnudged:
        found.append(f"{service} has {standing.unnudged} overdue obligations to nudge")
    return found
