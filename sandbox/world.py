"""The outside world of one machine, put together: store, clock, acts, bank, gateway, issuer, people."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from sandbox.acts import Acts
from sandbox.bank.books import Books
from sandbox.bank.faults import Faults
from sandbox.bank.feeds import Publisher
from sandbox.borrowers.people import Borrowers
from sandbox.calls import Calls
from sandbox.gateway.service import Gateway
from sandbox.gateway.webhooks import Webhooks
from sandbox.issuer.tokens import Issuer
from sandbox.outside import Outside, look_outside
from sandbox.settings import SandboxSettings
from sandbox.staff.staff import Staff
from sandbox.store import Store
from services.common.kernel.clock import Clock
from services.common.runtime.kafka import KafkaAddress

_KEPT_ALIVE = 6
"""Connections to services that wait for the next call: each call looks at all of them."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside. `stopping` ends the loops that `sandbox.loops` runs."""

    settings: SandboxSettings
    clock: Clock
    store: Store
    acts: Acts
    books: Books
    faults: Faults
    publisher: Publisher
    gateway: Gateway
    webhooks: Webhooks
    issuer: Issuer
    staff: Staff | None
    stopping: asyncio.Event

    async def outside(self) -> Outside:
        """How everything outside stands now."""
        async with self.store.reading() as tx:
            return await look_outside(tx, self.clock.now())


@asynccontextmanager
async def open_world(settings: SandboxSettings, clock: Clock) -> AsyncIterator[World]:
    """Connect and make tables; starts no loop and needs no broker."""
    store = await Store.open(settings.database_dsn)
    async with httpx.AsyncClient(timeout=10, limits=httpx.Limits(max_keepalive_connections=_KEPT_ALIVE)) as client:
        try:
            yield await _world(settings, clock, store, client)
        finally:
            await store.close()


async def _world(settings: SandboxSettings, clock: Clock, store: Store, client: httpx.AsyncClient) -> World:
    acts = Acts(store, clock)
    books = Books(store, clock, settings.sandbox_time_zone)
    gateway = Gateway(store, clock, acts, settings.sandbox_seed)
    issuer = await Issuer.open(store, settings.issuer_url, settings.audience)
    calls = Calls(client, settings.service_urls, issuer)
    staff = None
    if settings.sandbox_people:
        borrowers = Borrowers(settings.sandbox_seed, clock, acts, books, gateway, calls)
        staff = Staff(settings, clock, store, acts, calls, borrowers)
    return World(
        settings=settings,
        clock=clock,
        store=store,
        acts=acts,
        books=books,
        faults=Faults(store),
        publisher=Publisher(store, KafkaAddress(settings.kafka_bootstrap, settings.enable_idempotence)),
        gateway=gateway,
        webhooks=Webhooks(
            store,
            client,
            f"{settings.contact_url.rstrip('/')}/v1/webhooks/gateway",
            settings.gateway_webhook_secret.get_secret_value(),
        ),
        issuer=issuer,
        staff=staff,
        stopping=asyncio.Event(),
    )
