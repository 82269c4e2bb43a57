"""Whether everything is at rest: outboxes, consumers, workflows, gateway and personas."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import asyncpg
from temporalio.service import RPCError

from sandbox.lapse.events import Unheard
from sandbox.lapse.services import ServiceDatabases, Standing
from sandbox.lapse.workflows import Workflows
from sandbox.outside import Outside

LIMIT_SECONDS = 60.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.01, 0.1
PAUSE_SHARE = 0.1
"""Between two looks: this share of the time waited so far, so that looking costs little while much is to be done."""
LIST_KEEPER = "desk"
AWAY = (
    OSError,
    TimeoutError,
    RPCError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)

#: Asks one place what is in flight there.
Question = Callable[[], Awaitable[list[str]]]


class NotAtRest(Exception):
    """Things did not come to rest in time; the text says what is in flight."""


class _InFlight(Exception):
    """Something is in flight; `ask` is the question that found it."""

    def __init__(self, reasons: list[str], ask: Question | None) -> None:
        self.reasons = reasons
        self.ask = ask


@dataclass(frozen=True, slots=True)
class Settled:
    """Everything at rest: how services and outside stand, and how many events the keeper of the people's list heard."""

    standings: dict[str, Standing]
    outside: Outside
    list_events: int

    @property
    def owed(self) -> datetime | None:
        """The earliest instant at which a workflow must look again."""
        return min((one.due for one in self.standings.values() if one.due is not None), default=None)

    @property
    def list_mark(self) -> tuple[object, ...]:
        """What is the same as long as nobody has changed the people's list, nor done a task on it."""
        return self.list_events, self.standings[LIST_KEEPER].moved, self.outside.worked


class Rest:
    """Looks at every place where something can be in flight, in an order that lets nothing slip between two looks."""

    def __init__(
        self,
        databases: ServiceDatabases,
        workflows: Workflows,
        now: Callable[[], datetime],
        all_well: Callable[[], bool],
    ) -> None:
        self._databases = databases
        self._workflows = workflows
        self._unheard = Unheard(databases)
        self._now = now
        self._all_well = all_well
        self._seen = dict.fromkeys(databases.services, 0)
        self._rested: dict[str, Standing] = {}

    async def settle(self) -> Settled:
        """Wait until everything is at rest. Raises `NotAtRest` after a minute during which all processes were up."""
        loop = asyncio.get_running_loop()
        began = since = loop.time()
        ask: Question | None = None
        while True:
            try:
                # What was found in flight is asked alone, until nothing is there any more.
                reasons = await ask() if ask is not None else []
                if not reasons:
                    ask = None
                    settled = await self._look()
                    if self._all_well():
                        self._rested = settled.standings
                        return settled
            except _InFlight as found:
                reasons, ask = found.reasons, found.ask
            except AWAY as error:
                reasons, ask = [f"something is away: {type(error).__name__}"], None
            self._rested = {}
            if not self._all_well():
                since = loop.time()
            if loop.time() - since > LIMIT_SECONDS:
                raise NotAtRest(f"not at rest after {LIMIT_SECONDS:.0f} s at {self._now()}: {'; '.join(reasons[:12])}")
            await asyncio.sleep(min(max((loop.time() - began) * PAUSE_SHARE, SHORTEST_PAUSE), LONGEST_PAUSE))

    async def _look(self) -> Settled:
        """One look at everything. Raises `_InFlight`."""
        outside = await self._outside()
        if self._unheard.bank_spoke(outside.spoke):
            await self._unheard.note_bank()
            self._rested = {}
        before = await self._standings()
        # Nothing happens by itself: what is as it was at rest, with nothing due, is at rest.
        if self._rested and all(before[name].moved == rested.moved for name, rested in self._rested.items()):
            return self._settled(before, outside)
        for service, standing in before.items():
            seen = self._seen[service]
            if standing.newest > seen:
                spoken = await self._databases.spoken(service, seen, standing.newest)
                self._workflows.touch(spoken.workflows)
                self._unheard.note(service, spoken.events)
                self._seen[service] = standing.newest
        await _expect_nothing(self._unheard.in_flight)
        await _expect_nothing(self._workflows.in_flight)
        # What was sent or done outside since the first question is said, unsent or in flight by now.
        outside = await self._outside()
        if self._unheard.bank_spoke(outside.spoke):
            raise _InFlight(["the bank spoke during the look"], None)
        after = await self._standings()
        # Whatever moved during the look left an outbox row or an obligation behind.
        if moved := [f"{service} moved during the look" for service in before if before[service] != after[service]]:
            raise _InFlight(moved, None)
        return self._settled(after, outside)

    def _settled(self, standings: dict[str, Standing], outside: Outside) -> Settled:
        return Settled(standings, outside, self._unheard.told(LIST_KEEPER))

    async def _outside(self) -> Outside:
        outside = await self._databases.outside(self._now())
        if reasons := outside.in_flight():
            raise _InFlight([f"sandbox: {reason}" for reason in reasons], self._in_flight_outside)
        return outside

    async def _in_flight_outside(self) -> list[str]:
        outside = await self._databases.outside(self._now())
        return [f"sandbox: {reason}" for reason in outside.in_flight()]

    async def _standings(self) -> dict[str, Standing]:
        now = self._now()
        services = self._databases.services
        found = await asyncio.gather(*(self._databases.standing(service, now) for service in services))
        for service, standing in zip(services, found, strict=True):
            if reasons := standing.in_flight():
                named = [f"{service} has {reason}" for reason in reasons]
                raise _InFlight(named, partial(self._in_flight_at, service))
        return dict(zip(services, found, strict=True))

    async def _in_flight_at(self, service: str) -> list[str]:
        standing = await self._databases.standing(service, self._now())
        return [f"{service} has {reason}" for reason in standing.in_flight()]


async def _expect_nothing(ask: Question) -> None:
    if reasons := await ask():
        raise _InFlight(reasons, ask)
