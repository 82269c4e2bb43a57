"""Telling the customer: webhooks signed by the Standard Webhooks scheme, told again until they are taken."""

import asyncio
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
_LOOK_SECONDS = 0.25
"""How often, at least, is looked for what waits: a new one rings, a retry does not."""
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
            try:
                if await self.send_due():
                    continue
            except Exception:
                _log.exception("webhooks_loop_failed")
            await self._store.wait_for(repository.BELL, _LOOK_SECONDS)

    async def send_due(self) -> int:
        """Send one batch; returns how many were taken."""
        async with self._store.reading() as tx:
            due = await repository.webhooks_due(tx, wall_now(), _BATCH)
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
