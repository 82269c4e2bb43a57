"""SQL of pauses of interest."""

from datetime import date
from typing import Any

from sandbox.store import Tx


async def by_key(tx: Tx, external_id: str) -> Any:
    """The pause asked for under this key, also one that was taken away; None when there is none."""
    return await tx.fetchrow("SELECT * FROM bank_interest_pause WHERE external_id = $1", external_id)


async def of_loan(tx: Tx, loan_id: int) -> list[Any]:
    """The pauses of a loan in order of their start."""
    rows: list[Any] = await tx.fetch(
        "SELECT * FROM bank_interest_pause WHERE loan_id = $1 AND NOT taken_away ORDER BY start_date", loan_id
    )
    return rows


async def add(tx: Tx, loan_id: int, external_id: str, start: date, end: date) -> int:
    """Add a pause of the schedule in force, and give its number. One that was re-aged earns nothing to be paused."""
    return int(
        await tx.fetchval(
            """
            INSERT INTO bank_interest_pause
                (loan_id, schedule, external_id, asked_start, asked_end, start_date, end_date)
            SELECT loan_id, CASE WHEN NOT EXISTS (
                SELECT FROM bank_restructuring r
                WHERE r.loan_id = l.loan_id AND r.status = 'active' AND r.kind = 'reAge'
            ) THEN schedule END, $2, $3, $4, $3, $4
            FROM bank_loan l WHERE loan_id = $1 RETURNING interest_pause_id
            """,
            loan_id,
            external_id,
            start,
            end,
        )
    )


async def move(tx: Tx, pause_id: int, start: date, end: date) -> None:
    await tx.execute(
        "UPDATE bank_interest_pause SET start_date = $2, end_date = $3 WHERE interest_pause_id = $1",
        pause_id,
        start,
        end,
    )


async def take_away(tx: Tx, pause_id: int) -> None:
    await tx.execute("UPDATE bank_interest_pause SET taken_away = true WHERE interest_pause_id = $1", pause_id)
