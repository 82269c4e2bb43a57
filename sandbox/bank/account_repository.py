"""SQL that reads a loan whole: its facts, and with them what its standing is computed from."""

from datetime import date
from typing import Any

from sandbox.store import Tx

#: A loan's row, as keyword arguments of `Loan`; `has_faults` says whether a fault that is in force fits it.
_LOAN = """
    l.loan_id, l.external_id AS account_ref, l.client_id, c.external_id AS borrower_ref, l.product, l.currency,
    l.principal, l.annual_rate, l.schedule, l.range_said,
    EXISTS (SELECT FROM bank_fault f WHERE (f.account_ref IS NULL OR f.account_ref = l.external_id)
        AND (f.remaining IS NULL OR f.remaining > 0)) AS has_faults
"""
#: What a loan's standing is computed from: the schedule in force, what is paid on it less reversals, and the pauses, of
#: delinquency and of the interest of this schedule.
_STANDING = """
    ARRAY (SELECT (i.number, i.due_date, i.principal, i.interest, i.fees) FROM bank_installment i
        WHERE i.loan_id = l.loan_id AND i.schedule = l.schedule ORDER BY i.number) AS installments,
    (SELECT COALESCE(sum(CASE WHEN p.reverses IS NULL THEN p.amount ELSE -p.amount END), 0) FROM bank_posting p
        WHERE p.loan_id = l.loan_id AND p.schedule = l.schedule) AS paid,
    ARRAY (SELECT (q.start_date, q.end_date) FROM bank_pause q
        WHERE q.loan_id = l.loan_id ORDER BY q.start_date) AS pauses,
    ARRAY (SELECT (f.start_date, f.end_date) FROM bank_interest_pause f
        WHERE f.loan_id = l.loan_id AND f.schedule = l.schedule AND NOT f.taken_away
        ORDER BY f.start_date) AS interest_pauses
"""


async def loan(tx: Tx, *, account_ref: str | None = None, loan_id: int | None = None, lock: bool = False) -> Any:
    """One loan with its borrower's reference; None when there is none."""
    return await tx.fetchrow(
        f"""
        SELECT {_LOAN} FROM bank_loan l JOIN bank_client c USING (client_id)
        WHERE l.external_id = $1 OR l.loan_id = $2 {"FOR UPDATE OF l" if lock else ""}
        """,  # noqa: S608
        account_ref,
        loan_id,
    )


async def account(tx: Tx, *, account_ref: str | None = None, loan_id: int | None = None) -> Any:
    """One loan with what its standing is computed from, and `closed_through`, all at one instant; None when there is
    none. Holds nothing.
    """
    return await tx.fetchrow(
        f"""
        SELECT {_LOAN}, {_STANDING}, (SELECT closed_through FROM bank_day) AS closed_through
        FROM bank_loan l JOIN bank_client c USING (client_id) WHERE l.external_id = $1 OR l.loan_id = $2
        """,  # noqa: S608
        account_ref,
        loan_id,
    )


async def accounts_to_look_at(tx: Tx, day: date) -> list[Any]:
    """The loans whose delinquency may change at the close of `day`, as `account` gives them, in order and locked.

    The caller holds the day alone: nobody has changed a loan while its lock was waited for.
    """
    rows: list[Any] = await tx.fetch(
        f"""
        SELECT {_LOAN}, {_STANDING} FROM bank_loan l JOIN bank_client c USING (client_id)
        WHERE l.look_on <= $1 ORDER BY l.loan_id FOR UPDATE OF l
        """,  # noqa: S608
        day,
    )
    return rows
