"""SQL of the bank's books: loans, schedules, postings, pauses, the business day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sandbox.bank.schedule import Installment
from sandbox.store import Tx
from services.common.kernel.money import Money


async def closed_through(tx: Tx, *, alone: bool) -> date | None:
    """The last closed business day; the day is held until the transaction ends."""
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


async def add_client(tx: Tx, borrower_ref: str, name: str, phone: str | None, language: str, time_zone: str) -> int:
    """Add a client, or give the number of the one there is."""
    await tx.execute(
        """
        INSERT INTO bank_client (external_id, display_name, mobile_no, language, time_zone)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (external_id) DO NOTHING
        """,
        borrower_ref,
        name,
        phone,
        language,
        time_zone,
    )
    return int(await tx.fetchval("SELECT client_id FROM bank_client WHERE external_id = $1", borrower_ref))


async def client(tx: Tx, *, client_id: int | None = None, borrower_ref: str | None = None) -> Any:
    """One client by number or reference; None when there is none."""
    return await tx.fetchrow(
        "SELECT * FROM bank_client WHERE client_id = $1 OR external_id = $2", client_id, borrower_ref
    )


async def add_loan(
    tx: Tx, account_ref: str, client_id: int, product: str, principal: Money, annual_rate: Any, range_said: int
) -> int | None:
    """Add a loan; None when the reference is taken."""
    found: int | None = await tx.fetchval(
        """
        INSERT INTO bank_loan (external_id, client_id, product, currency, principal, annual_rate, range_said)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (external_id) DO NOTHING RETURNING loan_id
        """,
        account_ref,
        client_id,
        product,
        principal.currency,
        principal.amount,
        annual_rate,
        range_said,
    )
    return found


async def loan(
    tx: Tx, *, account_ref: str | None = None, loan_id: int | None = None, lock: bool = False
) -> dict[str, object] | None:
    """One loan with its borrower's reference, as keyword arguments of `Loan`; None when there is none."""
    row = await tx.fetchrow(
        f"""
        SELECT l.loan_id, l.external_id AS account_ref, l.client_id, c.external_id AS borrower_ref, l.product,
            l.currency, l.principal, l.annual_rate, l.schedule, l.range_said
        FROM bank_loan l JOIN bank_client c USING (client_id)
        WHERE l.external_id = $1 OR l.loan_id = $2 {"FOR UPDATE OF l" if lock else ""}
        """,  # noqa: S608
        account_ref,
        loan_id,
    )
    return None if row is None else {**row, "principal": Money.of(row["principal"], row["currency"])}


async def loans_to_look_at(tx: Tx, day: date) -> list[int]:
    """The numbers of the loans whose delinquency may change at the close of `day`."""
    return [r["loan_id"] for r in await tx.fetch("SELECT loan_id FROM bank_loan WHERE look_on <= $1 ORDER BY 1", day)]


async def set_range(tx: Tx, loan_id: int, range_said: int, look_on: date | None) -> None:
    await tx.execute(
        "UPDATE bank_loan SET range_said = $2, look_on = $3 WHERE loan_id = $1", loan_id, range_said, look_on
    )


async def look_on(tx: Tx, loan_id: int, day: date) -> None:
    """Look at the loan at the close of `day` at the latest."""
    await tx.execute("UPDATE bank_loan SET look_on = LEAST(look_on, $2) WHERE loan_id = $1", loan_id, day)


async def set_schedule(tx: Tx, loan_id: int, schedule: int) -> None:
    await tx.execute("UPDATE bank_loan SET schedule = $2 WHERE loan_id = $1", loan_id, schedule)


async def add_installments(tx: Tx, loan_id: int, schedule: int, lines: Sequence[Installment]) -> None:
    """Store one version of a loan's schedule."""
    await tx.executemany(
        """
        INSERT INTO bank_installment (loan_id, schedule, number, due_date, principal, interest, fees)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """,
        [
            (loan_id, schedule, p.number, p.due_date, p.principal.amount, p.interest.amount, p.fees.amount)
            for p in lines
        ],
    )


async def installments(tx: Tx, loan_id: int, schedule: int, currency: str) -> list[Installment]:
    """One version of a loan's schedule in order."""
    rows = await tx.fetch(
        "SELECT * FROM bank_installment WHERE loan_id = $1 AND schedule = $2 ORDER BY number", loan_id, schedule
    )
    return [
        Installment(r["number"], r["due_date"], *(Money.of(r[p], currency) for p in ("principal", "interest", "fees")))
        for r in rows
    ]


async def net_paid(tx: Tx, loan_id: int, schedule: int, currency: str) -> Money:
    """Payments less reversals booked on one version of the schedule."""
    amount = await tx.fetchval(
        """
        SELECT COALESCE(sum(CASE WHEN reverses IS NULL THEN amount ELSE -amount END), 0)
        FROM bank_posting WHERE loan_id = $1 AND schedule = $2
        """,
        loan_id,
        schedule,
    )
    return Money.of(amount, currency)


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
    """Book a posting and give its number. The caller has looked for the reference under the loan's lock."""
    return int(
        await tx.fetchval(
            """
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
