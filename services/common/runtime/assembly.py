"""Putting one service together: its parts are named once in `bootstrap.py`, and every role is run the same way."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy import text
from temporalio.client import Client

from services.common.runtime.clock import clock_from
from services.common.runtime.consumer.apply import Applier
from services.common.runtime.consumer.consumer import Consumer
from services.common.runtime.consumer.handlers import Handlers
from services.common.runtime.database import Database
from services.common.runtime.encryption import configure_encryption
from services.common.runtime.figures import table_figures
from services.common.runtime.http.app import create_app
from services.common.runtime.kafka import KafkaAddress
from services.common.runtime.key_ring import KeyRing, decode_key
from services.common.runtime.metrics import Metrics
from services.common.runtime.rebuilding import Rebuild, Rebuilt, rebuild
from services.common.runtime.relay.kafka_sink import KafkaSink
from services.common.runtime.relay.relay import Relay
from services.common.runtime.relay.temporal_sink import TemporalSink
from services.common.runtime.settings import ServiceSettings
from services.common.runtime.stuck import StuckTasks
from services.common.runtime.tables import RuntimeTables
from services.common.runtime.temporal import connector, run_worker


def configure_secrets(settings: ServiceSettings) -> None:
    """Give the keys of the settings to the encrypted columns of this process."""
    ring = KeyRing.parse(settings.data_key.get_secret_value())
    configure_encryption(ring, decode_key(settings.digest_key.get_secret_value(), "FORBEAR_DIGEST_KEY"))


def open_database(settings: ServiceSettings, tables: RuntimeTables) -> Database:
    """The service's database on its clock, with the encryption of personal columns configured."""
    configure_secrets(settings)
    return Database(settings.service, settings.sqlalchemy_url, clock_from(settings), tables)


@dataclass(frozen=True)
class Parts:
    """What is particular to a service. `activities` come without the stuck task, which every service has."""

    title: str
    routers: Sequence[APIRouter] = ()
    handlers: Handlers = field(default_factory=Handlers)
    workflows: Sequence[type] = ()
    activities: Sequence[Callable[..., Any]] = ()
    figures: Sequence[Callable[[], Awaitable[None]]] = ()
    beat_topic: str | None = None
    closing: Sequence[Callable[[], Awaitable[None]]] = ()
    rebuild: Rebuild = field(default_factory=Rebuild)


class AssembledService:
    """A service whose roles can be run: api, worker, consumer, relay."""

    def __init__(self, settings: ServiceSettings, database: Database, metrics: Metrics, parts: Parts) -> None:
        self.settings = settings
        self.database = database
        self.metrics = metrics
        self._parts = parts
        self._stuck = StuckTasks(database)
        self._connect: Callable[[], Awaitable[Client]] = connector(
            settings.temporal_address,
            settings.temporal_namespace,
            KeyRing.parse(settings.payload_keys.get_secret_value()),
        )
        self._kafka = KafkaAddress(settings.kafka_bootstrap, settings.enable_idempotence)
        self.applier = Applier(database, parts.handlers)
        metrics.refresh(table_figures(database, metrics))
        for figure in parts.figures:
            metrics.refresh(figure)
        self.api: FastAPI = create_app(
            settings.service,
            parts.title,
            [*parts.routers, self._stuck.router()],
            settings=settings,
            ready_checks=self._ready_checks(),
            metrics=metrics,
        )

    def _ready_checks(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        return {"database": self._check_database}

    async def _check_database(self) -> None:
        async with self.database.read() as session:
            await session.execute(text("SELECT 1"))

    async def run_worker(self, stop: asyncio.Event) -> None:
        """Work on the service's task queue."""
        if not self._parts.workflows:
            await stop.wait()
            return
        client = await _unless_stopped(self._connect(), stop)
        if client is not None:
            activities = [*self._parts.activities, self._stuck.stuck_task]
            await run_worker(client, self.settings.service, self._parts.workflows, activities, self.metrics, stop)

    async def run_consumer(self, stop: asyncio.Event) -> None:
        """Consume the topics of the service's handlers."""
        topics = self._parts.handlers.topics
        await Consumer(self.database, self.applier, self._kafka, topics).run(stop, self.metrics)

    async def run_relay(self, stop: asyncio.Event) -> None:
        """Relay the service's outbox."""
        sink = KafkaSink(self._kafka, f"forbear-{self.settings.service}")
        relay = Relay(
            self.database,
            sink,
            TemporalSink(self._connect),
            self.metrics,
            beat_topic=self._parts.beat_topic,
            alone=self.settings.role != "all",
        )
        await relay.run(stop)

    async def rebuild(self, progress: Callable[[int], None]) -> Rebuilt:
        """Leave the starts of all workflows of the service that must run."""
        return await rebuild(self.database, self._parts.rebuild, progress)

    async def close(self) -> None:
        """Let go of everything."""
        for closing in self._parts.closing:
            await closing()
        await self.database.close()


async def _unless_stopped(connecting: Awaitable[Client], stop: asyncio.Event) -> Client | None:
    task = asyncio.ensure_future(connecting)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if task.done():
        return task.result()
    task.cancel()
    return None
