"""SQL of restructurings."""

from datetime import date
from typing import Any

from sandbox.store import Tx


async def by_key(tx: Tx, external_id: str) -> Any:
    """The restructuring asked for under this key; None when there is none."""
    return await tx.fetchrow("SELECT * FROM bank_restructuring WHERE external_id = $1", external_id)


async def by_id(tx: Tx, restructuring_id: int) -> Any:
    """One restructuring by number, locked; None when there is none."""
    return await tx.fetchrow(
        "SELECT * FROM bank_restructuring WHERE restructuring_id = $1 FOR UPDATE", restructuring_id
    )


async def of_loan(tx: Tx, loan_id: int) -> list[Any]:
    """All restructurings of a loan in order."""
    rows: list[Any] = await tx.fetch(
        "SELECT * FROM bank_restructuring WHERE loan_id = $1 ORDER BY restructuring_id", loan_id
    )
    return rows


async def add(tx: Tx, external_id: str, loan_id: int, kind: str, terms: dict[str, str], requested_on: date) -> int:
    """Add a request and give its number."""
    return int(
        await tx.fetchval(
            """
            INSERT INTO bank_restructuring (external_id, loan_id, kind, status, terms, requested_on)
            VALUES ($1, $2, $3, 'requested', $4, $5) RETURNING restructuring_id
            """,
            external_id,
            loan_id,
            kind,
            terms,
            requested_on,
        )
    )


async def set_status(tx: Tx, restructuring_id: int, status: str) -> None:
    await tx.execute("UPDATE bank_restructuring SET status = $2 WHERE restructuring_id = $1", restructuring_id, status)


async def replace_active(tx: Tx, loan_id: int) -> None:
    """A new one takes the place of the one in force."""
    await tx.execute(
        "UPDATE bank_restructuring SET status = 'replaced' WHERE loan_id = $1 AND status = 'active'", loan_id
    )


async def activate(tx: Tx, restructuring_id: int, schedule: int, day: date) -> None:
    await tx.execute(
        """
        UPDATE bank_restructuring SET status = 'active', schedule = $2, active_on = $3 WHERE restructuring_id = $1
        """,
        restructuring_id,
        schedule,
        day,
    )


async def newest_schedule(tx: Tx, loan_id: int) -> int:
    """The highest version among the schedules of a loan."""
    return int(await tx.fetchval("SELECT max(schedule) FROM bank_installment WHERE loan_id = $1", loan_id))


async def in_force(tx: Tx) -> list[Any]:
    """Every restructuring in force with its account and currency, by account."""
    rows: list[Any] = await tx.fetch(
        """
        SELECT l.external_id AS account_ref, l.currency, r.* FROM bank_restructuring r JOIN bank_loan l USING (loan_id)
        WHERE r.status = 'active' ORDER BY 1
        """
    )
    return rows
