"""SQL of the gateway."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sandbox.store import Tx, ring

#: Rung when there is something to tell.
BELL = "webhooks"


async def message(tx: Tx, key: str) -> Any:
    """One accepted message; None when there is none."""
    return await tx.fetchrow("SELECT * FROM gateway_message WHERE key = $1", key)


async def accept(tx: Tx, values: dict[str, Any]) -> bool:
    """Store a message; False when its key is taken."""
    found = await tx.fetchval(
        """
        INSERT INTO gateway_message
            (key, provider_id, channel, recipient, sender, body, reference, request_sha, status, accepted_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'accepted', $9) ON CONFLICT (key) DO NOTHING RETURNING key
        """,
        values["key"],
        values["provider_id"],
        values["channel"],
        values["recipient"],
        values["sender"],
        values["body"],
        values["reference"],
        values["request_sha"],
        values["accepted_at"],
    )
    return found is not None


async def settle(tx: Tx, key: str, status: str, at: datetime) -> Any:
    """Settle a message and give it; one that is delivered is put into its recipient's inbox."""
    return await tx.fetchrow(
        """
        WITH settled AS (
            UPDATE gateway_message SET status = $2, settled_at = $3 WHERE key = $1 RETURNING *
        ), arrived AS (
            INSERT INTO gateway_inbox (key, reference, recipient, channel, sender, body, arrived_at)
            SELECT key, reference, recipient, channel, sender, body, $3 FROM settled WHERE $2 = 'delivered'
            ON CONFLICT (key) DO NOTHING
        )
        SELECT provider_id, reference, recipient, channel, sender, body FROM settled
        """,
        key,
        status,
        at,
    )


async def inbox(tx: Tx, recipient: str) -> list[Any]:
    """What has arrived at a number or address, oldest first."""
    rows: list[Any] = await tx.fetch(
        """
        SELECT key, reference, channel, sender, body, arrived_at FROM gateway_inbox
        WHERE recipient = $1 ORDER BY arrived_at, key
        """,
        recipient,
    )
    return rows


async def add_webhook(tx: Tx, webhook_id: str, body: str) -> None:
    """Have something to tell; the same id is told once."""
    await tx.execute(
        "INSERT INTO gateway_webhook (id, body) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", webhook_id, body
    )
    ring(BELL)


async def webhooks_due(tx: Tx, wall: datetime, limit: int) -> list[Any]:
    """What has to be told now, oldest id first."""
    rows: list[Any] = await tx.fetch(
        """
        SELECT id, body, attempts FROM gateway_webhook
        WHERE delivered_at IS NULL AND (retry_at IS NULL OR retry_at <= $1) ORDER BY id LIMIT $2
        """,
        wall,
        limit,
    )
    return rows


async def webhooks_delivered(tx: Tx, webhook_ids: Sequence[str], wall: datetime) -> None:
    await tx.execute("UPDATE gateway_webhook SET delivered_at = $2 WHERE id = ANY($1::text[])", list(webhook_ids), wall)


async def webhook_failed(tx: Tx, webhook_id: str, retry_at: datetime) -> None:
    await tx.execute(
        "UPDATE gateway_webhook SET attempts = attempts + 1, retry_at = $2 WHERE id = $1", webhook_id, retry_at
    )
