"""SQL of the gateway."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sandbox.acts import Act
from sandbox.store import Tx, ring

#: Rung when there is something to tell.
BELL = "webhooks"


async def message(tx: Tx, key: str) -> Any:
    """One accepted message; None when there is none."""
    return await tx.fetchrow("SELECT * FROM gateway_message WHERE key = $1", key)


async def accept(tx: Tx, values: dict[str, Any], settling: Act) -> bool:
    """Store a message together with the act that will settle it; False when its key is taken."""
    found = await tx.fetchval(
        """
        WITH accepted AS (
            INSERT INTO gateway_message
                (key, provider_id, channel, recipient, sender, subject, body, reference, request_sha, bounces, status,
                    accepted_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'accepted', $11)
            ON CONFLICT (key) DO NOTHING RETURNING key
        )
        INSERT INTO act (id, at, kind, subject, payload) SELECT $12, $13, $14, $15, $16 FROM accepted RETURNING id
        """,
        values["key"],
        values["provider_id"],
        values["channel"],
        values["recipient"],
        values["sender"],
        values["subject"],
        values["body"],
        values["reference"],
        values["request_sha"],
        values["bounces"],
        values["accepted_at"],
        settling.id,
        settling.at,
        settling.kind,
        settling.subject,
        dict(settling.payload),
    )
    return found is not None


async def settle(tx: Tx, key: str, status: str, at: datetime, receipt: tuple[str, str] | None) -> Any:
    """Settle a message and give it: a delivered one goes into its recipient's inbox, and its receipt (id, body) has to
    be told.
    """
    webhook_id, body = receipt or (None, None)
    if receipt:
        ring(BELL)
    return await tx.fetchrow(
        """
        WITH settled AS (
            UPDATE gateway_message SET status = $2, settled_at = $3 WHERE key = $1 RETURNING *
        ), arrived AS (
            INSERT INTO gateway_inbox (key, reference, recipient, channel, sender, body, arrived_at)
            SELECT key, reference, recipient, channel, sender, body, $3 FROM settled WHERE $2 = 'delivered'
            ON CONFLICT (key) DO NOTHING
        ), told AS (
            INSERT INTO gateway_webhook (id, body) SELECT $4::text, $5 FROM settled WHERE $4 IS NOT NULL
            ON CONFLICT (id) DO NOTHING
        )
        SELECT reference, recipient, channel, sender, body FROM settled
        """,
        key,
        status,
        at,
        webhook_id,
        body,
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


async def add_fault(tx: Tx, channel: str, kind: str, times: int) -> None:
    """Have something go wrong with the next messages of a channel."""
    await tx.execute("INSERT INTO gateway_fault (channel, kind, left_) VALUES ($1, $2, $3)", channel, kind, times)


async def take_fault(tx: Tx, channel: str) -> str | None:
    """What goes wrong with this message of a channel, used up by it; None for nothing."""
    found: str | None = await tx.fetchval(
        """
        UPDATE gateway_fault SET left_ = left_ - 1 WHERE id = (
            SELECT id FROM gateway_fault WHERE channel = $1 AND left_ > 0 ORDER BY id LIMIT 1 FOR UPDATE)
        RETURNING kind
        """,
        channel,
    )
    return found


async def add_webhook(tx: Tx, webhook_id: str, body: str) -> None:
    """Have something to tell; the same id is told once."""
    await tx.execute(
        "INSERT INTO gateway_webhook (id, body) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", webhook_id, body
    )
    ring(BELL)


async def webhooks_waiting(tx: Tx, limit: int) -> list[Any]:
    """What has to be told: first what was never tried, by id, then what waits for its retry."""
    rows: list[Any] = await tx.fetch(
        """
        SELECT id, body, attempts, retry_at FROM gateway_webhook
        WHERE delivered_at IS NULL ORDER BY retry_at NULLS FIRST, id LIMIT $1
        """,
        limit,
    )
    return rows


async def webhooks_delivered(tx: Tx, webhook_ids: Sequence[str], wall: datetime) -> None:
    await tx.execute("UPDATE gateway_webhook SET delivered_at = $2 WHERE id = ANY($1::text[])", list(webhook_ids), wall)


async def webhook_failed(tx: Tx, webhook_id: str, retry_at: datetime) -> None:
    await tx.execute(
        "UPDATE gateway_webhook SET attempts = attempts + 1, retry_at = $2 WHERE id = $1", webhook_id, retry_at
    )
