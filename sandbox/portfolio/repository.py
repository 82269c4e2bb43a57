"""SQL of the portfolio's people."""

from typing import Any

from sandbox.portfolio.row import PortfolioRow
from sandbox.store import Tx


async def add_persona(tx: Tx, row: PortfolioRow) -> None:
    """Remember the person behind an account; a known one stays as it is."""
    await tx.execute(
        """
        INSERT INTO persona (account_ref, borrower_ref, name, phone, language, time_zone, currency, monthly_income,
            living_costs, priority_expenses, cause, habit, email, postal_address)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (account_ref) DO NOTHING
        """,
        row.account_ref,
        row.borrower_ref,
        row.name,
        row.phone,
        row.language,
        row.time_zone,
        row.currency,
        row.monthly_income,
        row.living_costs,
        row.priority_expenses,
        row.cause,
        row.habit,
        row.email,
        row.postal_address,
    )


async def persona(tx: Tx, account_ref: str) -> Any:
    """The person behind an account; None when there is none."""
    return await tx.fetchrow("SELECT * FROM persona WHERE account_ref = $1", account_ref)


async def personas_at(tx: Tx, recipient: str) -> list[Any]:
    """The personas whom a number or address reaches, one for each account, by account. An address block ends with the
    address.
    """
    place = recipient.rpartition("\n")[2]
    rows: list[Any] = await tx.fetch(
        "SELECT * FROM persona WHERE phone = $1 OR email = $1 OR postal_address = $1 ORDER BY account_ref", place
    )
    return rows
