"""The Temporal side of the relay: starts and nudges. Already started and not there both count as delivered."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import Row
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

CONCURRENT = 16
RPC_TIMEOUT = timedelta(seconds=10)


class TemporalSink:
    """Delivers rows independently of one another: no order is needed, since a nudge carries no facts."""

    def __init__(self, connect: Callable[[], Awaitable[Client]]) -> None:
        self._connect = connect
        self._client: Client | None = None

    async def deliver(self, rows: Sequence[Row[Any]]) -> tuple[list[int], dict[int, str]]:
        """Try every row; returns the ids delivered and, by id, the kind of failure of the others."""
        if self._client is None:
            self._client = await self._connect()
        client = self._client
        gate = asyncio.Semaphore(CONCURRENT)
        failed: dict[int, str] = {}

        async def one(row: Row[Any]) -> int | None:
            async with gate:
                try:
                    await (start(client, row) if row.kind == "start" else nudge(client, row))
                except RPCError as error:
                    failed[row.id] = f"RPCError {error.status.name}"
                    return None
            return int(row.id)

        delivered = await asyncio.gather(*(one(row) for row in coalesced(rows)))
        done = {row_id for row_id in delivered if row_id is not None}
        nudges = [row for row in rows if row.kind == "nudge"]
        reached = {row.key for row in nudges if row.id in done}
        missed = {row.key: failed[row.id] for row in nudges if row.id in failed}
        # Nudges that another one stood for have failed with it: each of them would else come first once more.
        failed |= {row.id: missed[row.key] for row in nudges if row.key in missed}
        return [row.id for row in rows if row.id in done or (row.kind == "nudge" and row.key in reached)], failed


def coalesced(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """All starts, and for each workflow one nudge instead of several: looking once sees everything."""
    last = {row.key: row.id for row in rows if row.kind == "nudge"}
    return [row for row in rows if row.kind == "start" or last[row.key] == row.id]


async def start(client: Client, row: Row[Any]) -> None:
    """Start the workflow of a row unless one of that id runs or has ended well."""
    try:
        await client.start_workflow(
            row.name,
            orjson.loads(row.body),
            id=row.key,
            task_queue=row.target,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            # Where the worker of the queue is in this process, its first task comes back with the answer.
            request_eager_start=True,
            rpc_timeout=RPC_TIMEOUT,
        )
    except WorkflowAlreadyStartedError:
        return


async def nudge(client: Client, row: Row[Any]) -> None:
    """Signal the workflow of a row; one that is not there has nothing left to look at."""
    try:
        await client.get_workflow_handle(row.key).signal(row.name, rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
