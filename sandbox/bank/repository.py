"""SQL of the bank's books: clients, loans, schedules, postings, pauses, the business day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sandbox.bank.schedule import Installment
from sandbox.portfolio.row import PortfolioRow
from sandbox.store import Tx
from services.common.kernel.money import Money


async def closed_through(tx: Tx, *, alone: bool) -> date | None:
    """The last closed business day; the day is held until the transaction ends, so that it is not closed meanwhile."""
    mode = "UPDATE" if alone else "SHARE"
    found: date | None = await tx.fetchval(f"SELECT closed_through FROM bank_day FOR {mode}")  # noqa: S608
    return found


async def set_closed_through(tx: Tx, day: date) -> None:
    await tx.execute("UPDATE bank_day SET closed_through = $1", day)


async def checker(tx: Tx) -> bool:
    """Whether restructurings need a second person at the bank."""
    return bool(await tx.fetchval("SELECT checker FROM bank_day"))


async def set_checker(tx: Tx, needed: bool) -> None:
    await tx.execute("UPDATE bank_day SET checker = $1", needed)


async def add_client(tx: Tx, row: PortfolioRow) -> int:
    """Add the client of an extract's row, or give the number of the one there is."""
    await tx.execute(
        """
        INSERT INTO bank_client (external_id, display_name, mobile_no, language, time_zone, email, postal_address)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (external_id) DO NOTHING
        """,
        row.borrower_ref,
        row.name,
        row.phone,
        row.language,
        row.time_zone,
        row.email,
        row.postal_address,
    )
    return int(await tx.fetchval("SELECT client_id FROM bank_client WHERE external_id = $1", row.borrower_ref))


async def client(tx: Tx, *, client_id: int | None = None, borrower_ref: str | None = None) -> Any:
    """One client by number or reference; None when there is none."""
    return await tx.fetchrow(
        "SELECT * FROM bank_client WHERE client_id = $1 OR external_id = $2", client_id, borrower_ref
    )


async def add_loan(
    tx: Tx,
    account_ref: str,
    client_id: int,
    product: str,
    principal: Money,
    annual_rate: Any,
    range_said: int,
    look_on: date | None,
) -> int | None:
    """Add a loan; None when the reference is taken."""
    found: int | None = await tx.fetchval(
        """
        INSERT INTO bank_loan (external_id, client_id, product, currency, principal, annual_rate, range_said, look_on)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (external_id) DO NOTHING RETURNING loan_id
        """,
        account_ref,
        client_id,
        product,
        principal.currency,
        principal.amount,
        annual_rate,
        range_said,
        look_on,
    )
    return found


async def set_ranges(tx: Tx, ranges: Sequence[tuple[int, int, date | None]]) -> None:
    """Note for each loan (number, range, day) the range that was said and the day of the next look."""
    loan_ids, said, days = zip(*ranges, strict=True)
    await tx.execute(
        """
        UPDATE bank_loan l SET range_said = n.range_said, look_on = n.look_on
        FROM unnest($1::bigint[], $2::integer[], $3::date[]) AS n (loan_id, range_said, look_on)
        WHERE l.loan_id = n.loan_id
        """,
        loan_ids,
        said,
        days,
    )


async def look_on(tx: Tx, loan_id: int, day: date) -> None:
    """Look at the loan at the close of `day` at the latest."""
    await tx.execute("UPDATE bank_loan SET look_on = LEAST(look_on, $2) WHERE loan_id = $1", loan_id, day)


async def renew(tx: Tx, loan_id: int, schedule: int, look_on: date | None) -> None:
    """Put a version of the schedule into force, with nothing said of its delinquency."""
    await tx.execute(
        "UPDATE bank_loan SET schedule = $2, range_said = 0, look_on = $3 WHERE loan_id = $1",
        loan_id,
        schedule,
        look_on,
    )


async def add_installments(tx: Tx, loan_id: int, schedule: int, lines: Sequence[Installment]) -> None:
    """Store one version of a loan's schedule."""
    await tx.execute(
        """
        INSERT INTO bank_installment (loan_id, schedule, number, due_date, principal, interest, fees)
        SELECT $1, $2, * FROM unnest($3::integer[], $4::date[], $5::numeric[], $6::numeric[], $7::numeric[])
        """,
        loan_id,
        schedule,
        [line.number for line in lines],
        [line.due_date for line in lines],
        [line.principal.amount for line in lines],
        [line.interest.amount for line in lines],
        [line.fees.amount for line in lines],
    )


async def installments(tx: Tx, loan_id: int, schedule: int, currency: str) -> list[Installment]:
    """One version of a loan's schedule in order."""
    rows = await tx.fetch(
        """
        SELECT number, due_date, principal, interest, fees FROM bank_installment
        WHERE loan_id = $1 AND schedule = $2 ORDER BY number
        """,
        loan_id,
        schedule,
    )
    return [installment(row, currency) for row in rows]


def installment(row: Sequence[Any], currency: str) -> Installment:
    """A line of a schedule from number, due date, principal, interest and fees."""
    number, due_date, *parts = row
    return Installment(number, due_date, *(Money.of(part, currency) for part in parts))


async def add_posting(
    tx: Tx,
    posting_ref: str,
    loan_id: int,
    schedule: int,
    amount: Money,
    value_date: date,
    booking_date: date,
    reverses: str | None,
) -> int:
    """Book a posting, have the loan looked at at the close of its day, and give its number.

    The caller has looked for the reference under the loan's lock.
    """
    return int(
        await tx.fetchval(
            """
            WITH looked AS (UPDATE bank_loan SET look_on = LEAST(look_on, $6) WHERE loan_id = $2)
            INSERT INTO bank_posting (posting_ref, loan_id, schedule, amount, value_date, booking_date, reverses)
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING posting_id
            """,
            posting_ref,
            loan_id,
            schedule,
            amount.amount,
            value_date,
            booking_date,
            reverses,
        )
    )


async def posting(tx: Tx, *, posting_ref: str | None = None, posting_id: int | None = None) -> Any:
    """One posting by reference or number; None when there is none."""
    return await tx.fetchrow(
        "SELECT * FROM bank_posting WHERE posting_ref = $1 OR posting_id = $2", posting_ref, posting_id
    )


async def postings(tx: Tx, loan_id: int) -> list[Any]:
    """All postings of a loan in order of booking."""
    rows: list[Any] = await tx.fetch("SELECT * FROM bank_posting WHERE loan_id = $1 ORDER BY posting_id", loan_id)
    return rows


async def opened_on(tx: Tx, loan_id: int) -> date:
    """The day on which the first period of a loan's first schedule began."""
    found: date = await tx.fetchval(
        "SELECT (due_date - make_interval(months => number))::date FROM bank_installment"
        " WHERE loan_id = $1 AND schedule = 1 ORDER BY number LIMIT 1",
        loan_id,
    )
    return found


async def pauses(tx: Tx, loan_id: int) -> list[Any]:
    """The pauses of a loan in order of their start."""
    rows: list[Any] = await tx.fetch("SELECT * FROM bank_pause WHERE loan_id = $1 ORDER BY start_date", loan_id)
    return rows


async def add_pause(tx: Tx, loan_id: int, start: date, end: date) -> int:
    return int(
        await tx.fetchval(
            "INSERT INTO bank_pause (loan_id, start_date, end_date) VALUES ($1, $2, $3) RETURNING pause_id",
            loan_id,
            start,
            end,
        )
    )


async def end_pause(tx: Tx, pause_id: int, end: date) -> None:
    await tx.execute("UPDATE bank_pause SET end_date = $2 WHERE pause_id = $1", pause_id, end)
