"""Telling the customer: webhooks signed by the Standard Webhooks scheme, told again until they are taken."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
from standardwebhooks.webhooks import Webhook

from sandbox.gateway import repository
from sandbox.store import Store
from services.common.runtime.clock import wall_now
from services.common.runtime.logging import error_fields, get_logger

_BATCH = 50
_PARALLEL = 4
_RETRY_SECONDS, _LOOK_SECONDS = 0.25, 0.5
"""How soon, at least, is looked again: while something waits for its retry, which rings no bell, and otherwise."""
_MAX_BACKOFF = timedelta(seconds=10)
_log = get_logger(__name__)


class Webhooks:
    """Sends what waits to `url`. The id of a webhook never changes, so the other side can tell a repeat."""

    def __init__(self, store: Store, client: httpx.AsyncClient, url: str, secret: str) -> None:
        self._store = store
        self._client = client
        self._url = url
        self._signer = Webhook(secret)

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until told to stop."""
        while not stopping.is_set():
            left = True
            try:
                left = await self.send_due()
            except Exception:
                _log.exception("webhooks_loop_failed")
            await self._store.wait_for(repository.BELL, _RETRY_SECONDS if left else _LOOK_SECONDS)

    async def send_due(self) -> bool:
        """Send what is due; tells whether something was left untaken."""
        while True:
            async with self._store.reading() as tx:
                waiting = await repository.webhooks_waiting(tx, _BATCH)
            taken = await self._send_all(waiting)
            if len(waiting) < _BATCH or not taken:
                return taken < len(waiting)

    async def _send_all(self, waiting: Sequence[Any]) -> int:
        """Send those of a batch whose time has come; returns how many were taken."""
        now = wall_now()
        due = [row for row in waiting if row["retry_at"] is None or row["retry_at"] <= now]
        gate = asyncio.Semaphore(_PARALLEL)
        taken = [webhook for webhook in await asyncio.gather(*(self._send(row, gate) for row in due)) if webhook]
        if taken:
            async with self._store.reading() as tx:
                await repository.webhooks_delivered(tx, taken, wall_now())
        return len(taken)

    async def _send(self, row: Any, gate: asyncio.Semaphore) -> str | None:
        """Send one; gives its id when it was taken."""
        async with gate:
            if await self._post(row["id"], row["body"]):
                return str(row["id"])
            wait = min(timedelta(milliseconds=100) * 2 ** min(row["attempts"], 10), _MAX_BACKOFF)
            async with self._store.reading() as tx:
                await repository.webhook_failed(tx, row["id"], wall_now() + wait)
        return None

    async def _post(self, webhook_id: str, body: str) -> bool:
        now = wall_now()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(webhook_id, now, body),
        }
        try:
            answer = await self._client.post(self._url, content=body.encode(), headers=headers)
        except httpx.TransportError as error:
            _log.warning("webhook_failed", **error_fields(error))
            return False
        if not answer.is_success:
            _log.warning("webhook_refused", status=answer.status_code)
        return answer.is_success
