"""SQL of the bank's faults."""

from typing import Any

from sandbox.store import Tx


async def add(
    tx: Tx, kind: str, account_ref: str | None, remaining: int | None, seconds: float, days: int, code: str
) -> int:
    """Put a fault into force and give its number."""
    return int(
        await tx.fetchval(
            """
            INSERT INTO bank_fault (kind, account_ref, remaining, seconds, days, code)
            VALUES ($1, $2, $3, $4, $5, $6) RETURNING fault_id
            """,
            kind,
            account_ref,
            remaining,
            seconds,
            days,
            code,
        )
    )


async def clear(tx: Tx) -> int:
    """Take all faults away; returns how many there were."""
    return len(await tx.fetch("DELETE FROM bank_fault RETURNING fault_id"))


async def take(tx: Tx, kind: str, account_ref: str) -> Any:
    """Use the first fault of this kind that fits the account; None when there is none."""
    return await tx.fetchrow(
        """
        UPDATE bank_fault SET remaining = remaining - 1 WHERE fault_id = (
            SELECT fault_id FROM bank_fault
            WHERE kind = $1 AND (account_ref IS NULL OR account_ref = $2) AND (remaining IS NULL OR remaining > 0)
            ORDER BY fault_id LIMIT 1 FOR UPDATE)
        RETURNING seconds, days, code
        """,
        kind,
        account_ref,
    )
