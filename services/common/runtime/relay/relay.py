"""The loops of the relay. Each sink has its own, so that neither holds the other up."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from temporalio.service import RPCError

from services.common.runtime import outbox
from services.common.runtime.clock import moves_of, wait_for, wall_now
from services.common.runtime.database import Database
from services.common.runtime.failpoints import failpoint
from services.common.runtime.logging import get_logger
from services.common.runtime.metrics import Metrics
from services.common.runtime.relay import lease as leases
from services.common.runtime.relay import store
from services.common.runtime.relay.kafka_sink import KafkaSink
from services.common.runtime.relay.lease import Lease
from services.common.runtime.relay.temporal_sink import TemporalSink

POLL_SECONDS = 0.25
"""Between two looks into the outbox, where other processes write into it."""

QUIET_POLL_SECONDS = 1.0
"""The same where the writers are in this process and wake the relay themselves; a command may write besides."""

RENEW_SECONDS = 1.0
BEAT_SECONDS = 2.0
PRUNE_SECONDS = 3600.0
FAILURE_PAUSE_SECONDS = 1.0
OVERDUE_GRACE = timedelta(seconds=30)
NUDGE_AGAIN_AFTER = timedelta(minutes=15)

EXPECTED = (KafkaError, RPCError, TimeoutError, DBAPIError, PoolTimeout, OSError)

log = get_logger(__name__)


class Relay:
    """The relay of one service. `beat_topic` is set for intake, whose holds other services must be able to trust.

    `alone`: the roles that write are in other processes.
    """

    def __init__(
        self,
        database: Database,
        kafka: KafkaSink,
        temporal: TemporalSink,
        metrics: Metrics,
        *,
        beat_topic: str | None = None,
        alone: bool = True,
    ) -> None:
        self._database = database
        self._metrics = metrics
        self._kafka = kafka
        self._temporal = temporal
        self._beat_topic = beat_topic
        self._poll = POLL_SECONDS if alone else QUIET_POLL_SECONDS
        self._holder = leases.holder_name()
        self._lease: Lease | None = None
        self._last_beat = 0.0
        self._prune_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until `stop` is set. A loop that fails unexpectedly ends the role, to be started again."""
        written = self._database.outbox_written
        with moves_of(self._database.clock) as moved:
            async with asyncio.TaskGroup() as group:
                loops = [
                    group.create_task(self._repeat(self._renew, stop, RENEW_SECONDS)),
                    group.create_task(self._repeat(self._relay_events, stop, self._poll, written["kafka"])),
                    group.create_task(self._repeat(self._relay_workflows, stop, self._poll, written["temporal"])),
                    group.create_task(self._repeat(self._nudge_overdue, stop, self._overdue_poll(), moved)),
                    group.create_task(self._repeat(self._prune, stop, RENEW_SECONDS)),
                ]
                await stop.wait()
                for loop in loops:
                    loop.cancel()
        await self._kafka.close()

    async def _repeat(
        self,
        step: Callable[[], Awaitable[bool]],
        stop: asyncio.Event,
        pause: float,
        wake: asyncio.Event | None = None,
    ) -> None:
        """Run `step` again and again: at once while there is more to do, after a wake or a pause otherwise."""
        while not stop.is_set():
            if wake is not None:
                wake.clear()
            try:
                more = await step()
            except EXPECTED as error:
                log.warning("relay_paused", step=step.__name__, error=type(error).__name__)
                await asyncio.sleep(FAILURE_PAUSE_SECONDS)
                continue
            if more:
                continue
            if wake is None:
                await asyncio.sleep(pause)
                continue
            await wait_for(wake, pause)

    async def _renew(self) -> bool:
        before = self._lease
        try:
            self._lease = await leases.take(self._database, self._holder)
        except EXPECTED:
            self._lease = None
            raise
        if self._lease != before:
            log.info("relay_lease", epoch=self._lease.epoch if self._lease else None)
        return False

    async def _relay_events(self) -> bool:
        lease = self._lease
        if lease is None:
            return False
        as_of = wall_now()
        rows = await store.waiting(self._database, "kafka")
        if rows:
            failpoint("relay.after_claim")
            await self._mark(lease, "kafka", rows, self._kafka.deliver(rows))
        if self._beat_topic is not None and len(rows) < store.BATCH:
            await self._beat(self._beat_topic, as_of)
        return len(rows) >= store.BATCH

    async def _mark(self, lease: Lease, sink: str, rows: Any, sending: Awaitable[list[int]]) -> None:
        try:
            delivered = await sending
        except EXPECTED as error:
            await store.note_failure(self._database, [row.id for row in rows], type(error).__name__)
            raise
        failpoint(f"relay.after_ack_before_mark.{sink}")
        if await store.mark_delivered(self._database, lease, delivered):
            self._metrics.relay_delivered.labels(sink).inc(len(delivered))
        else:
            log.warning("relay_lease_lost", epoch=lease.epoch)
            self._lease = None
        failpoint("relay.after_mark")

    async def _beat(self, topic: str, as_of: datetime) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._last_beat >= BEAT_SECONDS:
            await self._kafka.beat(topic, as_of)
            self._last_beat = now

    async def _relay_workflows(self) -> bool:
        lease = self._lease
        if lease is None:
            return False
        rows = await store.waiting(self._database, "temporal")
        if not rows:
            return False
        failures: dict[int, str] = {}

        async def deliver() -> list[int]:
            delivered, failed = await self._temporal.deliver(rows)
            failures.update(failed)
            return delivered

        await self._mark(lease, "temporal", rows, deliver())
        if failures:
            await store.note_failure(self._database, list(failures), next(iter(failures.values())))
            await asyncio.sleep(FAILURE_PAUSE_SECONDS)
        return bool(failures) or len(rows) >= store.BATCH

    def _overdue_poll(self) -> float:
        return POLL_SECONDS if self._database.clock.flows else RENEW_SECONDS

    async def _nudge_overdue(self) -> bool:
        """Nudge workflows of overdue obligations; where time lapses at once, where it flows after their own timers."""
        if self._lease is None:
            return False
        now = self._database.clock.now()
        grace = OVERDUE_GRACE if self._database.clock.flows else timedelta(0)
        if await outbox.nudge_overdue(self._database, now, now - grace, now - NUDGE_AGAIN_AFTER):
            self._database.outbox_written["temporal"].set()
        return False

    async def _prune(self) -> bool:
        """Once an hour let go of what was delivered long ago, batch after batch."""
        wall = asyncio.get_running_loop().time()
        if self._lease is None or wall < self._prune_at:
            return False
        if await store.prune(self._database, self._lease) == store.BATCH:
            return True
        self._prune_at = wall + PRUNE_SECONDS
        return False
