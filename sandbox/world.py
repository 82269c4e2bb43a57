"""The outside world of one machine, put together: store, clock, acts, bank, gateway, issuer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from aiokafka import AIOKafkaProducer

from sandbox.acts import Acts
from sandbox.bank.books import Books
from sandbox.bank.faults import Faults
from sandbox.bank.feeds import Publisher
from sandbox.gateway.service import Gateway
from sandbox.gateway.webhooks import Webhooks
from sandbox.issuer.tokens import Issuer
from sandbox.settings import SandboxSettings
from sandbox.store import Store
from services.common.kernel.clock import Clock


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
    stopping: asyncio.Event


@asynccontextmanager
async def open_world(settings: SandboxSettings, clock: Clock) -> AsyncIterator[World]:
    """Connect and make tables; starts no loop and needs no broker."""
    store = await Store.open(settings.database_dsn)
    async with httpx.AsyncClient(timeout=10) as client:
        acts = Acts(store, clock)
        try:
            yield World(
                settings=settings,
                clock=clock,
                store=store,
                acts=acts,
                books=Books(store, clock, settings.sandbox_time_zone),
                faults=Faults(store),
                publisher=Publisher(store, lambda: _producer(settings)),
                gateway=Gateway(store, clock, acts, settings.sandbox_seed),
                webhooks=Webhooks(
                    store,
                    client,
                    f"{settings.contact_url.rstrip('/')}/v1/webhooks/gateway",
                    settings.gateway_webhook_secret.get_secret_value(),
                ),
                issuer=await Issuer.open(store, settings.issuer_url, settings.audience),
                stopping=asyncio.Event(),
            )
        finally:
            await store.close()


def _producer(settings: SandboxSettings) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        client_id="forbear-sandbox-bank",
        acks="all",
        enable_idempotence=settings.enable_idempotence,
        request_timeout_ms=10_000,
    )
