"""SQL of the issuer's key."""

from typing import Any

from sandbox.store import Tx


async def key(tx: Tx) -> Any:
    """The key with `kid` and `pem`; None before the first start."""
    return await tx.fetchrow("SELECT kid, pem FROM issuer_key")


async def keep_key(tx: Tx, kid: str, pem: str) -> None:
    """Keep a key unless there is one: the first of two processes wins."""
    await tx.execute("INSERT INTO issuer_key (kid, pem) VALUES ($1, $2) ON CONFLICT DO NOTHING", kid, pem)
