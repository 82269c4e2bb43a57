"""What is planned to happen outside: a table of acts, each done once, in order, when business time reaches it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sandbox.store import Store, Tx
from services.common.kernel.clock import Clock
from services.common.runtime.clock import moves_of, wait_for, wall_now
from services.common.runtime.logging import error_fields, get_logger

_PARALLEL = 8
"""Acts of different people at once. Each holds a connection while it speaks to a service, which may ask the bank, which
needs another one: the pool of the store has twice as many.
"""
_LOOK_SECONDS = 0.25
"""How often, at least, it is asked which acts are due."""
_BATCH = 200
_MAX_BACKOFF = timedelta(seconds=10)
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Act:
    """One planned act. `id` is its idempotency key for everything it does outside this database."""

    id: str
    at: datetime
    kind: str
    subject: str
    payload: Mapping[str, Any]


#: Does the act. What it writes through the transaction is committed together with "done"; what it does elsewhere
#: must bear the act's id as idempotency key, because a failure after it makes the act run again.
Handler = Callable[[Act, Tx], Awaitable[None]]


async def plan_act(tx: Tx, *acts: Act) -> None:
    """Plan acts in this transaction, all in one statement; one that is planned already stays as it is."""
    if not acts:
        return
    await tx.execute(
        """
        INSERT INTO act (id, at, kind, subject, payload)
        SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::jsonb[])
        ON CONFLICT (id) DO NOTHING
        """,
        [act.id for act in acts],
        [act.at for act in acts],
        [act.kind for act in acts],
        [act.subject for act in acts],
        [dict(act.payload) for act in acts],
    )


class Acts:
    """The registry of handlers and the loop that performs due acts in the order (at, subject, kind, id).

    Acts of one subject never overtake each other; acts of different subjects at the same instant may run side by
    side; an act of a later instant waits for all earlier ones, except behind one that failed and waits for its retry.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._handlers: dict[str, Handler] = {}

    def register_act(self, kind: str, handler: Handler) -> None:
        """Name the coroutine that performs acts of `kind`. ValueError when the kind has one."""
        if kind in self._handlers:
            raise ValueError(f"acts of kind {kind} have a handler already")
        self._handlers[kind] = handler

    async def perform_due(self) -> int:
        """Perform the acts that are due now, at most one batch; returns how many were done."""
        due = await self._due()
        done = 0
        waiting: set[str] = set()
        for _, same_instant in groupby(due, key=attrgetter("at")):
            subjects = [
                list(acts) for subject, acts in groupby(same_instant, attrgetter("subject")) if subject not in waiting
            ]
            gate = asyncio.Semaphore(_PARALLEL)
            results = await asyncio.gather(*(self._in_turn(acts, gate) for acts in subjects))
            waiting |= {acts[0].subject for acts, count in zip(subjects, results, strict=True) if count < len(acts)}
            done += sum(results)
        return done

    async def run(self, stopping: asyncio.Event) -> None:
        """Perform acts until told to stop; looks again at once after work."""
        with moves_of(self._clock) as moved:
            while not stopping.is_set():
                moved.clear()
                try:
                    if await self.perform_due():
                        continue
                except Exception:
                    _log.exception("acts_loop_failed")
                # A retry, or time that flows, waits for the next look.
                await wait_for(moved, _LOOK_SECONDS)

    async def _due(self) -> list[Act]:
        # Behind an act that waits for its retry, the later acts of that subject wait too.
        async with self._store.reading() as tx:
            rows = await tx.fetch(
                """
                SELECT id, at, kind, subject, payload FROM act a
                WHERE done_at IS NULL AND at <= $1 AND NOT EXISTS (
                    SELECT 1 FROM act w WHERE w.subject = a.subject AND w.done_at IS NULL AND w.retry_at > $2
                        AND (w.at, w.kind, w.id) <= (a.at, a.kind, a.id))
                ORDER BY at, subject, kind, id LIMIT $3
                """,
                self._clock.now(),
                wall_now(),
                _BATCH,
            )
        return [Act(**dict(row)) for row in rows]

    async def _in_turn(self, acts: list[Act], gate: asyncio.Semaphore) -> int:
        async with gate:
            for count, act in enumerate(acts):
                if not await self._perform(act):
                    return count
        return len(acts)

    async def _perform(self, act: Act) -> bool:
        try:
            async with self._store.transaction() as tx:
                # First, as it locks the act: a second hand finds it done.
                if await tx.fetchval(
                    """
                    UPDATE act SET done_at = $2, retry_at = NULL, last_error = NULL
                    WHERE id = $1 AND done_at IS NULL RETURNING id
                    """,
                    act.id,
                    self._clock.now(),
                ):
                    await self._handlers[act.kind](act, tx)
            return True
        except Exception as error:
            _log.warning("act_failed", kind=act.kind, **error_fields(error))
            await self._retry_later(act, type(error).__name__)
            return False

    async def _retry_later(self, act: Act, reason: str) -> None:
        async with self._store.transaction() as tx:
            attempts = await tx.fetchval(
                "UPDATE act SET attempts = attempts + 1, last_error = $2 WHERE id = $1 RETURNING attempts",
                act.id,
                reason,
            )
            wait = min(timedelta(milliseconds=100) * 2 ** min(attempts, 10), _MAX_BACKOFF)
            await tx.execute("UPDATE act SET retry_at = $2 WHERE id = $1", act.id, wall_now() + wait)
