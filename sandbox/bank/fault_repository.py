"""SQL of the bank's faults."""

from typing import TYPE_CHECKING

from sandbox.store import Tx

if TYPE_CHECKING:
    from sandbox.bank.faults import FaultKind, FaultOrder


async def add(tx: Tx, order: "FaultOrder") -> int:
    """Put a fault into force and give its number."""
    return int(
        await tx.fetchval(
            """
            INSERT INTO bank_fault (kind, account_ref, remaining, seconds, days, code)
            VALUES ($1, $2, $3, $4, $5, $6) RETURNING fault_id
            """,
            order.kind, order.account_ref, order.count, order.seconds, order.days, order.code,
        )  # fmt: skip
    )


async def clear(tx: Tx) -> int:
    """Take all faults away; returns how many were in force."""
    return len(await tx.fetch("DELETE FROM bank_fault RETURNING fault_id"))


async def take(tx: Tx, kind: "FaultKind", account_ref: str) -> "FaultOrder | None":
    """Use the first fault of this kind that fits the account; None when there is none."""
    from sandbox.bank.faults import FaultOrder

    row = await tx.fetchrow(
        """
        UPDATE bank_fault SET remaining = remaining - 1 WHERE fault_id = (
            SELECT fault_id FROM bank_fault
            WHERE kind = $1 AND (account_ref IS NULL OR account_ref = $2) AND (remaining IS NULL OR remaining > 0)
            ORDER BY fault_id LIMIT 1 FOR UPDATE)
        RETURNING kind, account_ref, seconds, days, code
        """,
        kind, account_ref,
    )  # fmt: skip
    return None if row is None else FaultOrder(**dict(row))
