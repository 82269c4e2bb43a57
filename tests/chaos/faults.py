"""Faults that are done to a stack while it plays a portfolio, each in the middle of work."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from os import environ
from signal import SIGTERM
from time import monotonic
from types import TracebackType
from typing import Self

import asyncpg

from sandbox.engines.stack import LocalStack
from services.common.runtime.settings import driverless
from tests.waiting import until

Strike = Callable[[LocalStack], Awaitable[None]]

#: How long work is waited for in a step; a step in which the service has nothing to say is passed over.
PATIENCE_SECONDS = 0.3
#: Steps between two faults, so that they meet cases at different places.
APART = 4
#: Half a minute: longer than every session, request and lease that a service has.
AWAY_SECONDS = 30.0
UNSENT = "SELECT count(*) FROM outbox WHERE published_at IS NULL"


@dataclass(frozen=True, slots=True)
class Fault:
    """`strike` happens as soon as `busy`, a service, has said something that its relay has not delivered."""

    busy: str
    strike: Strike


class Faults:
    """Does the faults one after another while `play` goes on; an `Interference`.

    `left` are those that have not happened: a run that ends with some of them has shown nothing.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.left = list(faults)
        self._steps = 0
        self._going: asyncio.Future[None] | None = None

    async def __call__(self, stack: LocalStack, closed: int, total: int) -> None:
        """Begin the next fault if this is the moment for it; it goes on while the stack comes to rest."""
        self._steps += 1
        if not self.left or self._steps < APART:
            return
        if self._going is not None:
            await self._going
        if await _says_something(stack, self.left[0].busy):
            self._going = asyncio.ensure_future(self.left.pop(0).strike(stack))
            self._steps = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._going is None:
            return
        if kind is not None:
            self._going.cancel()
        with suppress(asyncio.CancelledError):
            await self._going


def killed(name: str) -> Strike:
    """The process dies without a word and is started again by its supervisor."""

    async def strike(stack: LocalStack) -> None:
        stack.kill(name)

    return strike


def restarted(name: str) -> Strike:
    """The process is stopped politely in the middle of everybody's work, and started again."""

    async def strike(stack: LocalStack) -> None:
        await stack.restart(name)

    return strike


def away(name: str) -> Strike:
    """The process dies without a word and nobody starts it for half a minute."""

    async def strike(stack: LocalStack) -> None:
        stack.kill(name)
        await stack.stop(name)
        await asyncio.sleep(AWAY_SECONDS)
        await stack.start(name)

    return strike


def forgotten() -> Strike:
    """Temporal dies and its store is lost; the workflows are made again from the databases before it is back."""

    async def strike(stack: LocalStack) -> None:
        stack.kill("temporal")
        await stack.stop("temporal")
        for file in (stack.state.data / "temporal").iterdir():
            file.unlink()
        await stack.run("rebuild", "--yes")
        await stack.start("temporal")

    return strike


def frozen(name: str) -> Strike:
    """The process answers nobody for half a minute, and then goes on as if nothing had been."""

    async def strike(stack: LocalStack) -> None:
        stack.freeze(name)
        await asyncio.sleep(AWAY_SECONDS)
        stack.thaw(name)

    return strike


def overtaken(service: str) -> Strike:
    """The service is frozen with rows to deliver until a second relay has taken its lease and delivered them."""

    async def strike(stack: LocalStack) -> None:
        stack.freeze(service)
        before = await _epoch(stack, service)
        second = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "forbear", "serve", service, "--role", "relay", env={**environ, **stack.env}
        )
        try:

            async def delivered() -> bool:
                return await _epoch(stack, service) > before and not await _unsent(stack, service)

            await until(delivered, f"a second relay of {service} delivered what the frozen one had", 60)
        finally:
            stack.thaw(service)
            second.send_signal(SIGTERM)
            await second.wait()

    return strike


async def _says_something(stack: LocalStack, service: str) -> bool:
    """Whether the service leaves something for its relay within the patience of a step."""
    connection = await _connect(stack, service)
    until_then = monotonic() + PATIENCE_SECONDS
    try:
        while monotonic() < until_then:
            if await connection.fetchval(UNSENT):
                return True
        return False
    finally:
        connection.terminate()


async def _unsent(stack: LocalStack, service: str) -> int:
    return await _ask(stack, service, UNSENT)


async def _epoch(stack: LocalStack, service: str) -> int:
    return await _ask(stack, service, "SELECT epoch FROM relay_lease")


async def _ask(stack: LocalStack, service: str, question: str) -> int:
    connection = await _connect(stack, service)
    try:
        return int(await connection.fetchval(question))
    finally:
        await connection.close()


async def _connect(stack: LocalStack, service: str) -> asyncpg.Connection:
    url = stack.env[f"FORBEAR_{service.upper()}_DATABASE_URL"]
    return await asyncpg.connect(driverless(url))
